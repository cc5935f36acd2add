import type { Report } from './answer.ts';
import type { Baseline } from './baseline.ts';
import type { CapsuleChoice } from './capsule.ts';
import type { Span } from './document.ts';
import type { Estimate } from './estimate.ts';
import type { InformationScore, TokenScore } from './information.ts';
import type { InstructionReason } from './instruction-rules.ts';
import type { LedgerSummary } from './ledger-summary.ts';
import type { PatchJudgement } from './patch.ts';
import type { RunSpec, RunStatus } from './run.ts';
import type { Gathering } from './run-gathering.ts';

/** Rows of a run whose tokens are shown with their scores: a run of 10,000 chunks has 160,000 scorings, which nobody reads. */
export const TOKEN_ROWS = 200;

/** What was decided when the run was submitted, for whoever reads its report: parts with versions, models with file hashes, limits. */
export type RunSettings = Pick<
  RunSpec,
  'seed' | 'strategy' | 'planner' | 'retriever' | 'compressor' | 'estimator' | 'gate' | 'predictor' | 'scorer' | 'limits'
>;

/** One chunk that was read, and what became of it. */
export interface SourceRow {
  readonly uri: string;
  readonly title: string;
  readonly span: Span;
  /** In the compressor's tokenizer. */
  readonly sourceTokens: number;
  readonly status: 'text' | 'none' | 'failed' | 'pending';
  readonly summary?: string;
  readonly summaryTokens?: number;
  readonly score?: InformationScore;
  /**
   * What each token of the summary tells of its source, in nats; they sum to `score.nats` where the estimator compares contexts. Absent
   * without a score, where the scorer does not tell its tokens, and beyond the first {@link TOKEN_ROWS} rows.
   */
  readonly tokenScores?: readonly TokenScore[];
  readonly unscored?: string;
  readonly kept: boolean;
  /** Why it was kept, dropped, or not read. */
  readonly reason: string;
  readonly flags: readonly string[];
  readonly relevance?: number;
}

/** A move of a foraging strategy, with the address of the document it was about. */
export type MoveRow = PatchJudgement & { readonly uri?: string };

/** A citation as the reader sees it: where to look, and what stands there. */
export interface CitationRow {
  readonly number: number;
  readonly uri: string;
  readonly title: string;
  readonly span: Span;
  readonly quote: string;
  /** In words of the original, such as `p. 12, Risk Factors`; absent where the document has no marks there. */
  readonly place?: string;
}

/** A source some of whose text reads like instructions to a model. It was read as data all the same; this is for the reader. */
export interface SourceWarning {
  readonly uri: string;
  readonly title: string;
  /** Why each passage was taken for one, each reason once. */
  readonly reasons: readonly InstructionReason[];
  /** How many there are in what was read or cited. */
  readonly passages: number;
  /** The first of them, shortened to a line, with characters that are not drawn written as `<U+200B>`. */
  readonly passage: string;
}

/** Everything about a run that people look at; one shape for terminal, JSON and page. */
export interface RunOverview {
  readonly id: string;
  readonly question: string;
  readonly status: RunStatus;
  readonly reason?: string;
  /** Unix milliseconds: of the submission, and of the last event. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly settings: RunSettings;
  readonly report?: Report;
  readonly citations: readonly CitationRow[];
  readonly sources: readonly SourceRow[];
  /** Sources with text that reads like instructions to a model; absent where none was found. */
  readonly warnings?: readonly SourceWarning[];
  /** What came from the web, and what did not; absent where the sources were given to the run. */
  readonly gathering?: Gathering;
  /** What a foraging strategy judged, in order; absent where none did. */
  readonly moves?: readonly MoveRow[];
  /** What stood for each plan, in order; absent where plans have no capsules. */
  readonly capsules?: readonly CapsuleRow[];
  readonly ledger: LedgerSummary;
  readonly baselines: readonly Baseline[];
  /** What the run was expected to take, and what it took; absent when nobody asked before it began. */
  readonly estimate?: { readonly expected: Estimate; readonly fact: RunFact };
}

/** What stood for a plan, and what that saved; tokens are the predictor's. */
export interface CapsuleRow extends CapsuleChoice {
  readonly planTokens: number;
  /** 0 where nothing was said. */
  readonly guidanceTokens: number;
  /** The prompts that it was said in. */
  readonly prompts: number;
  readonly savedTokens: number;
}

/** The figures of an estimate, as they came out. */
export interface RunFact {
  readonly calls: number;
  readonly tokens: number;
  /** Absent when a call is unpriced. */
  readonly microUsd?: number;
  /** From submission to the last event, pauses included. */
  readonly durationMs: number;
}
