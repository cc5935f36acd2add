import type { Draft } from './answer.ts';
import type { ErrorRecord } from './errors.ts';
import type { Evidence } from './evidence.ts';
import { canonicalJson, type JsonObject, sha256 } from './json.ts';
import type { Continuation, Summary } from './summary.ts';

/** Every effect of a run. A strategy names steps; nothing else may touch a model, a store or the network. */
export type Step =
  | { readonly kind: 'chat'; readonly role: 'plan'; readonly question: string }
  | { readonly kind: 'chat'; readonly role: 'compress'; readonly query: string; readonly chunkId: string }
  | { readonly kind: 'chat'; readonly role: 'predict'; readonly question: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'score'; readonly query: string; readonly contextId: string; readonly continuation: Continuation }
  | { readonly kind: 'retrieve'; readonly selection: Selection };

/** Which chunks of the run's corpus are wanted: by words, or a seeded random panel for scoring. */
export type Selection =
  | { readonly type: 'search'; readonly query: string; readonly limit: number }
  | { readonly type: 'panel'; readonly seed: number; readonly size: number };

/** What a ledger is grouped by. */
export type StepRole = 'plan' | 'compress' | 'score' | 'predict' | 'retrieve';

export function roleOf(step: Step): StepRole {
  return step.kind === 'chat' ? step.role : step.kind;
}

/** A step under the name by which its strategy will look for the outcome; unique within a run. */
export interface NamedStep {
  readonly id: string;
  readonly step: Step;
  /** Steps of one group are of use only together: a limit takes all of them or none. Absent: a step for itself. */
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
  | { readonly kind: 'retrieve'; readonly chunks: readonly RankedChunk[]; readonly statistics: TermStatistics }
  | ScoreResult;

/** log p(z | x, q) in nats, summed over tokens. `tokenLogProbs` stay in the step store and out of the event log. */
export interface ScoreResult {
  readonly kind: 'score';
  readonly logProb: number;
  readonly tokenCount: number;
  readonly tokenLogProbs?: readonly number[];
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
