import type { Draft } from './answer.ts';
import type { ErrorRecord } from './errors.ts';
import type { Evidence, SourceQuote } from './evidence.ts';
import type { GatherResult, GatherStep } from './gathering.ts';
import { canonicalJson, type JsonObject, sha256 } from './json.ts';
import type { SearchFilter } from './search-filter.ts';
import type { Continuation, Summary } from './summary.ts';

/** Every effect of a run. A strategy names steps; nothing else may touch a model, a store or the network. */
export type Step =
  | { readonly kind: 'chat'; readonly role: 'plan'; readonly question: string }
  | {
      readonly kind: 'chat';
      readonly role: 'compress';
      readonly query: string;
      readonly chunkId: string;
      /** Which compressor of the run's cascade; absent: the first. */
      readonly tier?: number;
      /** Said beside the query: what is looked for on the whole, as a plan or the capsule of one. */
      readonly guidance?: string;
    }
  | {
      readonly kind: 'chat';
      readonly role: 'predict';
      readonly question: string;
      readonly evidence: readonly Evidence[];
      /** The predictor answers from what it knows: it is shown no evidence, and there is none. Absent: from the evidence alone. */
      readonly closedBook?: true;
      /** The predictor may ask for evidence in full instead of answering. */
      readonly mayExpand?: true;
      /** As in `compress`. */
      readonly guidance?: string;
    }
  | {
      readonly kind: 'score';
      readonly query: string;
      readonly contextId: string;
      readonly continuation: Continuation;
      /** The context itself, where it is no chunk; `contextId` then only names it. */
      readonly context?: string;
      /** Which compressor of the run's cascade wrote it; absent: the first. */
      readonly tier?: number;
    }
  /** A plan made short by the run's compressor, for its question. The result is a summary. */
  | { readonly kind: 'chat'; readonly role: 'capsule'; readonly question: string; readonly plan: string; readonly maxTokens: number }
  | { readonly kind: 'retrieve'; readonly selection: Selection }
  /** Sources of the run, fetched from the web before it reads; planned by the engine alone. */
  | GatherStep;

/** What the engine does itself, beside the database; anything else is a model's and travels through the queue. */
export type EngineStep = Extract<Step, { kind: 'retrieve' | 'gather' }>;

export function isEngineStep(step: Step): step is EngineStep {
  return step.kind === 'retrieve' || step.kind === 'gather';
}

/** Which chunks of the run's corpus are wanted: by words, a seeded random panel for scoring, or where texts stand that are known to be there. */
export type Selection =
  | { readonly type: 'search'; readonly query: string; readonly limit: number; readonly filter?: SearchFilter }
  | { readonly type: 'panel'; readonly seed: number; readonly size: number }
  | { readonly type: 'quote'; readonly quotes: readonly string[] }
  /** The chunks of the same documents up to `distance` before and after each, in corpus order, without those given. */
  | { readonly type: 'neighbours'; readonly chunkIds: readonly string[]; readonly distance: number }
  /** Chunks of other documents most like one by its own telling words and those of a query, without equal texts: what it is easily taken for. */
  | { readonly type: 'hard-negatives'; readonly chunkId: string; readonly query: string; readonly limit: number };

/** What a ledger is grouped by. */
export type StepRole = 'plan' | 'capsule' | 'compress' | 'score' | 'predict' | 'retrieve' | 'gather';

export function roleOf(step: Step): StepRole {
  return step.kind === 'chat' ? step.role : step.kind;
}

/** A step under the name by which its strategy will look for the outcome; unique within a run. */
export interface NamedStep {
  readonly id: string;
  readonly step: Step;
  /**
   * Steps of one group are of use only together: a limit takes all of them or none. The scorings of a summary have the id of its
   * compress step for a group; by it its tokens are found again. Absent: a step for itself.
   */
  readonly group?: string;
}

export interface RankedChunk {
  readonly chunkId: string;
  readonly documentId: string;
  /** BM25 or whatever the retriever ranks by; 0 in a panel. */
  readonly score: number;
}

/** The corpus statistics of the query's terms: with them BM25 of any other text can be computed without the index. */
export interface TermStatistics {
  readonly chunkCount: number;
  /** Mean length in terms. */
  readonly averageLength: number;
  readonly chunkFrequency: Readonly<Record<string, number>>;
}

export type StepResult =
  | { readonly kind: 'plan'; readonly queries: readonly string[] }
  | { readonly kind: 'compress'; readonly summary: Summary }
  | { readonly kind: 'predict'; readonly draft: Draft }
  | {
      readonly kind: 'retrieve';
      readonly chunks: readonly RankedChunk[];
      readonly statistics: TermStatistics;
      /** Where the texts of a `quote` selection stand, in the order asked. */
      readonly quotes?: readonly SourceQuote[];
    }
  | GatherResult
  | ScoreResult;

/** log p(z | x, q) in nats, summed over tokens. What is told token by token stays in the step store and out of the event log. */
export interface ScoreResult {
  readonly kind: 'score';
  readonly logProb: number;
  readonly tokenCount: number;
  readonly tokenLogProbs?: readonly number[];
  /** The words of each token, the end token's being empty; absent where the scorer does not tell, and in results of earlier versions. */
  readonly tokenTexts?: readonly string[];
}

export type StepOutcome =
  | { readonly status: 'done'; readonly result: StepResult; readonly isCached: boolean }
  | { readonly status: 'failed'; readonly error: ErrorRecord };

/** The part of a result that the event log carries; the rest is found in the step store by its key. */
export function toJournal(result: StepResult): StepResult {
  if (result.kind !== 'score') return result;
  return { kind: 'score', logProb: result.logProb, tokenCount: result.tokenCount };
}

/**
 * Names the result of a step by everything that determines it (SHA-256, hex). The first version tag changes whenever the
 * meaning of a payload does. `inputs` hold texts, not ids, so the same words read twice are one result.
 */
export async function stepKeyOf(identity: JsonObject): Promise<string> {
  return sha256(canonicalJson({ contract: 1, ...identity }));
}
