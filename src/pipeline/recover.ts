import { isTerminal, type PlannedStep } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import { send } from './dispatch.ts';
import { toPlanned } from './plan-steps.ts';
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
  await collect(session, { failures: false });
  if (session.state.pending.size === 0) return;
  await settleUnknown(session);
  const pending = [...session.state.pending].flatMap((id) => session.state.steps.get(id)?.planned ?? []);
  const states = await pendingJobs(session);
  const stopped = pending.filter((step) => states.get(step.jobId ?? '')?.state.state === 'failed');
  if (stopped.length > 0) await retry(session, stopped);
  await send(
    session,
    pending.filter((step) => step.jobId === undefined || states.get(step.jobId)?.state.state === 'missing'),
  );
}

async function takeStored(session: Session): Promise<void> {
  const pending = [...session.state.pending].flatMap((id) => session.state.steps.get(id)?.planned ?? []);
  const stored = await session.deps.runs.findSteps(pending.map((step) => step.stepKey));
  const finished = pending.flatMap((step) => {
    const known = stored.get(step.stepKey);
    return known === undefined ? [] : [fromStore(step.id, known, session.state.runId)];
  });
  if (finished.length > 0) await commit(session, { events: [{ type: 'steps-finished', steps: finished }], steps: [] });
}

/** Stopped jobs keep their ids in the queue as failures, so the next attempt needs a new name: the epoch is part of it. */
async function retry(session: Session, stopped: readonly PlannedStep[]): Promise<void> {
  await commit(session, { events: [{ type: 'run-resumed', epoch: session.state.epoch + 1 }], steps: [], status: 'in_progress' });
  const planned = await toPlanned(session, stopped);
  await commit(session, { events: [{ type: 'steps-planned', steps: planned }], steps: [] });
  await send(session, planned);
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
