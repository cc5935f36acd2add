import { isTerminal, type PlannedStep, type RunEvent } from '../domain/run.ts';
import { send } from './dispatch.ts';
import { commit, type Session } from './session.ts';
import { collect, fromStore, pendingJobs } from './settle.ts';
import { cutOff, unknownEntries, unknownEvents } from './unknown.ts';

/**
 * Picks a run up where its log stops, whoever wrote it and however that process ended. Results that exist are taken and not
 * made again; lost jobs are added again; jobs that were stopped get a new attempt. A remote call that was cut off is entered at its
 * reservation as `unknown`, here or when its job ends; one that waits or is under way is not: the queue will tell how it ended.
 */
export async function recover(session: Session): Promise<void> {
  if (isTerminal(session.state.status) || session.state.steps.size === 0) return;
  await collect(session, { stopped: false });
  await takeStored(session);
  if (session.state.pending.size === 0) return;
  await giveUp(session, await stopRepeats(session));
  const waitFor = pendingSteps(session).flatMap((step) => (step.jobId === undefined ? [] : [step.stepKey]));
  while (!(await commit(session, { events: [], steps: [], waitFor })));
  await sendLost(session);
}

/** Sends pending steps that the queue knows nothing of: whoever planned them may have died before it could tell the queue. */
export async function sendLost(session: Session): Promise<void> {
  const states = await pendingJobs(session);
  await send(
    session,
    pendingSteps(session).filter((step) => step.jobId === undefined || states.get(step.jobId)?.state.state === 'missing'),
  );
}

function pendingSteps({ state }: Session): PlannedStep[] {
  return [...state.pending].flatMap((id) => state.steps.get(id)?.planned ?? []);
}

/**
 * What was stored under a key while nobody looked. Only for steps that have no job, or had one that costs nothing and is lost: every other job
 * will end, and what it was billed for stands in its result.
 */
async function takeStored(session: Session): Promise<void> {
  const jobs = await pendingJobs(session);
  const isLost = (jobId: string): boolean => jobs.get(jobId)?.state.state === 'missing';
  const pending = pendingSteps(session).filter((step) => step.jobId === undefined || (isLost(step.jobId) && !isBilled(session, step)));
  const stored = await session.deps.runs.findSteps(pending.map((step) => step.stepKey));
  const finished = pending.flatMap((step) => {
    const known = stored.get(step.stepKey);
    return known === undefined ? [] : [fromStore(step.id, known, session.state.runId)];
  });
  if (finished.length === 0) return;
  const stopWaitingFor = pending.map((step) => step.stepKey).filter((key) => stored.has(key));
  await commit(session, { events: [{ type: 'steps-finished', steps: finished }], steps: [], stopWaitingFor });
}

/**
 * Remote calls that were cut off and would now be made again under the same reservation: they are taken out of the queue, since what
 * was set aside for them may have been billed already. Returns how many calls each job has lost.
 */
async function stopRepeats(session: Session): Promise<ReadonlyMap<string, number>> {
  const repeats = [...(await pendingJobs(session))].filter(
    ([, { state, steps }]) => state.state === 'waiting' && state.lostAttempts && steps.some((step) => isBilled(session, step)),
  );
  for (const [jobId, { queue }] of repeats) await session.deps.queue.cancel(queue, [jobId]);
  return new Map(repeats.map(([jobId, { state }]) => [jobId, state.state === 'waiting' ? (state.lostAttempts ?? 0) : 0]));
}

function isBilled(session: Session, step: PlannedStep): boolean {
  return unknownEntries(session, step, 1).length > 0;
}

/**
 * Steps whose jobs were stopped, and remote ones whose jobs the queue has lost, are given up: the strategy asks for them again, the
 * limits are asked again, and the next attempt has a new name, since a queue never runs an id again that has failed. Whoever is
 * overtaken by another process looks again, since that one may have done all this already.
 */
async function giveUp(session: Session, lost: ReadonlyMap<string, number>): Promise<void> {
  for (;;) {
    const jobs = [...(await pendingJobs(session))].filter(([, { state, steps }]) => {
      return state.state === 'failed' || (state.state === 'missing' && steps.some((step) => isBilled(session, step)));
    });
    if (jobs.length === 0) return;
    const steps = jobs.flatMap(([, job]) => job.steps);
    const unknown = jobs.flatMap(([jobId, { steps: members, state }]) => {
      const calls = state.state === 'missing' ? (lost.get(jobId) ?? cutOff(state)) : cutOff(state);
      return members.flatMap((step) => unknownEvents(session, step, calls));
    });
    const events: RunEvent[] = [
      { type: 'steps-withdrawn', stepIds: steps.map(({ id }) => id), reason: 'stopped before it ended' },
      ...unknown,
      { type: 'run-resumed', epoch: session.state.epoch + 1 },
    ];
    const stopWaitingFor = steps.map(({ stepKey }) => stepKey);
    if (await commit(session, { events, steps: [], status: 'in_progress', stopWaitingFor })) return;
  }
}
