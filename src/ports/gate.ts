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
}

/** Decides which summaries become evidence. Pure: the same candidates get the same decisions, each with its reason. */
export interface Gate {
  decide(candidates: readonly GateCandidate[]): ReadonlyMap<string, GateDecision>;
}
