import { toErrorRecord } from '../domain/errors.ts';
import type { Finding, FinishedStep, PlannedStep } from '../domain/run.ts';
import type { Step, StepOutcome } from '../domain/step.ts';
import { type PreparedStep, toJobs, toNamed, toPlanned } from './plan-steps.ts';
import { retrieve } from './retrieve-step.ts';
import { commit, type Session } from './session.ts';
import { fromStore } from './settle.ts';
import { reserve } from './take-steps.ts';

/**
 * Journals what a strategy wants and sends it on its way: results that are already kept are taken, retrievals done at once, the
 * rest becomes jobs. The log is written before the queue is told: a crash in between leaves pending steps without jobs, and
 * whoever advances the run next adds them. Returns false when the strategy would decide the same again: it asked for nothing new,
 * or for what the limits have no room for now.
 */
export async function dispatch(session: Session, prepared: readonly PreparedStep[], findings: readonly Finding[]): Promise<boolean> {
  const stored = await session.deps.runs.findSteps(prepared.map((step) => step.stepKey));
  const known = prepared.filter((step) => stored.has(step.stepKey));
  const { taken, refused } = await reserve(
    session,
    prepared.filter((step) => !stored.has(step.stepKey)),
  );
  if (known.length + taken.length + findings.length === 0) return noteRefused(session, refused);
  const planned = await toPlanned(taken, session.state);
  const finished = known.map((step) => fromStore(step.id, stored.get(step.stepKey) as never, session.state.runId));
  const isWritten = await writePlan(session, { known, planned, finished, findings });
  if (isWritten) await send(session, planned);
  return true;
}

/** A refusal is final once nothing is pending whose end could make room. Returns whether there was one to note. */
function noteRefused(session: Session, refused: readonly string[]): boolean {
  if (session.state.pending.size > 0) return false;
  const news = refused.filter((id) => !session.refused.has(id));
  for (const id of news) session.refused.add(id);
  return news.length > 0;
}

interface Plan {
  readonly known: readonly PreparedStep[];
  readonly planned: readonly PlannedStep[];
  readonly finished: readonly FinishedStep[];
  readonly findings: readonly Finding[];
}

function writePlan(session: Session, { known, planned, finished, findings }: Plan): Promise<boolean> {
  const all = [...known.map((step): PlannedStep => ({ ...toNamed(step), stepKey: step.stepKey })), ...planned];
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

/**
 * Does the engine's own steps and enqueues the others. Adding a job that is already there changes nothing, which lets runs share
 * one; but a failure that another run has left under the same name is forgotten first: this run has not had its try.
 */
export async function send(session: Session, planned: readonly PlannedStep[]): Promise<void> {
  const { queue } = session.deps;
  for (const [name, jobs] of toJobs(session, planned)) {
    const states = await queue.states(
      name,
      jobs.map(({ id }) => id),
    );
    const failed = [...states].filter(([, { state }]) => state === 'failed').map(([id]) => id);
    if (failed.length > 0) await queue.remove(name, failed);
    await queue.add(name, jobs);
  }
  for (const step of planned) if (step.step.kind === 'retrieve') await doHere(session, step, step.step);
}

/** Tries until the step is over: another run may store the same retrieval first, another process may finish the step itself. */
async function doHere(session: Session, { id, stepKey }: PlannedStep, step: Extract<Step, { kind: 'retrieve' }>): Promise<void> {
  const outcome = await tryRetrieve(session, step);
  while (session.state.pending.has(id)) {
    const stored = (await session.deps.runs.findSteps([stepKey])).get(stepKey);
    const finished: FinishedStep = stored === undefined ? { id, outcome, ledger: [] } : fromStore(id, stored, session.state.runId);
    const isNew = stored === undefined && outcome.status === 'done';
    await commit(session, {
      events: [{ type: 'steps-finished', steps: [finished] }],
      steps: isNew ? [{ stepKey, result: outcome.result, ledger: [] }] : [],
    });
  }
}

/** A retrieval that fails is a failed step, as if a worker had done it. */
async function tryRetrieve(session: Session, step: Extract<Step, { kind: 'retrieve' }>): Promise<StepOutcome> {
  try {
    return { status: 'done', result: await retrieve(session.state.spec, step.selection, session.deps), isCached: false };
  } catch (error) {
    return { status: 'failed', error: toErrorRecord(error) };
  }
}
