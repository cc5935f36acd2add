import type { Isthmus as Services, Tools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { RunLimits } from '../domain/budget.ts';
import type { Span } from '../domain/document.ts';
import type { Effort } from '../domain/effort.ts';
import type { Estimate } from '../domain/estimate.ts';
import type { JobPriority } from '../domain/fair-share.ts';
import type { LedgerSummary } from '../domain/ledger-summary.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import type { CompressedText } from '../pipeline/compress-text.ts';
import type { ScoredRows } from '../pipeline/score-rows.ts';
import type { EventListener } from '../pipeline/session.ts';
import type { InlineDocument } from '../ports/research-service.ts';

/** What is read for a question: files and folders, texts, or both. What else is absent is the configuration's. */
export interface ResearchChoices {
  /** Paths of files and folders. */
  readonly docs?: string | readonly string[] | undefined;
  readonly documents?: readonly InlineDocument[] | undefined;
  /** `<plugin>` or `<plugin>@<model>`; so are the next three. */
  readonly strategy?: string | undefined;
  readonly planner?: string | undefined;
  readonly compressor?: string | undefined;
  readonly predictor?: string | undefined;
  readonly gate?: string | undefined;
  /** Lengths in sentences, such as [3, 6, 9]: the next one when the gate finds that its bits pay. */
  readonly grow?: readonly number[] | undefined;
  /** Compressors for chunks whose summary will not do, in this order. */
  readonly cascade?: readonly string[] | undefined;
  /** A model's name; null scores nothing. */
  readonly scorer?: string | null | undefined;
  readonly effort?: Effort | undefined;
  readonly limits?: RunLimits | undefined;
  /** Start under a USD limit although a model has no price. */
  readonly allowUnpriced?: boolean | undefined;
  /** Of the run's work among what waits in the same queue: that of other runs of this program, or of all who share a Redis. Default: `normal`. */
  readonly priority?: JobPriority | undefined;
  readonly seed?: number | undefined;
}

export interface Stoppable {
  /** Stops the work. What is done is kept, and a run can be resumed. */
  readonly signal?: AbortSignal | undefined;
}

export interface Watched extends Stoppable {
  /** Told of every event of the run, once it is stored. */
  readonly onEvent?: EventListener | undefined;
}

export interface CompressChoices extends Stoppable {
  readonly compressor?: string | undefined;
  readonly scorer?: string | null | undefined;
  /** At most so many chunks are read, those nearest to the question; 12 unless told. */
  readonly chunks?: number | undefined;
  readonly seed?: number | undefined;
}

export interface ScoreChoices extends Stoppable {
  readonly scorer?: string | undefined;
  readonly estimator?: string | undefined;
  readonly seed?: number | undefined;
}

/** A summary z of a source x for a question q, made by anybody. */
export interface SummaryRow {
  readonly id?: string;
  readonly x: string;
  readonly q?: string;
  readonly z: string;
}

/** One chunk that was read: what was made of it, and whether it helps. */
export interface CompressedPart {
  /** The span is that in the text given, quotes are in the chunk. */
  readonly chunk: { readonly id: string; readonly text: string; readonly span: Span };
  /** The text's place in the list given. */
  readonly source: number;
  readonly summary: { readonly status: 'text' | 'none'; readonly text: string; readonly quotes: readonly Span[] };
  readonly decision: { readonly kept: boolean; readonly relevance: number };
}

export interface CompressedParts {
  /** Kept ones first, most relevant first. */
  readonly parts: readonly CompressedPart[];
  readonly chunkCount: number;
  /** Scores by the chunk's id, of those that have one. */
  readonly scored?: { readonly scores: ReadonlyMap<string, { readonly bits: number; readonly saturation: number }> };
}

/** What compresses: Isthmus in this process, or a server on another host. */
export interface TextCompressor {
  compress(text: string | readonly string[], question: string, options?: CompressChoices): Promise<CompressedParts>;
}

/** Isthmus inside a program. All errors are `IsthmusError`. */
export interface Isthmus extends AsyncDisposable {
  /** Answers a question over documents. It ends with the overview also where a limit was met or the run has failed: see `status`. */
  research(question: string, options: ResearchChoices & Watched): Promise<RunOverview>;
  /** Goes on with a run that was stopped or has failed. */
  resume(runId: string, options?: Watched): Promise<RunOverview>;
  /** What a run would take, in ranges; no model writes for it. */
  estimate(question: string, options: ResearchChoices & Stoppable): Promise<Estimate>;
  /** Compresses a text, or several as one, for a question, with the bits of each summary. */
  compress(
    text: string | readonly string[],
    question: string,
    options?: CompressChoices,
  ): Promise<CompressedText & { readonly ledger: LedgerSummary }>;
  /** Measures summaries against each other's sources; give at least two different ones. */
  score(rows: readonly SummaryRow[], options?: ScoreChoices): Promise<ScoredRows & { readonly ledger: LedgerSummary }>;
  readonly config: Config;
  /** The parts that work without a database: plugins, models, prices, sources. */
  readonly tools: Tools;
  /** The parts that need one, opened by the first call: engine, stores, the service behind the API. */
  services(): Promise<Services>;
}
