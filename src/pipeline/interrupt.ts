import type { RunState } from '../domain/run.ts';
import { commit, type Session } from './session.ts';
import { stopJobs, withdraw } from './stop-jobs.ts';

/**
 * Stops the pending jobs that no other run waits for, takes in what was done, and leaves the run to be resumed. Jobs that never
 * began are forgotten, so that nobody takes them for calls that were made.
 */
export async function interrupt(session: Session): Promise<RunState> {
  const stopped = await stopJobs(session, () => true);
  await withdraw(session, (_job, jobId) => stopped.unbegun.has(jobId), { stopped, reason: 'interrupted before it began' });
  await commit(session, { events: [{ type: 'run-interrupted', reason: 'interrupted' }], steps: [] });
  return session.state;
}
