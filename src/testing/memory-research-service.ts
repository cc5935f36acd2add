import { IsthmusError } from '../domain/errors.ts';
import { present } from '../domain/present.ts';
import { isTerminal, type RunEvent, type RunState, type RunStatus } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import { createEventFeed } from '../pipeline/event-feed.ts';
import { submitOnce } from '../pipeline/submit-once.ts';
import type { Caller, ResearchJob, ResearchService, SubmitOptions } from '../ports/research-service.ts';
import type { NewRun, RunStore, RunSummary } from '../ports/run-store.ts';
import { buildRunSpec } from './build-run.ts';
import { createQuickClock } from './clock.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

/** Runs that do only what a test says: nothing advances them but `append`. */
export interface MemoryResearchService extends ResearchService, AsyncDisposable {
  readonly runs: RunStore;
  /** Goes on with a run's log. */
  append(runId: string, ...events: readonly RunEvent[]): Promise<void>;
  /** A run as `submit` makes it, for tests that do not care how. */
  start(tenant: string, question?: string): Promise<string>;
}

interface Submitting extends SubmitOptions {
  /** The run that this one is a fork of. */
  readonly parent?: string;
}

const ENDS: Readonly<Partial<Record<RunEvent['type'], RunStatus>>> = {
  'run-completed': 'completed',
  'run-incomplete': 'incomplete',
  'run-failed': 'failed',
  'run-cancelled': 'cancelled',
};

/** The research service over the memory store: no plugins, no models, no queue. The corpora it knows are those named `corpus…`. */
export function createMemoryResearchService(options: { readonly pollMs?: number } = {}): MemoryResearchService {
  const runs = createMemoryRunStore();
  const feed = createEventFeed({ runs, clock: createQuickClock(), pollMs: options.pollMs ?? 20, onError: () => undefined });
  let made = 0;

  async function own({ tenant }: Caller, runId: string): Promise<RunSummary> {
    const run = await runs.findRun(runId);
    if (run?.tenant === tenant) return run;
    throw new IsthmusError('not-found', `There is no run ${runId}.`);
  }

  async function fold(runId: string): Promise<RunState> {
    return foldRun(runId, await runs.readEvents(runId, 0));
  }

  async function append(runId: string, ...events: readonly RunEvent[]): Promise<void> {
    for (const event of events) {
      const { sequence } = await fold(runId);
      const status = ENDS[event.type] ?? 'in_progress';
      await runs.commit({ runId, expectedSequence: sequence, events: [event], steps: [], status });
      feed.ring(runId);
    }
  }

  async function submit({ tenant }: Caller, job: ResearchJob, { parent, ...options }: Submitting = {}): Promise<RunState> {
    const make = async (): Promise<NewRun> => {
      if (job.corpusId?.startsWith('corpus') === false)
        throw new IsthmusError('not-found', `There is no corpus ${job.corpusId}. Send documents, or ingest it first.`);
      made += 1;
      const { question, corpusId = 'corpus-of-texts', limits = {}, metadata, priority } = job;
      const events = [
        { type: 'run-created', spec: buildRunSpec({ question, tenant, corpusId, limits, ...present({ priority }) }) },
      ] as const;
      return { id: `run_${made}`, tenant, question, events, isBackground: true, ...present({ metadata, parent }) };
    };
    const request = parent === undefined ? job : { fork: parent, job };
    return submitOnce(runs, { ...options, tenant, request, looksFirst: false, make, begin: ({ id }, events) => foldRun(id, events) });
  }

  return {
    runs,
    append,
    start: async (tenant, question = 'How tall is it?') => (await submit({ tenant }, { question, corpusId: 'corpus' })).runId,
    submit,
    estimate: async () => ({ ...ESTIMATE }),
    read: async (caller, runId) => fold((await own(caller, runId)).id),
    summary: own,
    list: async ({ tenant }, { limit, after, ...filter }) => {
      const found = await runs.listRuns({ ...filter, tenant, limit: limit + 1, ...(after === undefined ? {} : { before: after }) });
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1)?.id : undefined;
      return next === undefined ? { runs: page } : { runs: page, next };
    },
    countUnfinished: ({ tenant }, upTo) => runs.countUnfinished(tenant, upTo),
    events: async function* events(caller, runId, follow) {
      await own(caller, runId);
      yield* feed.follow(runId, follow);
    },
    cancel: async (caller, runId) => {
      const { status } = await own(caller, runId);
      if (!isTerminal(status)) await append(runId, { type: 'run-cancelled' });
      return fold(runId);
    },
    resume: async (caller, runId, { admit } = {}) => {
      const { status } = await own(caller, runId);
      if (status !== 'failed') return fold(runId);
      await admit?.();
      await append(runId, { type: 'run-resumed', epoch: (await fold(runId)).epoch + 1 });
      return fold(runId);
    },
    document: async (caller, runId, documentId) => {
      await own(caller, runId);
      if (documentId === DOCUMENT.id) return DOCUMENT;
      throw new IsthmusError('not-found', `There is no document ${documentId} among the sources of run ${runId}.`);
    },
    fork: async (caller, runId, changes, options) => {
      const { question } = await own(caller, runId);
      return submit(caller, { question, corpusId: 'corpus', ...changes }, { ...options, parent: runId });
    },
    remove: async (caller, runId) => {
      await own(caller, runId);
      await runs.deleteRun(runId);
    },
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  };
}

/** The one source of all runs. */
export const DOCUMENT = { id: 'document-1', uri: 'tower.md', title: 'The tower', text: 'It is <b>twelve metres</b> tall.' } as const;

export const ESTIMATE = {
  chunks: 12,
  calls: { low: 3, expected: 8, high: 20 },
  tokens: { low: 900, expected: 2_400, high: 6_000 },
  microUsd: { low: 100, expected: 250, high: 900 },
  durationMs: { low: 6_000, expected: 12_000, high: 60_000 },
  basis: 'a fixed answer for tests',
} as const;
