import type { PlannedStep, RunState } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import type { EngineDeps, Session } from './session.ts';
import { stopJobs, withdraw } from './stop-jobs.ts';

export function isOverTime({ state, deps }: { readonly state: RunState; readonly deps: Pick<EngineDeps, 'clock'> }): boolean {
  const { durationMs } = state.spec.limits;
  return durationMs !== undefined && deps.clock.now() - state.startedAt >= durationMs;
}

/** The synthesis is what the limits leave room for, the time limit too. */
const isLate = (step: PlannedStep): boolean => roleOf(step.step) !== 'predict';

/**
 * When time is over: stops what is under way and withdraws it. The strategy then asks for it again, is refused, and finishes with
 * what there is. Returns whether anything has changed.
 */
export async function enforceTime(session: Session): Promise<boolean> {
  const { pending, steps } = session.state;
  const hasLate = () => [...pending].some((id) => [steps.get(id)?.planned].some((step) => step?.jobId !== undefined && isLate(step)));
  if (!isOverTime(session) || !hasLate()) return false;
  const stopped = await stopJobs(session, isLate);
  await withdraw(session, (job) => job.steps.every(isLate), { stopped, reason: 'time limit' });
  session.limitsMet.add('durationMs');
  return true;
}
