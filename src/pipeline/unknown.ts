import type { LedgerEntry } from '../domain/ledger.ts';
import type { PlannedStep, RunEvent } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import type { JobState } from '../ports/job-queue.ts';
import { againOf } from './once.ts';
import type { Session } from './session.ts';
import { modelOfStep } from './work.ts';

/**
 * The entries of calls whose end nobody has seen: the provider may have billed them, so each counts at what was set aside for it
 * (bill ≤ ledger ≤ bill + unknown). Only remote calls are billed.
 */
export function unknownEntries({ state: { spec } }: Session, { step, stepKey, reserved }: PlannedStep, calls: number): LedgerEntry[] {
  const model = modelOfStep(step, spec);
  if (model?.provider !== 'openai' || reserved?.tokens === 0) return [];
  const entry: LedgerEntry = {
    kind: 'unknown',
    stepKey,
    role: roleOf(step),
    model: model.name,
    place: 'remote',
    promptTokens: reserved?.tokens ?? 0,
    cachedTokens: 0,
    outputTokens: 0,
    scoredTokens: 0,
    durationMs: 0,
    ...(reserved?.microUsd === undefined ? {} : { microUsd: reserved.microUsd }),
  };
  return Array.from({ length: calls }, () => entry);
}

/**
 * How many calls of a job that will bring no result may have been billed: those whose attempts were cut off. A job that the queue
 * knows and that never began has made none; of a job that the queue has lost, one is assumed.
 */
export function cutOff(state: JobState): number {
  switch (state.state) {
    case 'missing':
      return 1;
    case 'waiting':
      return state.lostAttempts ?? 0;
    case 'failed':
      return (againOf(state.error) === 'not-made' ? 0 : 1) + (state.lostAttempts ?? 0);
    case 'active':
    case 'completed':
      return 1 + (state.lostAttempts ?? 0);
    default:
      return state satisfies never;
  }
}

/** How often a call of a step has been lost in this run. */
export function lostCalls(ledger: readonly LedgerEntry[], stepKey: string): number {
  return ledger.filter((entry) => entry.kind === 'unknown' && entry.stepKey === stepKey).length;
}

export function unknownEvents(session: Session, step: PlannedStep, calls: number): RunEvent[] {
  return unknownEntries(session, step, calls).map((ledger) => ({ type: 'intent-unknown', stepId: step.id, ledger }));
}
