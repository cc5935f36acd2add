import type { InformationEstimate, InformationScore } from '../domain/information.ts';

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
}

/** One number that is needed: log p(summary of `sampleId` | context, the sample's own query). */
export interface ScoringCell {
  readonly sampleId: string;
  readonly contextId: string;
}

/** The log-probabilities of the planned cells, in nats; `undefined` where a scoring failed. */
export type LogProbLookup = (cell: ScoringCell) => number | undefined;

export interface EstimateResult {
  /** By sample id; a sample whose own scoring is missing has no entry. */
  readonly scores: ReadonlyMap<string, InformationScore>;
  readonly estimate: InformationEstimate;
}

/**
 * Pure arithmetic around the scoring that workers do: `plan` says which cells are needed, `estimate` turns them into bits.
 * `panel` is the recorded list of contexts to compare with; estimators that compare the samples with each other ignore it.
 */
export interface InformationEstimator {
  /** How many contexts a run should draw for the panel, so that each sample finds enough that are not its own; 0 where no panel is used. */
  readonly panelSize: number;
  plan(samples: readonly InformationSample[], panel: readonly string[]): readonly ScoringCell[];
  estimate(samples: readonly InformationSample[], panel: readonly string[], logProb: LogProbLookup): EstimateResult;
}
