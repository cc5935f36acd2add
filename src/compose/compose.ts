import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startWorkers } from '../../workers/start-workers.ts';
import { createKeyStore } from '../adapters/database/key-store.ts';
import { bundledPriceTable, loadPriceTable } from '../adapters/prices/price-table.ts';
import { createFileLoader } from '../adapters/sources/file-loader.ts';
import { createSourceReader } from '../adapters/sources/source-reader.ts';
import type { Config } from '../config.ts';
import type { Pricing } from '../domain/ledger.ts';
import { type Admission, createAdmission } from '../pipeline/admission.ts';
import { createEngine, type Engine } from '../pipeline/engine.ts';
import { estimateSpec, measuredRates } from '../pipeline/estimate.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { createRegistry, type Registry } from '../pipeline/registry.ts';
import { createResearchService, type ResearchServiceDeps, type RunningService } from '../pipeline/research-service.ts';
import type { EngineDeps } from '../pipeline/session.ts';
import { QUEUES, type QueueName } from '../pipeline/work.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { KeyStore } from '../ports/key-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import type { SourceReader } from '../ports/source-reader.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import type { Watch } from '../ports/watch.ts';
import type { Web } from '../ports/web.ts';
import { type Closer, createCloser } from './closer.ts';
import { readPepper } from './key-pepper.ts';
import { loadPlugins } from './load-plugins.ts';
import { createModelPool } from './model-pool.ts';
import { type Corpora, createCorpusResolver, openCorpora } from './open-corpora.ts';
import { type ErrorListener, openQueue, openStore, tellCause } from './open-engines.ts';
import { openTelemetry, type Watching, watchTools } from './open-telemetry.ts';
import { openVectors } from './open-vectors.ts';
import { openWatch } from './open-watch.ts';
import { openWeb } from './open-web.ts';
import { PLUGINS } from './plugins.ts';
import { stopConsumers } from './stop-consumers.ts';

/** What works without a database: plugins, models, prices, sources. */
export interface Tools extends AsyncDisposable {
  readonly config: Config;
  readonly registry: Registry;
  readonly models: ModelPool;
  readonly pricing: Pricing;
  readonly loader: SourceLoader;
  /** An embedding model is configured: runs may search by it. */
  readonly embeds?: boolean;
  /** Refuses everything where the configuration says `offline`. */
  readonly web: Web;
  /** Of bytes that came from the web. */
  readonly reader: SourceReader;
}

/** The whole service, on the embedded engines or on servers. */
export interface Isthmus extends Tools {
  readonly engine: Engine;
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  /** Named ones. */
  readonly corpora: Corpora;
  /** Present where an embedding model is configured. */
  readonly vectors?: VectorIndex;
  /** Runs in the background; it takes none before its `start`, or the first submission. */
  readonly service: RunningService;
  readonly keys: KeyStore;
  /** Sums over runs, and the state of this process. */
  readonly watch: Watch;
  readonly admission: Admission;
  /** Writes into the embedded store's lock where this process serves, for those who come second; elsewhere does nothing. */
  announce(url: string): Promise<void>;
}

