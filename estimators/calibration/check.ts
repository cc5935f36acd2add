import { createRandom } from '../../src/domain/random.ts';
import { sourceTrials, textTrials } from './text-trials.ts';
import type { Trial } from './trial.ts';
import { CHANNELS, type CreateEstimator, contextTrials, intervalNats } from './trials.ts';

export interface CheckRequest {
  /** N, even: one estimator deals documents to two halves. */
  readonly contexts: number;
  /** Repetitions of each figure. */
  readonly runs: number;
  readonly seed: number;
  /** Only these; all where absent. */
  readonly estimators?: readonly string[];
}

/** One estimator on one channel at one strength. All in nats. */
export interface CheckRow {
  readonly estimator: string;
  readonly channel: string;
  /** The true quantity: I(X;Z), or what the estimator is about. */
  readonly truth: number;
  /** Exact expectation at N; +∞ where it diverges. */
  readonly expectation: number;
  readonly how: 'exact' | 'simulated';
  /** Mean of estimate − expectation over the runs, and its standard error. NaN where there is no expectation. */
  readonly error: number;
  readonly standardError: number;
  /** Whether that is 0 within what chance allows. */
  readonly isUnbiased: boolean;
  /** Share of runs whose 95% interval held the expectation; NaN where there is none to hold. */
  readonly coverage: number;
  readonly verdict: Verdict;
  readonly runs: number;
  /** N. */
  readonly contexts: number;
}

/**
 * How a row's interval did: `wide` covers more than 97 of 100 and `narrow` less than 93, by more than the chance of so many runs explains;
 * `ok` is the rest, `none` has nothing to cover.
 */
export type Verdict = 'ok' | 'wide' | 'narrow' | 'none';

/** I in units of ln N; the first is 0.1 nats instead. */
const STRENGTHS = [0, 0.3, 0.6, 1, 2, 3];
const WEAKEST = 0.1;
/** Coverage asked for, both ends included. */
const COVERAGE = { low: 0.93, high: 0.97 } as const;

/** The coverages that this many runs cannot tell from those asked for: 1.96 standard errors of a share at either end. At 1,000, 91.4 to 98.1%. */
function coverageWithin(runs: number): { readonly low: number; readonly high: number } {
  const error = (share: number) => 1.96 * Math.sqrt((share * (1 - share)) / runs);
  return { low: COVERAGE.low - error(COVERAGE.low), high: COVERAGE.high + error(COVERAGE.high) };
}

function verdictOf(coverage: number, runs: number): Verdict {
  if (Number.isNaN(coverage)) return 'none';
  const { low, high } = coverageWithin(runs);
  if (coverage < low) return 'narrow';
  return coverage > high ? 'wide' : 'ok';
}

/**
 * Whether the mean of the runs is the expectation, within four standard errors: it fails by chance once in 16,000 rows. Beside them stands
 * what summaries of a kind too rare to be drawn could add (five in all runs, each as far off as the ceiling is high).
 */
function isUnbiased({ error, standardError, how, runs, contexts }: Omit<CheckRow, 'isUnbiased'>): boolean {
  // The reference has an error of its own there, about as large.
  const tolerance = how === 'simulated' ? 2 * standardError : standardError;
  return Number.isNaN(error) || Math.abs(error) <= 4 * tolerance + (5 * Math.log(contexts)) / (runs * contexts);
}

export function strengthsOf(contexts: number): readonly number[] {
  return STRENGTHS.map((factor) => (factor === 0 ? WEAKEST : factor * Math.log(contexts)));
}

/** Holds each estimator against channels of known information, row by row, so that whoever asks may show progress or stop. */
export function* checkEstimators(request: CheckRequest, create: CreateEstimator): Generator<CheckRow> {
  for (const trial of trialsOf(request, create)) yield measure(trial, request);
}

/** How many rows there will be. */
export function countChecks(request: CheckRequest, create: CreateEstimator): number {
  return trialsOf(request, create).length;
}

function trialsOf({ contexts, seed, estimators }: CheckRequest, create: CreateEstimator): readonly Trial[] {
  const strengths = strengthsOf(contexts);
  const all = [
    ...CHANNELS.flatMap((channel) => strengths.flatMap((information) => contextTrials({ channel, information, contexts }, create))),
    ...strengths.flatMap((information) => textTrials({ information, contexts, seed: seed + 1 }, create)),
    ...sourceTrials(contexts, create),
  ];
  return all.filter(({ estimator }) => estimators?.includes(estimator) ?? true);
}

function measure(trial: Trial, { runs, seed, contexts }: CheckRequest): CheckRow {
  const { estimator, channel, truth, how } = trial;
  const expectation = trial.expect();
  const base = { estimator, channel, truth, expectation, how, runs, contexts };
  if (!Number.isFinite(expectation)) {
    const nothing = { error: Number.NaN, standardError: Number.NaN, coverage: Number.NaN };
    return { ...base, ...nothing, isUnbiased: true, verdict: 'none' };
  }
  const random = createRandom(seed);
  let [sum, squares, held] = [0, 0, 0];
  for (let i = 0; i < runs; i++) {
    const { result, expectation: target = expectation } = trial.run(random);
    const off = result.estimate.nats - target;
    sum += off;
    squares += off * off;
    if (holds(result.estimate.intervalBits, target)) held += 1;
  }
  const error = sum / runs;
  const standardError = Math.sqrt(Math.max(0, squares / runs - error * error) / runs);
  const coverage = held / runs;
  const row = { ...base, error, standardError, coverage, verdict: verdictOf(coverage, runs) };
  return { ...row, isUnbiased: isUnbiased(row) };
}

/** Rounding of the last digits aside: at a ceiling both are the same number, reached on two roads. */
function holds(bits: { readonly low: number; readonly high: number } | undefined, target: number): boolean {
  if (bits === undefined) return false;
  const { low, high } = intervalNats(bits);
  return low <= target + 1e-9 && target <= high + 1e-9;
}
