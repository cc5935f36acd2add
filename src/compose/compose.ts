import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startWorkers } from '../../workers/start-workers.ts';
import { createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { openEmbeddedStore } from '../adapters/database/open-store.ts';
import { bundledPriceTable, loadPriceTable } from '../adapters/prices/price-table.ts';
import { createFileLoader } from '../adapters/sources/file-loader.ts';
import type { Config } from '../config.ts';
import type { Pricing } from '../domain/ledger.ts';
import { createEngine, type Engine } from '../pipeline/engine.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { createRegistry, type Registry } from '../pipeline/registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import { createCloser } from './closer.ts';
import { createModelPool } from './model-pool.ts';
import { PLUGINS } from './plugins.ts';

/** What works without a database: plugins, models, prices, sources. */
export interface Tools extends AsyncDisposable {
  readonly config: Config;
  readonly registry: Registry;
  readonly models: ModelPool;
  readonly pricing: Pricing;
  readonly loader: SourceLoader;
}

/** The whole service on the embedded engines. */
export interface Isthmus extends Tools {
  readonly engine: Engine;
  readonly runs: RunStore;
  readonly documents: DocumentStore;
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

export async function openTools(config: Config): Promise<Tools> {
  const models = createModelPool(config.models);
  const table = config.prices === undefined ? bundledPriceTable() : await loadPriceTable(config.prices);
  const pricing = config.localUsdPerSecond === undefined ? { table } : { table, localUsdPerSecond: config.localUsdPerSecond };
  return {
    config,
    registry: createRegistry(PLUGINS),
    models,
    pricing,
    loader: createFileLoader(),
    [Symbol.asyncDispose]: () => models[Symbol.asyncDispose](),
  };
}

/**
 * Opens store, queue, models and workers in this process; closing ends them in reverse order.
 * @throws IsthmusError `store-locked` when another process holds the data directory
 */
export async function openIsthmus(config: Config): Promise<Isthmus> {
  const closer = createCloser();
  try {
    const tools = closer.use(await openTools(config));
    const store = await openEmbeddedStore({ dataDir: config.dataDir });
    closer.defer(() => store.close());
    const queue = closer.use(await createBullJobQueue({ backend: 'postgres', pool: store.pool, isExclusive: true }));
    const consumers = await startWorkers(queue, tools, config.concurrency);
    for (const consumer of consumers) closer.defer(() => consumer.close({ drain: false }));
    const { runStore: runs, documentStore: documents } = store;
    const engine = createEngine({ ...tools, runs, documents, queue, clock, newId: () => `run_${randomUUID().replaceAll('-', '')}` });
    return { ...tools, engine, runs, documents, [Symbol.asyncDispose]: () => closer[Symbol.asyncDispose]() };
  } catch (error) {
    await closer[Symbol.asyncDispose]();
    throw error;
  }
}
