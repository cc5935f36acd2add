import { isTerminal, type PlannedStep } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import { send } from './dispatch.ts';
import { prepare, toPlanned } from './plan-steps.ts';
import { commit, type Session } from './session.ts';
import { collect, fromStore, pendingJobs } from './settle.ts';

/**
 * Picks a run up where its log stops, whoever wrote it and however that process ended. Results that exist are taken and not
 * made again; lost jobs are added again; jobs that were stopped get a new attempt; a remote call whose end nobody saw is entered
 * at its reservation as `unknown`, since the provider may have billed it (bill ≤ ledger ≤ bill + unknown).
 */
export async function recover(session: Session): Promise<void> {
  if (isTerminal(session.state.status) || session.state.steps.size === 0) return;
  await takeStored(session);
  await collect(session, { stopped: false });
  if (session.state.pending.size === 0) return;
  await settleUnknown(session);
  await retryStopped(session);
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

async function takeStored(session: Session): Promise<void> {
  const pending = pendingSteps(session);
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
 * Stopped jobs keep their ids in the queue as failures, so the next attempt needs a new name: the epoch is part of it. Whoever
 * is overtaken by another process looks again, since that one may have given them new names already.
 */
async function retryStopped(session: Session): Promise<void> {
  for (;;) {
    const states = await pendingJobs(session);
    const stopped = pendingSteps(session).filter((step) => states.get(step.jobId ?? '')?.state.state === 'failed');
    if (stopped.length === 0) return;
    const reserved = new Map(stopped.map((step) => [step.id, step.reserved && { reserved: step.reserved }]));
    const prepared = (await prepare(session, stopped)).map((step) => ({ ...step, ...reserved.get(step.id) }));
    const epoch = session.state.epoch + 1;
    const planned = await toPlanned(prepared, epoch);
    const events = [{ type: 'run-resumed', epoch } as const, { type: 'steps-planned', steps: planned } as const];
    if (await commit(session, { events, steps: [], status: 'in_progress' })) return;
  }
}

async function settleUnknown(session: Session): Promise<void> {
  const jobs = await pendingJobs(session);
  for (const { steps, state } of jobs.values()) {
    const [first] = steps;
    if (state.state === 'completed' || first === undefined) continue;
    const model = remoteModelOf(session, first);
    if (model === undefined) continue;
    const { reserved, stepKey, step, id } = first;
    const tokens = { promptTokens: reserved?.tokens ?? 0, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs: 0 };
    const entry = { kind: 'unknown' as const, stepKey, role: roleOf(step), model, place: 'remote' as const, ...tokens };
    const ledger = reserved?.microUsd === undefined ? entry : { ...entry, microUsd: reserved.microUsd };
    await commit(session, { events: [{ type: 'intent-unknown', stepId: id, ledger }], steps: [] });
  }
}

function remoteModelOf({ state: { spec } }: Session, { step }: PlannedStep): string | undefined {
  if (step.kind !== 'chat') return undefined;
  const choice = { plan: spec.planner, compress: spec.compressor, predict: spec.predictor }[step.role];
  return choice.model?.provider === 'openai' ? choice.model.name : undefined;
}
