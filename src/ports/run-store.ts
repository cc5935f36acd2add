import type { LedgerEntry } from '../domain/ledger.ts';
import type { RunEvent, RunStatus, StoredEvent } from '../domain/run.ts';
import type { StepResult } from '../domain/step.ts';

export interface RunSummary {
  readonly id: string;
  readonly tenant: string;
  readonly question: string;
  readonly status: RunStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A result that is kept under its key, with what it cost whoever paid. */
export interface StoredStep {
  readonly stepKey: string;
  readonly runId: string;
  readonly result: StepResult;
  readonly ledger: readonly LedgerEntry[];
}

/**
 * One atomic change of a run: events appended, results stored, ledger written, waiters set and cleared, or nothing of it.
 */
export interface RunChange {
  readonly runId: string;
  /** The sequence of the last event the writer has seen. */
  readonly expectedSequence: number;
  readonly events: readonly RunEvent[];
  /** Results that this run paid for. */
  readonly steps: readonly Omit<StoredStep, 'runId'>[];
  /** The new status, when the events change it. */
  readonly status?: RunStatus;
  readonly waitFor?: readonly string[];
  readonly stopWaitingFor?: readonly string[];
}

/**
 * `sequence`: somebody else has appended; reload. `step`: one of the results was stored by another run in the meantime; look
 * it up and take it from the cache. In both cases nothing was written.
 */
export type CommitResult =
  | { readonly type: 'committed'; readonly events: readonly StoredEvent[] }
  | { readonly type: 'conflict'; readonly on: 'sequence' | 'step' };

/** Runs, their event logs, step results and ledgers. All of a tenant's data is found through its tenant only. */
export interface RunStore {
  createRun(run: {
    readonly id: string;
    readonly tenant: string;
    readonly question: string;
    readonly events: readonly RunEvent[];
  }): Promise<readonly StoredEvent[]>;
  findRun(id: string): Promise<RunSummary | undefined>;
  /** Newest first. */
  listRuns(filter: { readonly tenant: string; readonly limit: number; readonly before?: string }): Promise<readonly RunSummary[]>;
  readEvents(runId: string, afterSequence: number): Promise<readonly StoredEvent[]>;
  commit(change: RunChange): Promise<CommitResult>;
  findSteps(stepKeys: readonly string[]): Promise<ReadonlyMap<string, StoredStep>>;
  /** Runs that wait for a step, so that its end can wake them and its last waiter's leaving can stop it. */
  waiters(stepKeys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  readLedger(runId: string): Promise<readonly LedgerEntry[]>;
}
