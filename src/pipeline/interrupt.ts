import { groupBy } from '../domain/group.ts';
import type { RunState } from '../domain/run.ts';
import { commit, type Session } from './session.ts';
import { collect, pendingByQueue, pendingJobs } from './settle.ts';

/** How long stopped work may take to hand back what it has; decoding stops within a batch, a remote call at once. */
const GRACE_MS = 5000;
const POLL_MS = 50;

/** Stops the pending jobs that no other run waits for, takes in what was done, and leaves the run to be resumed. */
export async function interrupt(session: Session): Promise<RunState> {
  await detach(session);
  await awaitStop(session, await stopJobs(session));
  await collectDone(session);
  await commit(session, { events: [{ type: 'run-interrupted', reason: 'interrupted' }], steps: [] });
  return session.state;
}

/** Waits for nothing any more, so that whoever shares a job with this run and leaves after it can stop the job. */
async function detach(session: Session): Promise<void> {
  const keys = [...pendingByQueue(session).values()].flat().map((step) => step.stepKey);
  while (!(await commit(session, { events: [], steps: [], stopWaitingFor: keys })));
}

/** Returns the jobs that were told to stop. */
async function stopJobs(session: Session): Promise<ReadonlySet<string>> {
  const { runs, queue } = session.deps;
  const stopped = new Set<string>();
  for (const [name, steps] of pendingByQueue(session)) {
    const waiters = await runs.waiters(steps.map((step) => step.stepKey));
    const jobs = groupBy(steps, (step) => step.jobId ?? '');
    const own = [...jobs].filter(([, members]) => !members.some((member) => waiters.has(member.stepKey))).map(([jobId]) => jobId);
    await queue.cancel(name, own);
    for (const jobId of own) stopped.add(jobId);
  }
  return stopped;
}

async function awaitStop(session: Session, stopped: ReadonlySet<string>): Promise<void> {
  const { clock } = session.deps;
  const deadline = clock.now() + GRACE_MS;
  while (clock.now() < deadline) {
    const jobs = [...(await pendingJobs(session))];
    if (!jobs.some(([jobId, { state }]) => stopped.has(jobId) && state.state === 'active')) return;
    await clock.sleep(POLL_MS);
  }
}

/** Results are kept; cancelled jobs are left pending, so that a resumed run does them again and none looks failed. */
async function collectDone(session: Session): Promise<void> {
  await collect(session, { stopped: false });
}
