import { type ErrorRecord, toErrorRecord } from '../domain/errors.ts';
import type { RunStatus, StoredEvent } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { overviewOf } from '../pipeline/overview.ts';
import { STOP } from '../pipeline/stop.ts';
import type { KeyStore } from '../ports/key-store.ts';
import type { ResearchJob } from '../ports/research-service.ts';
import type { RunSummary } from '../ports/run-store.ts';
import type { Isthmus } from './compose.ts';
import { findRunId } from './find-run.ts';

/** Whose runs the command line sees. */
const TENANT = 'local';

export interface ShownRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly overview: RunOverview;
  readonly error?: ErrorRecord;
}

/** New events of a run. `stopped` says why it is not advanced any more, though it is not over. */
export interface RunNews {
  readonly events: readonly StoredEvent[];
  readonly stopped?: ErrorRecord;
}

/** What the command line asks of an installation: of the store it opens itself, or of the process that holds it. */
export interface Admin {
  readonly keys: Pick<KeyStore, 'create' | 'list' | 'rotate' | 'revoke'>;
  listRuns(limit: number): Promise<readonly RunSummary[]>;
  /** By its id or the beginning of it. @throws IsthmusError `not-found`, `invalid-input` */
  showRun(beginning: string): Promise<ShownRun>;
  /** Begins a run that this installation advances, and returns its id. */
  startRun(job: ResearchJob): Promise<string>;
  /** Goes on with a run that was stopped or has failed, and returns its id. */
  resumeRun(beginning: string): Promise<string>;
  news(runId: string, after: number): Promise<RunNews>;
}

/** Resumed runs are advanced here until it is disposed of; then they wait to be resumed again. */
export function createAdmin(isthmus: Isthmus): Admin & AsyncDisposable {
  const closing = new AbortController();
  const stopped = new Map<string, ErrorRecord>();
  const resumed = new Set<Promise<void>>();
  const resume = async (runId: string, onEvent: () => void): Promise<void> => {
    stopped.delete(runId);
    const options = { signal: closing.signal, onEvent };
    await isthmus.engine.resume(runId, options).catch((error: unknown) => stopped.set(runId, toErrorRecord(error)));
  };
  /** Returns once it is on its way: whoever reads its log before that finds the end of its last try. */
  const begin = (runId: string): Promise<void> =>
    new Promise((resolve) => {
      const going = resume(runId, resolve).finally(() => {
        resumed.delete(going);
        resolve();
      });
      resumed.add(going);
    });
  return {
    keys: isthmus.keys,
    listRuns: (limit) => isthmus.runs.listRuns({ tenant: TENANT, limit }),
    showRun: async (beginning) => {
      const state = await isthmus.engine.read(await findRunId(isthmus.runs, beginning));
      const { runId: id, status, error } = state;
      return { id, status, overview: await overviewOf(state, isthmus), ...(error === undefined ? {} : { error }) };
    },
    startRun: async (job) => (await isthmus.service.submit({ tenant: TENANT }, job, { admit: () => isthmus.admission.admit() })).runId,
    resumeRun: async (beginning) => {
      const runId = await findRunId(isthmus.runs, beginning);
      await begin(runId);
      return runId;
    },
    news: async (runId, after) => {
      const events = await isthmus.runs.readEvents(runId, after);
      const why = stopped.get(runId);
      return why === undefined ? { events } : { events, stopped: why };
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort(STOP.leave);
      await Promise.all(resumed);
    },
  };
}
