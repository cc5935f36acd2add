import { groupBy } from '../domain/group.ts';
import type { PlannedStep } from '../domain/run.ts';
import { commit, type Session } from './session.ts';
import { collect, type PendingJob, pendingJobs } from './settle.ts';
import { cutOff, unknownEvents } from './unknown.ts';

/** How long stopped work may take to hand back what it has; decoding stops within a batch, a remote call at once. */
const GRACE_MS = 5000;
const POLL_MS = 50;

/** What became of the jobs that were to stop: those that go on for another run's sake, and those that never began. */
export interface Stopped {
  readonly shared: ReadonlySet<string>;
  readonly unbegun: ReadonlySet<string>;
}

/**
 * Stops the pending jobs of the steps that are meant, as far as no other run waits for them, and takes in what was done. Stopped
 * steps are left pending.
 */
export async function stopJobs(session: Session, isMeant: (step: PlannedStep) => boolean): Promise<Stopped> {
  const find = async () => [...(await pendingJobs(session))].filter(([, { steps }]) => steps.every(isMeant));
  const before = await find();
  await detach(
    session,
    before.flatMap(([, { steps }]) => steps.map((step) => step.stepKey)),
  );
  const waiters = await session.deps.runs.waiters(before.flatMap(([, { steps }]) => steps.map((step) => step.stepKey)));
  const isShared = ({ steps }: PendingJob) => steps.some((step) => waiters.has(step.stepKey));
  const own = new Map(before.filter(([, job]) => !isShared(job)));
  for (const [queue, jobs] of groupBy(own, ([, job]) => job.queue))
    await session.deps.queue.cancel(
      queue,
      jobs.map(([jobId]) => jobId),
    );
  await awaitStop(session, own);
  const after = new Map(await find());
  await collect(session, { stopped: false });
  const hasVanished = (jobId: string) => after.get(jobId)?.state.state === 'missing';
  return {
    shared: new Set(before.map(([jobId]) => jobId).filter((jobId) => !own.has(jobId))),
    unbegun: new Set(
      [...own].flatMap(([jobId, { state }]) => (state.state === 'waiting' && !state.lostAttempts && hasVanished(jobId) ? [jobId] : [])),
    ),
  };
}

/** Waits for nothing any more, so that whoever shares a job with this run and leaves after it can stop the job. */
async function detach(session: Session, stepKeys: readonly string[]): Promise<void> {
  while (!(await commit(session, { events: [], steps: [], stopWaitingFor: stepKeys })));
}

async function awaitStop(session: Session, stopped: ReadonlyMap<string, PendingJob>): Promise<void> {
  const { clock } = session.deps;
  const deadline = clock.now() + GRACE_MS;
  while (clock.now() < deadline) {
    const jobs = [...(await pendingJobs(session))];
    if (!jobs.some(([jobId, { state }]) => stopped.has(jobId) && state.state === 'active')) return;
    await clock.sleep(POLL_MS);
  }
}

/**
 * Forgets pending steps whose jobs will bring nothing to this run, and frees what was set aside for them; calls that may have been
 * billed stay in the ledger as `unknown`. Returns whether there were any.
 */
export async function withdraw(
  session: Session,
  isMeant: (job: PendingJob, jobId: string) => boolean,
  { stopped, reason }: { readonly stopped: Stopped; readonly reason: string },
): Promise<boolean> {
  for (;;) {
    const jobs = [...(await pendingJobs(session))].filter(([jobId, job]) => job.state.state !== 'completed' && isMeant(job, jobId));
    if (jobs.length === 0) return false;
    const steps = jobs.flatMap(([, job]) => job.steps);
    const unknown = jobs.flatMap(([jobId, { steps: members, state }]) => {
      const isUnbilled = stopped.shared.has(jobId) || stopped.unbegun.has(jobId);
      return isUnbilled ? [] : members.flatMap((step) => unknownEvents(session, step, cutOff(state)));
    });
    const event = { type: 'steps-withdrawn', stepIds: steps.map(({ id }) => id), reason } as const;
    if (await commit(session, { events: [event, ...unknown], steps: [], stopWaitingFor: steps.map(({ stepKey }) => stepKey) })) return true;
  }
}
