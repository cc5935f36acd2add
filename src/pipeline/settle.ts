import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { type LedgerEntry, toCacheEntry, toLedgerEntry } from '../domain/ledger.ts';
import type { FinishedStep, PlannedStep, RunEvent } from '../domain/run.ts';
import { roleOf, toJournal } from '../domain/step.ts';
import type { JobState } from '../ports/job-queue.ts';
import type { RunChange, StoredStep } from '../ports/run-store.ts';
import { wantsAgain, withdrawals } from './ask-again.ts';
import { commit, type Session } from './session.ts';
import { unknownEntries } from './unknown.ts';
import { JOB_VERSION, type JobResult, newerVersion, parseJobResult, type QueueName, usageOf } from './work.ts';

/** The queue of a step, by its role. */
function queueOfStep({ step }: PlannedStep): QueueName {
  const role = roleOf(step);
  if (role === 'capsule') return 'compress';
  return role === 'plan' || role === 'retrieve' || role === 'gather' ? 'predict' : role;
}

export interface PendingJob {
  readonly queue: QueueName;
  readonly steps: readonly PlannedStep[];
  readonly state: JobState;
}

/** Asks the queue about every pending job, or about those named that are pending. */
export async function pendingJobs(session: Session, only?: ReadonlySet<string>): Promise<Map<string, PendingJob>> {
  const { byJob } = session.pending;
  const asked = [...(only ?? byJob.keys())].flatMap((jobId) => {
    const steps = byJob.get(jobId);
    const [first] = steps ?? [];
    return steps === undefined || first === undefined ? [] : [{ jobId, steps, queue: queueOfStep(first) }];
  });
  const jobs = new Map<string, PendingJob>();
  for (const [queue, members] of groupBy(asked, (job) => job.queue)) {
    const states = await session.deps.queue.states(
      queue,
      members.map(({ jobId }) => jobId),
    );
    for (const { jobId, steps } of members) jobs.set(jobId, { queue, steps, state: states.get(jobId) ?? { state: 'missing' } });
  }
  return jobs;
}

/**
 * Takes in everything that has ended: results, ledger entries and events in one transaction per call. Returns whether anything
 * changed. A result that another run stored first is taken from it, as a cache hit. Without `stopped`, jobs that were told to
 * stop remain pending. Remote calls without an answer are withdrawn, to be asked for again. The queue is asked about all pending jobs, or
 * about `only` those.
 */
export async function collect(
  session: Session,
  { stopped = true, only }: { readonly stopped?: boolean; readonly only?: ReadonlySet<string> } = {},
): Promise<boolean> {
  const jobs = [...(await pendingJobs(session, only)).values()];
  const over = jobs.filter((job) => hasEnded(job, stopped));
  const again = over.filter((job) => wantsAgain(session, job));
  const ended = over.filter((job) => !again.includes(job));
  if (again.length + ended.length === 0) return false;
  const finished: FinishedStep[] = [];
  const results: RunChange['steps'][number][] = [];
  const stored = await session.deps.runs.findSteps(stepKeysOf(ended));
  for (const { steps, state } of ended) {
    const settled = settleJob(session, { steps, state, stored });
    finished.push(...settled.finished);
    results.push(...settled.results);
  }
  const settledEvents: RunEvent[] = finished.length > 0 ? [{ type: 'steps-finished', steps: finished }] : [];
  const events = [...settledEvents, ...withdrawals(session, again)];
  await commit(session, { events, steps: results, stopWaitingFor: stepKeysOf([...ended, ...again]) });
  return true;
}

/** @throws IsthmusError `conflict` for a result that a newer process has asked for: this one lets go of the run, which that one takes up */
function hasEnded({ state }: PendingJob, stopped: boolean): boolean {
  const newer = state.state === 'completed' ? newerVersion(state.result) : undefined;
  if (newer !== undefined) {
    const message = `Expected results of version ${JOB_VERSION}, but one is of version ${newer}, from a newer Isthmus. This run is left to a process that knows it: update this one, or start a newer one beside it.`;
    throw new IsthmusError('conflict', message, { isRetryable: true });
  }
  return state.state === 'completed' || (state.state === 'failed' && (stopped || state.error.code !== 'aborted'));
}

function stepKeysOf(jobs: readonly PendingJob[]): string[] {
  return jobs.flatMap((job) => job.steps.map((step) => step.stepKey));
}

interface Settled {
  readonly finished: FinishedStep[];
  readonly results: RunChange['steps'][number][];
}

interface EndedJob {
  readonly steps: readonly PlannedStep[];
  readonly state: JobState;
  readonly stored: ReadonlyMap<string, StoredStep>;
}

