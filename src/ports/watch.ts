import type { Effort } from '../domain/effort.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CostFigures, Costs, FailedStep, Period, SavingSum, Tenants } from '../domain/run-figures.ts';
import type { JobCounts } from './job-queue.ts';
import type { Figures } from './metrics.ts';
import type { Caller } from './research-service.ts';

export interface CostReport extends Costs {
  readonly total: CostFigures;
  readonly savings: readonly SavingSum[];
  readonly prices: { readonly source: string; readonly date?: string };
}

/** A configured model; figures that could not be had are absent. */
export interface ModelFigures {
  readonly name: string;
  readonly provider: string;
  /** Whether anybody has asked this process for it. */
  readonly isOpen: boolean;
  readonly fileBytes?: number;
  readonly parameters?: number;
  readonly contextTokens?: number;
  /** What its contexts take while it is loaded. */
  readonly contextMiB?: number;
  /** Where it computes while it is loaded. */
  readonly device?: string;
  readonly threads?: number;
  /** Over the caller's calls of the last hour; absent where there were none. */
  readonly tokensPerSecond?: number;
}

export interface SystemState {
  readonly store: 'embedded' | 'postgres';
  readonly queue: 'embedded' | 'postgres' | 'redis';
  readonly uptimeMs: number;
  readonly queues: readonly (JobCounts & { readonly name: string; readonly concurrency: number })[];
  readonly models: readonly ModelFigures[];
  /** The caller's, newest first. */
  readonly failures: readonly FailedStep[];
  /** The caller's runs that are open and that no process holds. */
  readonly waitingRuns: number;
}

export interface RunSettingsChoice {
  readonly plugins: Readonly<Record<string, readonly { readonly id: string; readonly summary: string }[]>>;
  readonly models: readonly string[];
  readonly defaults: { readonly strategy: string; readonly compressor: string; readonly predictor: string; readonly scorer: string | null };
  readonly efforts: readonly Effort[];
}

/** The findings of one evaluation, in short. */
export interface EvaluationSummary {
  readonly name: string;
  readonly description?: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly tasks: number;
  readonly arms: number;
  readonly primary: string;
}

/** Evaluations whose findings this installation keeps. */
export interface EvaluationShelf {
  /** By name; what cannot be read is left out. */
  list(): Promise<readonly EvaluationSummary[]>;
  /** The findings as the harness has written them. @throws IsthmusError `not-found` */
  read(name: string): Promise<JsonObject>;
}

/** What is watched over many runs: money, machines, and what can be chosen. A caller sees its tenant's figures; who may see all is for the door to decide. */
export interface Watch {
  costs(of: Tenants, period: Period): Promise<CostReport>;
  system(caller: Caller): Promise<SystemState>;
  settings(): RunSettingsChoice;
  /** Of all tenants together and of none by name: runs, queues, the ledger, the models of this process. */
  figures(): Promise<readonly Figures[]>;
  readonly evaluations: EvaluationShelf;
}
