import type { EgressRecord } from '../domain/egress.ts';
import { toErrorRecord } from '../domain/errors.ts';
import type { Finding, FinishedStep, PlannedStep, RunEvent } from '../domain/run.ts';
import { type EngineStep, isEngineStep, type Step, type StepOutcome } from '../domain/step.ts';
import type { RunChange, StoredStep } from '../ports/run-store.ts';
import { SILENT } from '../ports/telemetry.ts';
import { ATTRIBUTE, SPAN } from '../ports/telemetry-names.ts';
import { tryGather } from './gather-step.ts';
import { nameJobs } from './name-jobs.ts';
import { type PreparedStep, toJobs, toNamed } from './plan-steps.ts';
import { retrieve } from './retrieve-step.ts';
import { commit, type Session } from './session.ts';
import { fromStore } from './settle.ts';
import { reserve } from './take-steps.ts';

/**
 * Journals what a strategy wants and sends it on its way: results that are already kept are taken, what the engine does itself done at once, the
 * rest becomes jobs. The log is written before the queue is told: a crash in between leaves pending steps without jobs, and
 * whoever advances the run next adds them. Returns false when the strategy would decide the same again: it asked for nothing new,
 * or for what the limits have no room for now.
 */
export async function dispatch(session: Session, prepared: readonly PreparedStep[], findings: readonly Finding[]): Promise<boolean> {
  if (prepared.length + findings.length === 0) return false;
  const stored = await session.deps.runs.findSteps(prepared.map((step) => step.stepKey));
  const known = prepared.filter((step) => stored.has(step.stepKey));
  const { taken, refused } = await reserve(
    session,
    prepared.filter((step) => !stored.has(step.stepKey)),
  );
  if (known.length + taken.length + findings.length === 0) return noteRefused(session, refused);
  const { planned, present } = await nameJobs(session.deps.queue, taken);
  const finished = known.map((step) => fromStore(step.id, stored.get(step.stepKey) as never, session.state.runId));
  const isWritten = await writePlan(session, { known, planned, finished, findings });
  if (!isWritten) return true;
  await send(session, planned);
  for (const jobId of present) session.heard.add(jobId);
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

/** Does the engine's own steps and enqueues the others. Adding a job that is already there changes nothing, which lets runs share one. */
export async function send(session: Session, planned: readonly PlannedStep[]): Promise<void> {
  const { queue } = session.deps;
  for (const [name, jobs] of toJobs(session, planned)) await queue.add(name, jobs);
  for (const { id, stepKey, step } of planned) if (isEngineStep(step)) await doHere(session, { id, stepKey, step });
}

interface Attempt {
  /** Absent where the advance was told to stop before the step was over. */
  readonly outcome?: StepOutcome;
  readonly egress: readonly EgressRecord[];
}

/** A retrieval has a name of its own; whatever it did not bring is an outcome and no exception. */
function watched(session: Session, { stepKey, step }: Doing, work: () => Promise<Attempt>): Promise<Attempt> {
  const { deps, state } = session;
  const name = step.kind === 'retrieve' ? SPAN.retrieve : SPAN.step;
  const selection =
    step.kind === 'retrieve' ? { [ATTRIBUTE.selection]: step.selection.type, [ATTRIBUTE.plugin]: state.spec.retriever.id } : {};
  const attributes = { [ATTRIBUTE.runId]: state.runId, [ATTRIBUTE.stepKey]: stepKey, [ATTRIBUTE.stepRole]: step.kind, ...selection };
  return (deps.telemetry ?? SILENT).span(name, { title: `step ${step.kind}`, attributes }, async (span) => {
    const attempt = await work();
    const { outcome } = attempt;
    if (outcome?.status === 'failed') span.set({ [ATTRIBUTE.errorType]: outcome.error.code });
    else if (outcome?.result.kind === 'retrieve') span.set({ [ATTRIBUTE.chunkCount]: outcome.result.chunks.length });
    return attempt;
  });
}

type Doing = Pick<PlannedStep, 'id' | 'stepKey'> & { readonly step: EngineStep };

/**
 * Tries until the step is over: another run may store the same result first, another process may finish the step itself. What was asked of
 * the web is journaled whatever came of it: by the result, or by an event of its own.
 */
async function doHere(session: Session, planned: Doing): Promise<void> {
  const { id, stepKey, step } = planned;
  const attempt = await watched(session, planned, () => (step.kind === 'gather' ? tryGather(session, step) : tryRetrieve(session, step)));
  while (session.state.pending.has(id)) {
    const stored = (await session.deps.runs.findSteps([stepKey])).get(stepKey);
    const change = stored === undefined ? ofAttempt(planned, attempt) : ofStored(session, { id, stored, attempt });
    if (change.events.length === 0 || (await commit(session, change))) return;
  }
}

type HereChange = Pick<RunChange, 'events' | 'steps'>;

function ofAttempt({ id, stepKey }: Pick<PlannedStep, 'id' | 'stepKey'>, { outcome, egress }: Attempt): HereChange {
  if (outcome === undefined) return { events: asked(id, egress), steps: [] };
  const finished: RunEvent = { type: 'steps-finished', steps: [{ id, outcome, ledger: [] }] };
  if (outcome.status === 'failed') return { events: [...asked(id, egress), finished], steps: [] };
  return { events: [finished], steps: [{ stepKey, result: outcome.result, ledger: [] }] };
}

/** The result of another run; what this one has asked meanwhile was in vain. */
function ofStored(
  { state }: Session,
  { id, stored, attempt }: { readonly id: string; readonly stored: StoredStep; readonly attempt: Attempt },
): HereChange {
  return { events: [...asked(id, attempt.egress), { type: 'steps-finished', steps: [fromStore(id, stored, state.runId)] }], steps: [] };
}

function asked(stepId: string, egress: Attempt['egress']): readonly RunEvent[] {
  return egress.length === 0 ? [] : [{ type: 'web-asked', stepId, egress }];
}

/** A retrieval that fails is a failed step, as if a worker had done it. */
async function tryRetrieve(session: Session, step: Extract<Step, { kind: 'retrieve' }>): Promise<Attempt> {
  try {
    return {
      outcome: { status: 'done', result: await retrieve(session.state.spec, step.selection, session.deps), isCached: false },
      egress: [],
    };
  } catch (error) {
    return { outcome: { status: 'failed', error: toErrorRecord(error) }, egress: [] };
  }
}
