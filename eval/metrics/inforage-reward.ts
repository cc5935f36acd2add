/** A trajectory of searches, as InForage rewards it. Documents are named by any id; the gold ones hold the evidence. */
export interface Trajectory {
  /** Documents returned by each search, in order. */
  readonly searches: readonly (readonly string[])[];
  readonly gold: readonly string[];
  /** EM or F1 of the final answer, in [0, 1]. */
  readonly outcome: number;
  /** T: steps taken, the answering one included. Absent: one a search and one to answer. */
  readonly steps?: number;
}

export interface RewardOptions {
  /**
   * What has been covered at step t: `cumulative`, everything retrieved up to t (the paper); `per-search`, what this search alone returned
   * (the released code). R_gain is the largest over t of either.
   */
  readonly coverage: 'cumulative' | 'per-search';
  /** α, the weight of the gain; 0.2 in the released code. */
  readonly gainWeight: number;
  /** β, what each step beyond the free ones leaves of the reward; 0.95 in the released code. */
  readonly stepFactor: number;
  /** Steps without a penalty: 2 in the paper, R_eff = β^max(0, T−2); in the code, answering at index ≤ 2 is free and index s costs β^(s−1). */
  readonly penalty: 'paper' | 'code';
}

export interface Reward {
  readonly gain: number;
  readonly efficiency: number;
  readonly reward: number;
}

const DEFAULTS: RewardOptions = { coverage: 'cumulative', gainWeight: 0.2, stepFactor: 0.95, penalty: 'paper' };

/**
 * R = R_eff · (R_out + α · R_gain) with R_gain = max_t |D* ∩ D_t| / |D*| (InForage, arXiv 2505.09316). It needs gold evidence, so it measures
 * strategies and steers none. The paper and its code differ in coverage and in what is free, hence the options.
 * @throws RangeError without gold documents: there is nothing to cover.
 */
export function inforageReward(trajectory: Trajectory, options: Partial<RewardOptions> = {}): Reward {
  const { coverage, gainWeight, stepFactor, penalty } = { ...DEFAULTS, ...options };
  const { outcome, steps = trajectory.searches.length + 1 } = trajectory;
  const gain = Math.max(0, ...coverages(trajectory, coverage));
  const efficiency = stepFactor ** (penalty === 'paper' ? Math.max(0, steps - 2) : codeExponent(steps - 1));
  return { gain, efficiency, reward: efficiency * (outcome + gainWeight * gain) };
}

/** The share of the gold documents covered at each search. */
export function coverages({ searches, gold }: Pick<Trajectory, 'searches' | 'gold'>, reading: RewardOptions['coverage']): number[] {
  const wanted = new Set(gold);
  if (wanted.size === 0) throw new RangeError('Expected at least one gold document, but got none.');
  const seen = new Set<string>();
  return searches.map((found) => {
    if (reading === 'per-search') seen.clear();
    for (const id of found) if (wanted.has(id)) seen.add(id);
    return seen.size / wanted.size;
  });
}

/**
 * The code sets the penalty to β^s after each unfinished step s > 1 (from 0), so an answer at index 2 is free, at 3 costs β², at 4 β³.
 */
function codeExponent(index: number): number {
  return index <= 2 ? 0 : index - 1;
}
