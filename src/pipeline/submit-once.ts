import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { RunState, StoredEvent } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { SubmitOptions } from '../ports/research-service.ts';
import type { NewRun, RunStore } from '../ports/run-store.ts';

export interface Submission extends SubmitOptions {
  readonly tenant: string;
  /** What is asked for, whole: by it two requests under one key are told apart. */
  readonly request: object;
  /** Whether to look for an earlier run before the new one is made, rather than after; worth it where making one takes long. */
  readonly looksFirst: boolean;
  /** Makes the run, stored nowhere yet. */
  make(): Promise<NewRun>;
  /** Takes up the run that was stored. */
  begin(run: NewRun, events: readonly StoredEvent[]): RunState;
}

interface Made {
  readonly runId: string;
  readonly bodyHash: string;
}

interface Once {
  readonly key: string;
  readonly bodyHash: string;
}

/**
 * Starts a run, or returns the one that the same request has started under its key before.
 * @throws IsthmusError `conflict` when the key was used for another request
 */
export async function submitOnce(runs: RunStore, submission: Submission): Promise<RunState> {
  const { tenant, request, idempotencyKey: key, looksFirst, begin } = submission;
  if (key === undefined) {
    const run = await admitAndMake(submission);
    return begin(run, await runs.createRun(run));
  }
  const once = { key, bodyHash: await sha256(canonicalJson(request)) };
  const find = () => runs.findSubmission(tenant, key);
  // Deleted between two looks, a run frees its key.
  const same = async (made: Made) => (await readSame(runs, made, once)) ?? submitOnce(runs, submission);
  const known = looksFirst ? await find() : undefined;
  if (known !== undefined) return same(known);
  // What could not be started today may have been started before.
  const run = await admitAndMake(submission).catch(async (error: unknown) => {
    const earlier = await find();
    if (earlier === undefined) throw error;
    return earlier;
  });
  if ('runId' in run) return same(run);
  const made = await runs.createRunOnce(run, once);
  return made.events === undefined ? same(made) : begin(run, made.events);
}

async function admitAndMake({ admit, make }: Submission): Promise<NewRun> {
  await admit?.();
  return make();
}

async function readSame(runs: RunStore, made: Made, once: Once): Promise<RunState | undefined> {
  if (made.bodyHash === once.bodyHash) {
    const events = await runs.readEvents(made.runId, 0);
    return events.length === 0 ? undefined : foldRun(made.runId, events);
  }
  throw new IsthmusError(
    'conflict',
    `The idempotency key ${JSON.stringify(once.key)} was used for another job, that of run ${made.runId}. Send the same job again, or another key.`,
    { details: { runId: made.runId } },
  );
}
