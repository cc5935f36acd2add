import { isTerminal, type RunState } from '../domain/run.ts';
import { commit, type Session } from './session.ts';
import { stopJobs, withdraw } from './stop-jobs.ts';

/**
 * Ends a run for good because somebody wants it so. It stops the jobs that no other run waits for, takes in what was done and paid
 * for meanwhile, and enters remote calls that were cut off as `unknown`: the provider may bill them. Whoever appends to the run at the
 * same time only makes it look again.
 */
export async function cancel(session: Session): Promise<RunState> {
  while (!isTerminal(session.state.status)) {
    const stopped = await stopJobs(session, () => true);
    await withdraw(session, () => true, { stopped, reason: 'cancelled' });
    await commit(session, { events: [{ type: 'run-cancelled' }], steps: [], status: 'cancelled' });
  }
  return session.state;
}
