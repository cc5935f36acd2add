import type { Context } from 'hono';
import type { Amount } from '../domain/budget.ts';
import type { LedgerSummary } from '../domain/ledger-summary.ts';
import type { RunState } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import type { Admission } from '../pipeline/admission.ts';
import type { CompressedText } from '../pipeline/compress-text.ts';
import type { ScoredRows } from '../pipeline/score-rows.ts';
import type { ScoreRow } from '../pipeline/score-rows-input.ts';
import type { ApiKey, KeyStore } from '../ports/key-store.ts';
import type { MetricsText } from '../ports/metrics.ts';
import type { Caller, ResearchService } from '../ports/research-service.ts';
import type { SharedLimits } from '../ports/shared-limits.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Watch } from '../ports/watch.ts';
import type { ApiCorpora } from './context-corpora.ts';
import type { DashboardFiles } from './dashboard-assets.ts';

/** One text to be compressed for one question; what is absent is taken from the configuration. */
export interface CompressCall {
  /** Or several texts, read as one. */
  readonly text: string | readonly string[];
  readonly question: string;
  /** `<plugin>` or `<plugin>@<model>`. */
  readonly compressor?: string;
  /** A model's name; null scores nothing. */
  readonly scorer?: string | null;
  /** At most so many chunks are read, those nearest to the question. */
  readonly chunks: number;
  readonly seed?: number;
}

export interface ScoreCall {
  readonly rows: readonly ScoreRow[];
  readonly scorer?: string;
  readonly estimator?: string;
  readonly seed?: number;
}

/** What the API does itself and not through a run. */
export interface ApiTools {
  compress(call: CompressCall, signal: AbortSignal): Promise<{ readonly result: CompressedText; readonly ledger: LedgerSummary }>;
  score(call: ScoreCall, signal: AbortSignal): Promise<{ readonly result: ScoredRows; readonly ledger: LedgerSummary }>;
  /** A run with the names of its sources, for the report. */
  overview(state: RunState): Promise<RunOverview>;
  /** What the run keeps free for its final answer; undefined where nothing limits it, once it is over, and where its model is not at hand. */
  heldBack(state: RunState): Promise<Amount | undefined>;
}

export interface ApiLimits {
  /** Of a request's body; documents are sent in it. */
  readonly bodyBytes: number;
  /** Compressions and scorings at work at a time, which use this host's models directly. */
  readonly toolsAtOnce: number;
  /** Event streams open at a time. */
  readonly streamsAtOnce: number;
  /** Between two comments on a stream that has nothing to say, so that no proxy takes it for dead. */
  readonly heartbeatMs: number;
}

/** Reading a body of 8 MiB keeps everybody else waiting for 30 ms at most, in turns; one of 32 MiB for over 100. */
export const DEFAULT_LIMITS: ApiLimits = { bodyBytes: 8 * 1024 * 1024, toolsAtOnce: 4, streamsAtOnce: 1000, heartbeatMs: 15_000 };

export interface ApiDeps {
  readonly service: ResearchService;
  readonly keys: KeyStore;
  /** Sums over runs, and the state of this process. */
  readonly watch: Watch;
  readonly tools: ApiTools;
  /** Named ones. */
  readonly corpora: ApiCorpora;
  readonly version: string;
  readonly limits?: Partial<ApiLimits>;
  /** Whether the queue has room for another run; without it there always is. */
  readonly admission?: Admission;
  /** Limits of keys that hold for all processes together; without them each process counts for itself. */
  readonly shared?: SharedLimits;
  /** Whether only this host can reach the server. Nowhere else may it answer without a key. */
  readonly isLoopback: boolean;
  /** Pages of these origins may call; none by default. */
  readonly corsOrigins?: readonly string[];
  /** Rejects while the process cannot serve. */
  readonly checkReady?: () => Promise<void>;
  /** Told of errors that the caller is told nothing about, and of shared limits that do not answer. */
  readonly onError?: (error: unknown, requestId?: string) => void;
  readonly now?: () => number;
  /** What `GET /metrics` tells; without it there is nothing there. */
  readonly metrics?: MetricsText;
  /** Absent: nobody watches. */
  readonly telemetry?: Telemetry;
  /** The page at `/`; without it `/` says how to build it. */
  readonly dashboard?: DashboardFiles;
}

export interface ApiEnv {
  Variables: {
    requestId: string;
    caller: Caller;
    /** Absent while there are no keys and only this host can ask. */
    key?: ApiKey;
  };
}

export type ApiContext = Context<ApiEnv>;
export type Handler = (context: ApiContext) => Promise<Response>;
