import type { NextTier } from '../domain/cascade.ts';
import type { InformationScore } from '../domain/information.ts';
import type { GateDecision } from '../domain/run.ts';
import type { TermStatistics } from '../domain/step.ts';
import type { Summary } from '../domain/summary.ts';

export interface GateCandidate {
  readonly id: string;
  readonly query: string;
  readonly summary: Summary;
  /** The text that was summarised; absent where it is not at hand. */
  readonly source?: string;
  /** Absent when scoring failed or was not asked for. */
  readonly score?: InformationScore;
  readonly statistics: TermStatistics;
  /** Absent where a chunk is summarised once and no more. */
  readonly attempt?: Attempt;
}

/** Where a candidate stands among the attempts at one chunk, of which at most one becomes evidence. */
export interface Attempt {
  readonly chunkId: string;
  /** 0 for the run's compressor, then along its cascade. */
  readonly tier: number;
  /** What could be tried after this one; absent: nothing more. */
  readonly next?: NextTier;
}

/** What a gate may weigh bits against. */
export interface GateContext {
  /** What the predictor asks for a token of its prompt, in USD; absent when it is not priced. */
  readonly predictorTokenUsd?: number;
}

/** Decides which summaries become evidence. Pure: the same candidates get the same decisions, each with its reason. */
export interface Gate {
  /** The tiers that it may ask for by `escalates`; absent: none. A run with a tier that its gate never asks for is refused. */
  readonly asksFor?: readonly NextTier[];
  decide(candidates: readonly GateCandidate[], context?: GateContext): ReadonlyMap<string, GateDecision>;
}
