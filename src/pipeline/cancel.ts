import { isTerminal, type RunEvent, type RunState } from '../domain/run.ts';
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
    // What the engine was doing itself; whoever does it sees by this that nobody wants it any more.
    const stepIds = [...session.state.pending].filter((id) => session.state.steps.get(id)?.planned.jobId === undefined);
    const withdrawn: RunEvent[] = stepIds.length === 0 ? [] : [{ type: 'steps-withdrawn', stepIds, reason: 'cancelled' }];
    await commit(session, { events: [...withdrawn, { type: 'run-cancelled' }], steps: [], status: 'cancelled' });
  }
  return session.state;
}
