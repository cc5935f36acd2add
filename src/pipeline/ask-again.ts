import type { PlannedStep, RunEvent } from '../domain/run.ts';
import type { JobState } from '../ports/job-queue.ts';
import { againOf } from './once.ts';
import type { Session } from './session.ts';
import { cutOff, lostCalls, unknownEvents } from './unknown.ts';

interface EndedJob {
  readonly steps: readonly PlannedStep[];
  readonly state: JobState;
}

/** A call that ends without an answer so often is given up: its step has failed. */
const MAX_LOST_CALLS = 3;

/**
 * Whether a job made a remote call without an answer, and another try is worth its price; or was stopped by another run that shared it, which
 * did not yet see that this one waits for it.
 */
export function wantsAgain({ state: { ledger } }: Session, { steps, state }: EndedJob): boolean {
  if (state.state !== 'failed') return false;
  if (state.error.code === 'aborted') return true;
  if (againOf(state.error) === undefined) return false;
  return steps.every(({ stepKey }) => lostCalls(ledger, stepKey) + cutOff(state) < MAX_LOST_CALLS);
}

/**
 * Withdraws such jobs: what was set aside for them is entered as `unknown`, and the strategy asks for their steps again. They get
 * another try if the limits have room for another reservation, and are refused if not.
 */
export function withdrawals(session: Session, jobs: readonly EndedJob[]): RunEvent[] {
  if (jobs.length === 0) return [];
  const stepIds = jobs.flatMap(({ steps }) => steps.map(({ id }) => id));
  const unknown = jobs.flatMap(({ steps, state }) => steps.flatMap((step) => unknownEvents(session, step, cutOff(state))));
  const isStopped = jobs.every(({ state }) => state.state === 'failed' && state.error.code === 'aborted');
  const reason = isStopped ? 'stopped by another run' : 'no answer, which may have been billed';
  return [{ type: 'steps-withdrawn', stepIds, reason }, ...unknown];
}
