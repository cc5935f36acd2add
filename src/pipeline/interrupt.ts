import { groupBy } from '../domain/group.ts';
import type { RunState } from '../domain/run.ts';
import { commit, type Session } from './session.ts';
import { collect, pendingByQueue, pendingJobs } from './settle.ts';

/** How long stopped work may take to hand back what it has; decoding stops within a batch, a remote call at once. */
const GRACE_MS = 5000;
const POLL_MS = 50;

/** Stops the pending jobs that no other run waits for, takes in what was done, and leaves the run to be resumed. */
export async function interrupt(session: Session): Promise<RunState> {
  await stopJobs(session);
  await awaitStop(session);
  await collectDone(session);
  await commit(session, { events: [{ type: 'run-interrupted', reason: 'interrupted' }], steps: [] });
  return session.state;
}

async function stopJobs(session: Session): Promise<void> {
  const { runs, queue } = session.deps;
  for (const [name, steps] of pendingByQueue(session)) {
    const waiters = await runs.waiters(steps.map((step) => step.stepKey));
    const shared = (key: string) => (waiters.get(key) ?? []).some((runId) => runId !== session.state.runId);
    const jobs = groupBy(steps, (step) => step.jobId ?? '');
    const own = [...jobs].filter(([, members]) => !members.some((member) => shared(member.stepKey))).map(([jobId]) => jobId);
    await queue.cancel(name, own);
  }
}

async function awaitStop(session: Session): Promise<void> {
  const { clock } = session.deps;
  const deadline = clock.now() + GRACE_MS;
  while (clock.now() < deadline) {
    const jobs = [...(await pendingJobs(session)).values()];
    if (!jobs.some(({ state }) => state.state === 'active')) return;
    await clock.sleep(POLL_MS);
  }
}

/** Results are kept; cancelled jobs are left pending, so that a resumed run does them again and none looks failed. */
async function collectDone(session: Session): Promise<void> {
  await collect(session, { failures: false });
}
