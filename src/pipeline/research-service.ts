import { IsthmusError } from '../domain/errors.ts';
import { isTerminal, type RunSpec, type RunState, type StoredEvent } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Caller, Estimate, ForkChanges, ResearchJob, ResearchService, RunPage, SubmitOptions } from '../ports/research-service.ts';
import type { NewRun, RunSummary } from '../ports/run-store.ts';
import { corpusDocuments } from './corpus-documents.ts';
import { canResume, createdBy, createEngine, type Engine } from './engine.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';
import { type JobDefaults, toFork, toRequest } from './job-request.ts';
import { type JobSources, readSources, saveSources } from './job-sources.ts';
import { documentOf, withSavings } from './run-extras.ts';
import { createRunKeeper, KEEPER_TIMING, type KeeperTiming, type RunKeeper } from './run-keeper.ts';
import type { EngineDeps } from './session.ts';
import { specify } from './submit.ts';
import { submitOnce } from './submit-once.ts';

export interface ResearchServiceDeps extends EngineDeps {
  /** Of a run; never the same twice. */
  readonly newId: () => string;
  /** Names this process among those that share the store. */
  readonly owner: string;
  readonly defaults: JobDefaults;
  readonly resolveCorpus?: NonNullable<Parameters<typeof readSources>[2]['resolveCorpus']>;
  /** What a run over these documents would take, without a call that generates. */
  readonly estimate: (spec: RunSpec, documents: DocumentStore) => Promise<Estimate>;
  /** Runs that this process advances at a time; 0 leaves the work to others. */
  readonly maxRuns?: number;
  readonly timing?: Partial<KeeperTiming>;
  /** Told of errors that nobody waits for; the work is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** A service that also advances the runs, once it is told to. */
export interface RunningService extends ResearchService, AsyncDisposable {
  /** Begins to advance runs, those that a dead process has left too. The first submission does so by itself. */
  start(): void;
}

const DEFAULT_MAX_RUNS = 16;
/** How long a caller who cancels waits for the end, before it is told that the run is still ending. */
const CANCEL_PATIENCE_MS = 5_000;

interface Parts {
  readonly deps: ResearchServiceDeps;
  readonly engine: Engine;
  readonly keeper: RunKeeper;
  readonly feed: EventFeed;
  readonly timing: KeeperTiming;
}

/**
 * Jobs over runs, in the background, for any number of processes on one store. Each run is advanced by the process that holds its
 * lease; when that one dies, another takes over from the log.
 */
export function createResearchService(given: ResearchServiceDeps): RunningService {
  const timing = { ...KEEPER_TIMING, ...given.timing };
  const { clock, owner, maxRuns = DEFAULT_MAX_RUNS, onError = () => {} } = given;
  const feed = createEventFeed({ runs: given.runs, clock, pollMs: timing.pollMs, onError });
  const deps = { ...given, runs: withBell(given.runs, feed) };
  const engine = createEngine(deps);
  const keeper = createRunKeeper({
    engine: withSavings(engine, deps, onError),
    runs: deps.runs,
    clock,
    owner,
    maxRuns,
    timing,
    onError,
  });
  const parts: Parts = { deps, engine, keeper, feed, timing };
  return {
    start: () => keeper.start(),
    submit: (caller, job, options) => submit(parts, { caller, job, ...options }),
    estimate: async (caller, job) => estimate(parts, await specifyJob(parts, { caller, job })),
    read: async (caller, runId) => {
      await own(parts, caller, runId);
      return engine.read(runId);
    },
    summary: (caller, runId) => own(parts, caller, runId),
    list: (caller, filter) => list(parts, caller, filter),
    countUnfinished: ({ tenant }, upTo) => deps.runs.countUnfinished(tenant, upTo),
    events: (caller, runId, options) => events(parts, { caller, runId, ...options }),
    cancel: async (caller, runId) => {
      await own(parts, caller, runId);
      await requestCancel(parts, runId);
      return engine.read(runId);
    },
    resume: (caller, runId, options) => resume(parts, caller, { runId, ...options }),
    document: async (caller, runId, documentId) => documentOf(await own(parts, caller, runId), documentId, deps.documents),
    fork: (caller, runId, changes, options) => fork(parts, { caller, runId, changes, ...options }),
    remove: async (caller, runId) => {
      await own(parts, caller, runId);
      await deps.runs.deleteRun(runId);
    },
    [Symbol.asyncDispose]: async () => {
      await keeper[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
    },
  };
}

async function resume(
  { deps, engine, keeper }: Parts,
  caller: Caller,
  { runId, admit }: Pick<SubmitOptions, 'admit'> & { readonly runId: string },
): Promise<RunState> {
  const { tenant } = await own({ deps }, caller, runId);
  const state = await engine.read(runId);
  if (!canResume(state, deps)) return state;
  // An open run is counted among those at work already.
  if (isTerminal(state.status)) await admit?.();
  const reopened = await engine.reopen(runId);
  keeper.start();
  keeper.offer({ id: runId, tenant });
  return reopened;
}

/** Whoever follows a run in this process hears of what is appended here at once. */
function withBell(runs: EngineDeps['runs'], feed: EventFeed): EngineDeps['runs'] {
  return {
    ...runs,
    commit: async (change) => {
      const result = await runs.commit(change);
      if (result.type === 'committed' && result.events.length > 0) feed.ring(change.runId);
      return result;
    },
  };
}

async function own({ deps }: Pick<Parts, 'deps'>, { tenant }: Caller, runId: string): Promise<RunSummary> {
  const run = await deps.runs.findRun(runId);
  if (run?.tenant === tenant) return run;
  throw new IsthmusError('not-found', `There is no run ${runId}.`);
}

interface Submitting {
  readonly caller: Caller;
  readonly job: ResearchJob;
}

async function submit(parts: Parts, { caller, job, ...options }: Submitting & SubmitOptions): Promise<RunState> {
  return submitOnce(parts.deps.runs, {
    ...options,
    tenant: caller.tenant,
    request: job,
    // A job sent again is usually the whole body again: its sources need not be read. Without sources to read, asking costs more than it saves.
    looksFirst: job.documents !== undefined,
    make: async () => toRun(parts, await specifyAndSave(parts, { caller, job }), job),
    begin: (run, events) => begin(parts, run, events),
  });
}

function toRun({ deps }: Parts, spec: RunSpec, { metadata }: Pick<ResearchJob, 'metadata'>, parent?: string): NewRun {
  const { question, tenant } = spec;
  return {
    id: deps.newId(),
    tenant,
    question,
    events: [createdBy(deps, spec)],
    isBackground: true,
    ...(metadata === undefined ? {} : { metadata }),
    ...(parent === undefined ? {} : { parent }),
  };
}

function begin({ keeper }: Parts, { id, tenant }: NewRun, events: readonly StoredEvent[]): RunState {
  keeper.start();
  keeper.offer({ id, tenant });
  return foldRun(id, events);
}

interface Specified {
  readonly spec: RunSpec;
  readonly sources: JobSources;
}

async function specifyJob({ deps }: Parts, { caller, job }: Submitting, defaults = deps.defaults): Promise<Specified> {
  const request = await toRequest(job, { tenant: caller.tenant, corpusId: '', defaults }, deps);
  const sources = await readSources(job, { ...caller, request }, deps);
  return { sources, spec: await specify({ ...request, ...sources }, deps) };
}

async function estimate({ deps }: Parts, { spec, sources }: Specified): Promise<Estimate> {
  return deps.estimate(spec, sources.sent === undefined ? deps.documents : corpusDocuments(sources.sent));
}

/** Whoever asks for an effort is told afterwards what was expected of it; that nothing could be expected stops nobody. */
async function specifyAndSave(parts: Parts, submitting: Submitting, defaults?: JobDefaults): Promise<RunSpec> {
  const specified = await specifyJob(parts, submitting, defaults);
  const { spec, sources } = specified;
  await saveSources(sources, spec.tenant, parts.deps);
  if (submitting.job.effort === undefined || spec.gather !== undefined) return spec;
  const expected = await estimate(parts, specified).catch((error: unknown) => {
    parts.deps.onError?.(error);
    return undefined;
  });
  return expected === undefined ? spec : { ...spec, estimate: expected };
}

interface Forking extends SubmitOptions {
  readonly caller: Caller;
  readonly runId: string;
  readonly changes: ForkChanges;
}

async function fork(parts: Parts, { caller, runId, changes, ...options }: Forking): Promise<RunState> {
  const { deps, engine } = parts;
  const make = async (): Promise<NewRun> => {
    const original = await own(parts, caller, runId);
    const { spec } = await engine.read(runId);
    const { job, defaults } = toFork(spec, changes);
    const metadata = changes.metadata ?? original.metadata;
    return toRun(parts, await specifyAndSave(parts, { caller, job }, defaults), metadata === undefined ? {} : { metadata }, runId);
  };
  const once = { request: { fork: runId, changes }, tenant: caller.tenant, looksFirst: true, make };
  return submitOnce(deps.runs, { ...options, ...once, begin: (run, events) => begin(parts, run, events) });
}

async function list(
  { deps }: Parts,
  { tenant }: Caller,
  { limit, after, ...filter }: Parameters<ResearchService['list']>[1],
): Promise<RunPage> {
  // One more than asked for tells whether there is another page.
  const found = await deps.runs.listRuns({ ...filter, tenant, limit: limit + 1, ...(after === undefined ? {} : { before: after }) });
  const runs = found.slice(0, limit);
  const last = runs.at(-1);
  return found.length > limit && last !== undefined ? { runs, next: last.id } : { runs };
}

async function* events(
  parts: Parts,
  { caller, runId, ...options }: { readonly caller: Caller; readonly runId: string } & Parameters<ResearchService['events']>[2],
): ReturnType<EventFeed['follow']> {
  await own(parts, caller, runId);
  yield* parts.feed.follow(runId, options);
}

/**
 * The wish is stored first. Then whoever holds the run ends it: this process, or another one that reads the wish within half a
 * second; a run that nobody holds is taken and ended here.
 */
async function requestCancel({ deps, keeper, timing }: Parts, runId: string): Promise<void> {
  await deps.runs.requestCancel(runId);
  const deadline = deps.clock.now() + CANCEL_PATIENCE_MS;
  for (;;) {
    const run = await deps.runs.findRun(runId);
    if (run === undefined || isTerminal(run.status)) return;
    if (!keeper.cancel(runId)) await keeper.end(runId);
    if (deps.clock.now() > deadline) return;
    await deps.clock.sleep(timing.pollMs / 10);
  }
}
