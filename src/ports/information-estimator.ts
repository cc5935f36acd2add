import type { InformationEstimate, InformationScore } from '../domain/information.ts';
import type { ModelShape } from '../domain/model.ts';

/** One summary to be valued. */
export interface InformationSample {
  readonly id: string;
  /** The chunk it was made from. */
  readonly contextId: string;
  /** Samples of one document are not independent; intervals are taken over documents. */
  readonly documentId: string;
  readonly query: string;
  /** Size of the summary, for rates. */
  readonly tokens: number;
  readonly bytes: number;
  /** The summary's words, for estimators that need `summaries`. */
  readonly summary?: string;
  /** The reference answer to the query, in tokens of the scorer, for estimators that need `answers`. */
  readonly answer?: { readonly text: string; readonly tokens: number };
  /** The context's own words, in tokens of the scorer, for estimators that need `sources`. */
  readonly source?: { readonly text: string; readonly tokens: number };
}

/**
 * One number that is needed: log p(target | shown, question). With the last three left out it is
 * log p(summary of `sampleId` | context, the sample's own query), the only kind that runs can score.
 */
export interface ScoringCell {
  readonly sampleId: string;
  /** The context it is about: shown, or scored itself. */
  readonly contextId: string;
  /** What is scored; the summary where absent. `source` is the context's own text, read after nothing, not even a question. */
  readonly target?: 'answer' | 'source';
  /** What stands in the context's place in the prompt; the context where absent. `nothing` leaves the question alone. */
  readonly shown?: 'summary' | 'nothing';
  /** Whose question is asked; the sample's own where absent. `context`: that of the context shown, the published code's mistake. */
  readonly question?: 'context';
}

/** The log-probabilities of the planned cells, in nats; `undefined` where a scoring failed. */
export type LogProbLookup = (cell: ScoringCell) => number | undefined;

export interface EstimateResult {
  /** By sample id; a sample whose own scoring is missing has no entry. In the unit of the estimator's card. */
  readonly scores: ReadonlyMap<string, InformationScore>;
  readonly estimate: InformationEstimate;
  /** Figures of the estimator's own that explain the estimate, such as the temperature it chose. */
  readonly details?: Readonly<Record<string, number>>;
}

/** What an estimator must be given beside log-probabilities of summaries. A run gives none of them. */
export type EstimatorNeed = 'summaries' | 'sources' | 'answers' | 'pairs' | 'shape';

/** What one has to know to read an estimator's figures. Plain words; formulas stand in its file. */
export interface EstimatorCard {
  /** Of the estimate, once nats have become bits. */
  readonly unit: 'bits' | 'bits per answer token' | 'bits per character' | 'bits per token and doubling of FLOPs';
  /** The exact expectation of the estimate at its N: what it estimates. */
  readonly estimand: string;
  /** Where the estimand lies of the true quantity, and under which condition. */
  readonly side: string;
  /** What scores cannot exceed; a run takes no estimator without one, as its gate goes by the distance from it. */
  readonly ceiling: 'ln N' | 'none';
  /** What it looks like at its limit, and what may then be said. */
  readonly saturation: string;
  /** In scorings, for N contexts with M summaries each. */
  readonly cost: string;
  readonly source: string;
}

/** What is known of the scorer, for the few that need it. */
export interface ScorerFacts {
  readonly shape?: ModelShape;
}

/**
 * Pure arithmetic around the scoring that workers do: `plan` says which cells are needed, `estimate` turns them into bits.
 * `panel` is the recorded list of contexts to compare with; estimators that compare the samples with each other ignore it.
 */
export interface InformationEstimator {
  readonly card: EstimatorCard;
  /** Empty: summaries under contexts are enough, so that a run can use it. */
  readonly needs: readonly EstimatorNeed[];
  /** How many contexts a run should draw for the panel, so that each sample finds enough that are not its own; 0 where no panel is used. */
  readonly panelSize: number;
  plan(samples: readonly InformationSample[], panel: readonly string[]): readonly ScoringCell[];
  estimate(samples: readonly InformationSample[], panel: readonly string[], logProb: LogProbLookup, scorer?: ScorerFacts): EstimateResult;
}
