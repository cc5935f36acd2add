import type { Finding, FinishedStep, PlannedStep } from '../domain/run.ts';
import { type NamedStep, type StepResult, toJournal } from '../domain/step.ts';
import { type PreparedStep, prepare, reserve, toJobs, toPlanned } from './plan-steps.ts';
import { retrieve } from './retrieve-step.ts';
import { commit, type Session } from './session.ts';
import { fromStore } from './settle.ts';

/**
 * Journals what a strategy wants and sends it on its way: results that are already kept are taken, retrievals done at once, the
 * rest becomes jobs. The log is written before the queue is told: a crash in between leaves pending steps without jobs, and
 * whoever advances the run next adds them. Returns false when there was nothing new, or when somebody else was faster.
 */
export async function dispatch(session: Session, wanted: readonly NamedStep[], findings: readonly Finding[]): Promise<boolean> {
  const fresh = wanted.filter((step) => !session.state.steps.has(step.id));
  const prepared = await prepare(session, fresh);
  const stored = await session.deps.runs.findSteps(prepared.map((step) => step.stepKey));
  const known = prepared.filter((step) => stored.has(step.stepKey));
  const { taken, refused } = await reserve(
    session,
    prepared.filter((step) => !stored.has(step.stepKey)),
  );
  if (known.length + taken.length + findings.length === 0) {
    if (session.state.pending.size === 0) for (const id of refused) session.refused.add(id);
    return refused.length > 0;
  }
  const planned = await toPlanned(session, taken);
  const finished = known.map((step) => fromStore(step.id, stored.get(step.stepKey) as never, session.state.runId));
  const isWritten = await writePlan(session, { known, planned, finished, findings });
  if (isWritten) await send(session, planned);
  return true;
}

interface Plan {
  readonly known: readonly PreparedStep[];
  readonly planned: readonly PlannedStep[];
  readonly finished: readonly FinishedStep[];
  readonly findings: readonly Finding[];
}

function writePlan(session: Session, { known, planned, finished, findings }: Plan): Promise<boolean> {
  const all = [...known.map(({ id, step, stepKey }): PlannedStep => ({ id, step, stepKey })), ...planned];
  return commit(session, {
    events: [
      ...findings,
      ...(all.length > 0 ? [{ type: 'steps-planned' as const, steps: all }] : []),
      ...(finished.length > 0 ? [{ type: 'steps-finished' as const, steps: finished }] : []),
    ],
    steps: [],
    status: 'in_progress',
    waitFor: planned.filter((step) => step.jobId !== undefined).map((step) => step.stepKey),
  });
}

/** Does the engine's own steps and enqueues the others. Adding a job that is already there changes nothing. */
export async function send(session: Session, planned: readonly PlannedStep[]): Promise<void> {
  for (const [queue, jobs] of toJobs(session, planned)) await session.deps.queue.add(queue, jobs);
  for (const step of planned) {
    if (step.step.kind !== 'retrieve') continue;
    const result = await retrieve(session, step.step);
    await commit(session, {
      events: [{ type: 'steps-finished', steps: [doneHere(step, result)] }],
      steps: [{ stepKey: step.stepKey, result, ledger: [] }],
    });
  }
}

function doneHere(step: PlannedStep, result: StepResult): FinishedStep {
  return { id: step.id, outcome: { status: 'done', result: toJournal(result), isCached: false }, ledger: [] };
}