function settleJob(session: Session, job: EndedJob): Settled {
  const { steps, state, stored } = job;
  if (state.state === 'failed') return withLost(session, job, failJob(session, steps, state.error));
  try {
    const result = parseJobResult(state.state === 'completed' ? state.result : undefined);
    return withLost(session, job, finishJob(session, { steps, stored, job: result }));
  } catch (error) {
    return withLost(session, job, failJob(session, steps, toErrorRecord(error)));
  }
}

/**
 * Calls whose end nobody saw: attempts that were cut off before the one that ended, and that one if it ended without an answer. Whoever
 * did not pay for the result did not make them either.
 */
function withLost(session: Session, { steps, state }: EndedJob, settled: Settled): Settled {
  const lost = lostIn(state);
  const [first] = steps;
  if (lost === 0 || first === undefined) return settled;
  const unknown = unknownEntries(session, first, lost);
  const finished = settled.finished.map((step) => {
    const isShared = step.outcome.status === 'done' && step.outcome.isCached;
    return step.id === first.id && !isShared ? { ...step, ledger: [...unknown, ...step.ledger] } : step;
  });
  return { ...settled, finished };
}

function lostIn(state: JobState): number {
  if (state.state === 'missing') return 0;
  const isUnanswered = state.state === 'failed' && state.error.details?.['billed'] === 'unknown';
  return (state.lostAttempts ?? 0) + (isUnanswered ? 1 : 0);
}

function finishJob(session: Session, { steps, stored, job }: Omit<EndedJob, 'state'> & { readonly job: JobResult }): Settled {
  const made = new Map(job.steps.map((step) => [step.stepKey, step]));
  const settled: Settled = { finished: [], results: [] };
  const journaled = new Set<string>();
  for (const planned of steps) {
    const { id, stepKey, step } = planned;
    const known = stored.get(stepKey);
    const result = made.get(stepKey);
    // Equal works under two names are one result, paid once.
    const ledger = journaled.has(stepKey)
      ? []
      : (result?.usage ?? []).map((usage) => toLedgerEntry(usage, { stepKey, role: roleOf(step) }, session.deps.pricing));
    if (known !== undefined) settled.finished.push(fromStoreOrOwn({ id, known, ledger }, session.state.runId));
    else if (result === undefined) settled.finished.push(missing(id));
    else {
      settled.finished.push({ id, outcome: { status: 'done', result: toJournal(result.result), isCached: false }, ledger });
      if (!journaled.has(stepKey)) settled.results.push({ stepKey, result: result.result, ledger });
    }
    journaled.add(stepKey);
  }
  return settled;
}

interface Shadowed {
  readonly id: string;
  readonly known: StoredStep;
  /** What the job of this run has used. */
  readonly ledger: readonly LedgerEntry[];
}

/**
 * The result that is kept. Where two runs that share a step have sent it under two names (one of them had lost a call before), each made a
 * remote call of its own and both are billed; the second result is dropped, and its bill is not.
 */
function fromStoreOrOwn({ id, known, ledger }: Shadowed, runId: string): FinishedStep {
  const billed = ledger.filter(({ place }) => place === 'remote');
  if (billed.every((entry) => known.ledger.some((kept) => isSameCall(kept, entry)))) return fromStore(id, known, runId);
  return { id, outcome: { status: 'done', result: toJournal(known.result), isCached: false }, ledger };
}

/** A call's duration in fractions of a millisecond tells it from another one of the same prompt. */
function isSameCall(one: LedgerEntry, other: LedgerEntry): boolean {
  const { promptTokens, cachedTokens, outputTokens, durationMs } = one;
  const tokens = promptTokens === other.promptTokens && cachedTokens === other.cachedTokens && outputTokens === other.outputTokens;
  return tokens && durationMs === other.durationMs;
}

function missing(id: string): FinishedStep {
  return {
    id,
    outcome: {
      status: 'failed',
      error: { code: 'output-unparseable', message: 'The job ended without a result for this step.', isRetryable: false },
    },
    ledger: [],
  };
}

/** What the calls of a failed job consumed is paid for all the same; it is entered at its first step. */
function failJob(session: Session, steps: readonly PlannedStep[], error: ErrorRecord): Settled {
  const finished = steps.map(({ id, stepKey, step }, i): FinishedStep => {
    const usage = i === 0 ? usageOf(error) : [];
    const ledger = usage.map((used) => toLedgerEntry(used, { stepKey, role: roleOf(step) }, session.deps.pricing));
    return { id, outcome: { status: 'failed', error }, ledger };
  });
  return { finished, results: [] };
}

/** A step whose result is already kept. What this run paid itself before a crash is not a saving and is not logged as one. */
export function fromStore(id: string, stored: StoredStep, runId: string): FinishedStep {
  const ledger: LedgerEntry[] = stored.runId === runId ? [] : stored.ledger.map(toCacheEntry);
  return { id, outcome: { status: 'done', result: toJournal(stored.result), isCached: true }, ledger };
}
