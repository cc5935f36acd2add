import type { CapsuleChoice } from './capsule.ts';
import { IsthmusError } from './errors.ts';
import type { LedgerEntry } from './ledger.ts';
import type { PatchJudgement } from './patch.ts';
import {
  type FinishedStep,
  type GateDecision,
  isTerminal,
  type PlannedStep,
  type RunEvent,
  type RunState,
  type StepRecord,
  type StoredEvent,
  type SummaryScore,
} from './run.ts';

/** The writable inside of a {@link RunState}; nobody but {@link applyEvent} writes to it. */
type Fold = {
  -readonly [K in keyof RunState]: RunState[K];
} & {
  steps: Map<string, StepRecord>;
  pending: Set<string>;
  scores: Map<string, SummaryScore>;
  gates: Map<string, GateDecision>;
  judgements: PatchJudgement[];
  capsules: CapsuleChoice[];
  ledger: LedgerEntry[];
};

/**
 * Folds a run's events from the first on.
 * @throws IsthmusError `internal` when the log does not begin with `run-created` or has a gap.
 */
export function foldRun(runId: string, events: readonly StoredEvent[]): RunState {
  const [first, ...rest] = events;
  if (first?.event.type !== 'run-created') {
    throw new IsthmusError(
      'internal',
      `The log of run ${runId} should begin with run-created, but begins with ${first?.event.type ?? 'nothing'}.`,
    );
  }
  const state: Fold = {
    runId,
    spec: first.event.spec,
    ...(first.event.trace === undefined ? {} : { trace: first.event.trace }),
    status: 'queued',
    sequence: first.sequence,
    createdAt: first.at,
    startedAt: first.at,
    updatedAt: first.at,
    epoch: 0,
    steps: new Map(),
    pending: new Set(),
    scores: new Map(),
    gates: new Map(),
    judgements: [],
    capsules: [],
    ledger: [],
  };
  return rest.reduce<RunState>(applyEvent, state);
}

/**
 * Adds one event to a state and returns that state. It updates in place: copying the maps would make a run of n events
 * cost n² (10,000 chunks: minutes). So a state belongs to one folder, and strategies only read it.
 */
export function applyEvent(state: RunState, stored: StoredEvent): RunState {
  if (stored.sequence !== state.sequence + 1) {
    throw new IsthmusError('internal', `Run ${state.runId} expected event ${state.sequence + 1}, but was given ${stored.sequence}.`);
  }
  const fold = state as Fold;
  fold.sequence = stored.sequence;
  // While it is interrupted, nobody works on a run.
  if (fold.reason !== undefined && !isTerminal(fold.status)) fold.startedAt += stored.at - fold.updatedAt;
  fold.updatedAt = stored.at;
  applyBody(fold, stored.event);
  return fold;
}

function applyBody(fold: Fold, event: RunEvent): void {
  switch (event.type) {
    case 'run-created':
      throw new IsthmusError('internal', `Run ${fold.runId} was created twice.`);
    case 'run-resumed':
      resume(fold, event.epoch);
      fold.startedAt = fold.updatedAt;
      return;
    case 'steps-planned':
      planSteps(fold, event.steps);
      return;
    case 'steps-finished':
      finishSteps(fold, event.steps);
      return;
    case 'steps-withdrawn':
      for (const id of event.stepIds) {
        fold.steps.delete(id);
        fold.pending.delete(id);
      }
      return;
    case 'intent-unknown':
      fold.ledger.push(event.ledger);
      return;
    case 'web-asked':
      fold.webAsked = [...(fold.webAsked ?? []), ...event.egress];
      return;
    case 'summary-scored':
      fold.scores.set(event.stepId, { score: event.score });
      return;
    case 'summary-unscored':
      fold.scores.set(event.stepId, { missing: event.reason });
      return;
    case 'summary-gated':
      fold.gates.set(event.stepId, event.decision);
      return;
    case 'patch-judged':
      fold.judgements.push(event.judgement);
      return;
    case 'capsule-chosen':
      fold.capsules.push(event.choice);
      return;
    case 'run-interrupted':
      fold.reason = event.reason;
      return;
    default:
      end(fold, event);
  }
}

type EndEvent = Extract<RunEvent, { type: 'run-completed' | 'run-incomplete' | 'run-failed' | 'run-cancelled' }>;

function end(fold: Fold, event: EndEvent): void {
  // Whatever interrupted the run before is over.
  delete fold.reason;
  switch (event.type) {
    case 'run-completed':
      fold.status = 'completed';
      fold.report = event.report;
      return;
    case 'run-incomplete':
      fold.status = 'incomplete';
      fold.report = event.report;
      fold.reason = event.reason;
      return;
    case 'run-failed':
      fold.status = 'failed';
      fold.error = event.error;
      return;
    case 'run-cancelled':
      fold.status = 'cancelled';
      return;
    default:
      event satisfies never;
  }
}

function planSteps(fold: Fold, steps: readonly PlannedStep[]): void {
  fold.status = 'in_progress';
  delete fold.reason;
  for (const planned of steps) {
    fold.steps.set(planned.id, { planned });
    fold.pending.add(planned.id);
  }
}

function finishSteps(fold: Fold, steps: readonly FinishedStep[]): void {
  delete fold.reason;
  for (const { id, outcome, ledger } of steps) {
    const record = fold.steps.get(id);
    if (record === undefined) throw new IsthmusError('internal', `Run ${fold.runId} finished step ${id}, which was never planned.`);
    fold.steps.set(id, { planned: record.planned, outcome });
    fold.pending.delete(id);
    fold.ledger.push(...ledger);
    // From here on the run is like one that was given its corpus.
    if (outcome.status === 'done' && outcome.result.kind === 'gather') fold.spec = { ...fold.spec, corpusId: outcome.result.corpusId };
  }
}

/** A resumed run forgets its failures and their consequences, and nothing that was paid for. */
function resume(fold: Fold, epoch: number): void {
  fold.status = 'in_progress';
  fold.epoch = epoch;
  delete fold.error;
  delete fold.reason;
  delete fold.report;
  for (const [id, record] of fold.steps) {
    if (record.outcome?.status === 'failed') fold.steps.delete(id);
  }
}
