import type { RunStatus } from '../domain/run.ts';
import type { Costs, FailedStep, Period, RunSaving, SavingSum, Tenants } from '../domain/run-figures.ts';

/** Figures over many runs, of one tenant where nothing else is said. They are sums of what commits have written, and of nothing else. */
export interface RunAccounts {
  /** Over the ledger entries that were written in the period. */
  readCosts(of: Tenants, period: Period): Promise<Costs>;
  /** Keeps what a run has saved, in the place of what was kept of it before; nothing is kept of an unknown run. */
  keepSavings(runId: string, savings: readonly RunSaving[]): Promise<void>;
  /** Over the runs that are over and whose last event lies in the period, by baseline; those of which nothing is kept are not counted. */
  readSavings(of: Tenants, period: Period): Promise<readonly SavingSum[]>;
  /** Newest first. */
  listFailures(tenant: string, limit: number): Promise<readonly FailedStep[]>;
  /** How many runs there are of each status, of all tenants; a status that no run has is absent. */
  countRuns(): Promise<Readonly<Partial<Record<RunStatus, number>>>>;
  /** The tenant's background runs that are not over and that no process holds. */
  countWaiting(tenant: string): Promise<number>;
}