export interface OpenOptions {
  /** The queues that this process works on; default: all. */
  readonly queues?: readonly QueueName[];
  /** Runs that the service advances at a time in this process; 0 leaves them to others. */
  readonly maxRuns?: number;
  /** Given where plugins and models are not those of the configuration. They are closed with the rest. */
  readonly tools?: Tools;
  /** How long jobs in hand may take to end when all is closed; then they go back to the queue. Default: they go back at once. */
  readonly drainMs?: number;
  /** Told of errors that nobody waits for; the work is tried again. */
  readonly onError?: ErrorListener;
  /** How the process is watched, by whoever closes it; otherwise there are traces where the configuration names a collector. */
  readonly watching?: Watching;
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

export async function openTools(config: Config): Promise<Tools> {
  const models = createModelPool(config.models, config);
  const reader = createSourceReader();
  const web = openWeb(config, clock);
  const table = config.prices === undefined ? bundledPriceTable() : await loadPriceTable(config.prices);
  const pricing = config.localUsdPerSecond === undefined ? { table } : { table, localUsdPerSecond: config.localUsdPerSecond };
  return {
    config,
    registry: createRegistry([...PLUGINS, ...(await loadPlugins(config))]),
    models,
    pricing,
    loader: createFileLoader({ reader, fetchPage: (url, { signal }) => web.fetch(url, { signal }) }),
    embeds: config.embedding !== undefined,
    web,
    reader,
    [Symbol.asyncDispose]: async () => {
      await reader[Symbol.asyncDispose]();
      await models[Symbol.asyncDispose]();
    },
  };
}

/**
 * Opens store, queue, models and workers in this process; closing ends them in reverse order.
 * @throws IsthmusError `store-locked` when another process holds the data directory, `provider-unavailable` when a server does not answer
 */
export async function openIsthmus(config: Config, options: OpenOptions = {}): Promise<Isthmus> {
  const { queues = QUEUES } = options;
  const onError = tellCause(options.onError);
  const closer = createCloser();
  try {
    const { telemetry } = options.watching ?? closer.use(await openTelemetry(config));
    const tools = watchTools(closer.use(options.tools ?? (await openTools(config))), telemetry);
    const store = await openStore(config, closer);
    const queue = await openQueue(config, store, { closer, onError });
    const consumers = await startWorkers(
      queue,
      { ...tools, telemetry, onError },
      Object.fromEntries(queues.map((name) => [name, config.concurrency[name]])),
    );
    closer.defer(() => stopConsumers(consumers, options.drainMs ?? 0));
    const { runStore: runs, documentStore: documents } = store;
    const vectors = await openVectors(config, { pool: store.pool, closer, telemetry });
    const searched = vectors === undefined ? {} : { vectors };
    const deps = {
      ...tools,
      ...searched,
      telemetry,
      runs,
      documents,
      queue,
      clock,
      newId: () => `run_${randomUUID().replaceAll('-', '')}`,
    };
    const service = closer.use(openService({ ...deps, resolveCorpus: createCorpusResolver(store) }, { ...options, onError }));
    const engine = createEngine(deps);
    const keys = createKeyStore(store.database, { pepper: await readPepper(config) });
    return {
      ...tools,
      ...searched,
      engine,
      corpora: openCorpora({ store, deps, engine, config }),
      runs,
      documents,
      service,
      keys,
      watch: await openWatch({ ...deps, config }, queues),
      admission: openAdmission(config, { queue, closer }),
      announce: async (url) => store.announce?.(url),
      [Symbol.asyncDispose]: () => closer[Symbol.asyncDispose](),
    };
  } catch (error) {
    await closer[Symbol.asyncDispose]();
    throw error;
  }
}

function openAdmission(
  { admission: { maxQueued, maxAgeSeconds } }: Config,
  { queue, closer }: { readonly queue: JobQueue; readonly closer: Closer },
): Admission {
  const admission = createAdmission({ queue, clock, maxQueued, maxAgeMs: maxAgeSeconds * 1000 });
  closer.defer(async () => admission[Symbol.dispose]());
  return admission;
}

type ServiceDeps = EngineDeps & Pick<Tools, 'config'> & Pick<ResearchServiceDeps, 'newId' | 'resolveCorpus'>;

function openService(deps: ServiceDeps, { maxRuns, onError }: OpenOptions): RunningService {
  const { strategy, planner, retriever, compressor, estimator, gate, predictor, cascade, scorer, seed, web } = deps.config;
  return createResearchService({
    ...deps,
    owner: `${hostname()}-${process.pid}-${randomUUID()}`,
    defaults: {
      plugins: { strategy, planner, retriever, compressor, estimator, gate, predictor },
      cascade,
      scorer,
      seed,
      results: web.results,
    },
    estimate: async (spec, documents) =>
      estimateSpec(spec, { ...deps, documents, rates: await measuredRates(deps.runs, { tenant: spec.tenant }) }),
    ...(maxRuns === undefined ? {} : { maxRuns }),
    ...(onError === undefined ? {} : { onError }),
  });
}
