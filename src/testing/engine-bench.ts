import { PLUGINS } from '../compose/plugins.ts';
import type { Corpus } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson } from '../domain/json.ts';
import type { Pricing } from '../domain/ledger.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { Usage } from '../domain/usage.ts';
import { doJob } from '../pipeline/do-work.ts';
import { createEngine, type Engine } from '../pipeline/engine.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { type AnyPlugin, createRegistry } from '../pipeline/registry.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import type { EngineDeps } from '../pipeline/session.ts';
import { specify } from '../pipeline/submit.ts';
import { parseJobPayload, QUEUES } from '../pipeline/work.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { buildCorpus, plainProfile } from './builders.ts';
import { createQuickClock } from './clock.ts';
import { createMemoryDocuments } from './memory-documents.ts';
import { createMemoryJobQueue } from './memory-job-queue.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

export const BENCH_CORPUS = buildCorpus([
  'Salt came down the canal by boat. The toll was two pence.',
  'The canal at Brackwater was opened in 1869. It rained on that day.',
  'Nobody knows who paid for the lock at Brackwater.',
  'The canal was closed in 1932. Weeds have grown over the lock.',
  'Coal came by rail. The railway had been opened in 1862.',
]);

export interface EngineBenchOptions {
  readonly models: Readonly<Record<string, LanguageModel>>;
  readonly corpus?: Corpus;
  readonly plugins?: readonly AnyPlugin[];
  readonly pricing?: Pricing;
  readonly deps?: Partial<EngineDeps>;
  /** Jobs done at once in each queue; 0 leaves the work to the test. */
  readonly concurrency?: number;
}

/** Engine, store, queue and workers in memory, and models that say what the test tells them to. */
export interface EngineBench extends AsyncDisposable {
  readonly deps: EngineDeps;
  readonly engine: Engine;
  /** What is asked for unless a test says otherwise. */
  readonly request: RunRequest;
  specify(request?: Partial<RunRequest>): ReturnType<typeof specify>;
  /** Specifies and submits. */
  submit(request?: Partial<RunRequest>): Promise<string>;
}

export async function openEngineBench(options: EngineBenchOptions): Promise<EngineBench> {
  const { corpus = BENCH_CORPUS, plugins = PLUGINS, pricing = { table: UNPRICED }, concurrency = 2 } = options;
  const deps: EngineDeps = {
    runs: createMemoryRunStore(),
    documents: createMemoryDocuments(corpus),
    queue: createMemoryJobQueue(),
    registry: createRegistry(plugins),
    models: createPool(options.models),
    pricing,
    clock: createQuickClock(),
    ...options.deps,
  };
  let runs = 0;
  const engine = createEngine({ ...deps, newId: () => `run-${++runs}` });
  if (concurrency > 0) await startQuickWorkers(deps, concurrency);
  const request = requestFor(options.models, corpus.id);
  const bench = {
    deps,
    engine,
    request,
    specify: (change: Partial<RunRequest> = {}) => specify({ ...request, ...change }, deps),
    submit: async (change: Partial<RunRequest> = {}) => engine.submit(await bench.specify(change)),
    [Symbol.asyncDispose]: () => deps.queue[Symbol.asyncDispose](),
  };
  return bench;
}

export const UNPRICED = { source: 'no prices', priceOf: () => undefined };

export async function startQuickWorkers(deps: EngineDeps, concurrency: number): Promise<void> {
  for (const name of QUEUES) {
    await deps.queue.consume(name, { concurrency }, (payload, context) => doJob(parseJobPayload(payload), deps, context));
  }
}

/** The models by what they are named for: `reader` compresses and scores, `writer` predicts; whoever is absent is the other. */
function requestFor(models: Readonly<Record<string, LanguageModel>>, corpusId: string): RunRequest {
  const [first = ''] = Object.keys(models);
  const reader = models['reader'] === undefined ? first : 'reader';
  const writer = models['writer'] === undefined ? first : 'writer';
  return {
    question: 'When was the canal at Brackwater opened?',
    tenant: 'tenant',
    corpusId,
    seed: 1,
    limits: {},
    allowUnpriced: false,
    plugins: {
      strategy: { use: 'map-reduce', options: {} },
      planner: { use: 'single', model: reader, options: {} },
      retriever: { use: 'bm25', options: {} },
      compressor: { use: 'abstractive', model: reader, options: {} },
      estimator: { use: 'panel', options: { contexts: 3 } },
      gate: { use: 'relevant', options: {} },
      predictor: { use: 'openai', model: writer, options: {} },
    },
    scorer: reader,
  };
}

/** A pool of given models, all spoken to in plain text. */
export function createPool(models: Readonly<Record<string, LanguageModel>>): ModelPool {
  const open = async (name: string): Promise<ModelHandle> => {
    const model = Object.hasOwn(models, name) ? models[name] : undefined;
    if (model === undefined) throw new IsthmusError('not-found', `Expected one of ${Object.keys(models).join(', ')}, but got "${name}".`);
    return { model: named(model, { ...model.identity, name }), profile: plainProfile };
  };
  return {
    open,
    require: async (identity) => {
      const handle = await open(identity.name);
      if (canonicalJson(handle.model.identity) === canonicalJson(identity)) return handle;
      throw new IsthmusError('model-mismatch', `${identity.name} is another model here.`);
    },
    states: async () => Object.entries(models).map(([name, { identity }]) => ({ name, provider: identity.provider, isOpen: true })),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The model as if it lay behind an endpoint: priced by the token, and without log-probabilities. */
export function asRemote(model: LanguageModel): LanguageModel {
  const remote = named(model, { ...model.identity, provider: 'openai', settings: { model: 'large-1' } });
  const { scoreContinuations: _scores, scoreMarkers: _markers, ...rest } = remote;
  return { ...rest, capabilities: ['generate'] };
}

function named(model: LanguageModel, identity: ModelIdentity): LanguageModel {
  const { scoreContinuations, scoreMarkers } = model;
  const rename = async <Result extends { readonly usage: Usage }>(result: Promise<Result>): Promise<Result> => {
    const { usage, ...rest } = await result;
    return { ...rest, usage: { ...usage, model: identity } } as Result;
  };
  return {
    identity,
    capabilities: model.capabilities,
    describe: () => model.describe(),
    countTokens: (texts) => model.countTokens(texts),
    generate: (...call) => rename(model.generate(...call)),
    ...(scoreContinuations === undefined ? {} : { scoreContinuations: (...call) => rename(scoreContinuations.apply(model, call)) }),
    ...(scoreMarkers === undefined ? {} : { scoreMarkers: (...call) => rename(scoreMarkers.apply(model, call)) }),
  };
}
