/** What a foraging run counts as cost. */
export type CostUnit = 'tokens' | 'usd' | 'seconds';

/**
 * One decision of a foraging strategy about one patch: a document, a section of one, or the finds of one query. Rates are gain per
 * cost; gain is a share of what could be gained from one chunk, between 0 and 1.
 */
export interface PatchJudgement {
  /** `stop` ends the foraging; it names the best patch that was left alone, if there is one. */
  readonly verdict: 'enter' | 'stay' | 'leave' | 'stop';
  readonly reason: string;
  /** Absent when there is no patch to speak of. */
  readonly patch?: string;
  /** The document that the patch lies in; absent for the finds of a query. */
  readonly documentId?: string;
  /** Predicted gain: of the next chunk of a patch entered before, of the whole visit to one that is new. */
  readonly scent: number;
  /** Gain realised in the patch so far, after its chunks were distilled. */
  readonly gain: number;
  /** What that took, travel included. */
  readonly cost: number;
  readonly unit: CostUnit;
  /** The predicted rate that was compared. */
  readonly rate: number;
  /** R*: what a unit of cost gains elsewhere, as learned so far, or as given. */
  readonly bestRate: number;
  /** What the rate was held against: R* discounted, and no less than the floor where a patch is to be entered. */
  readonly threshold: number;
  /** The chunks to be read upon it, in this order; none when leaving or stopping. */
  readonly chunkIds: readonly string[];
}
