import { errorOfMean, intervalFrom, jackknifeError } from '../domain/interval.ts';
import { differenceFigure, type Figure } from '../domain/ranking.ts';
import { commonPairs, documentMeans, isComparable, type RankSeries } from './rank-figures.ts';
import { kendallTau, meanOf, overResamples, percentileInterval, spreadOf } from './rank-statistics.ts';

/** With fewer arms than this an offset may look constant, and an order kept, by chance: of four, one order in 24 is the right one. */
export const LEAST_ARMS = 8;

/**
 * Whether another scorer moves all compressors by one offset and keeps their order: what arXiv 2512.21720 shows of its proxies, and
 * what allows a ranking by a scorer that is none of the compressors. All figures are in bits, on the pairs for which every arm wrote a
 * summary that both scored, with intervals over documents. NONE is left out: its 0 bits are no scorer's, and would agree by definition
 * (with them tau was 1.00 over 14 arms, of which all that wrote stood at the ceiling).
 */
export interface ProxyCheck {
  readonly scorer: string;
  /** Arms that differ from each other in at least one summary. */
  readonly arms: number;
  /** Pairs that all of them have. */
  readonly pairs: number;
  readonly isIdentified: boolean;
  /** By place of the arm in the series: its bits under this scorer less those under the first. Copies of another arm are not listed. */
  readonly differences: ReadonlyMap<number, Figure>;
  /** Share of the ceiling in the mean over arms, under the first scorer and under this one: near 1 there is no order to keep. */
  readonly saturations: readonly [first: number, other: number];
  /** The rest is absent where not identified. The mean difference over arms. */
  readonly offset?: Figure;
  /** Standard deviation over arms of their differences: 0 for a constant offset. Sampling alone makes it positive. */
  readonly spread?: Figure;
  /** Standard deviation over arms of the bits themselves, under the first scorer: what the spread is small or large against. */
  readonly spreadOfBits?: number;
  /** Arms whose difference from the mean offset has an interval without 0; by chance, one in twenty. */
  readonly deviating?: number;
  /** Kendall's tau-b of the two orders of arms; its interval is that of resamples of documents, and NaN of arms that all tie. */
  readonly tau?: Figure;
}

interface CheckedSeries extends RankSeries {
  readonly place: number;
}

/** One check for each further scorer, in their order. The series are of distinct arms. */
export function checkProxies(
  series: readonly CheckedSeries[],
  { scorers, ceilingBits, seed }: { readonly scorers: readonly string[]; readonly ceilingBits: number; readonly seed: number },
): readonly ProxyCheck[] {
  return scorers.map((scorer, which) => {
    const compared = series.map((one) => underBoth(one, which)).filter(({ outcomes }) => isComparable(outcomes));
    const common = commonPairs(compared.map(({ outcomes }) => outcomes));
    const arms = compared.map(({ place, outcomes }): Arm => {
      const shared = common(outcomes);
      const [first, other] = [documentMeans(shared, ({ bits = 0 }) => bits), documentMeans(shared, ({ others }) => others?.[which] ?? 0)];
      return { place, first, other, moved: other.map((value, i) => value - (first[i] ?? Number.NaN)) };
    });
    const isIdentified = arms.length >= LEAST_ARMS && (arms[0]?.first.length ?? 0) >= 2;
    const saturation = (of: (arm: Arm) => readonly number[]) => meanOf(arms.map((arm) => meanOf(of(arm)))) / ceilingBits;
    return {
      ...{ scorer, arms: arms.length, pairs: common(compared[0]?.outcomes ?? []).length, isIdentified },
      differences: new Map(arms.map(({ place, first, other }) => [place, differenceFigure(other, first)])),
      saturations: [saturation(({ first }) => first), saturation(({ other }) => other)],
      ...(isIdentified ? agreement(arms, seed) : {}),
    };
  });
}

/** Only what was written and has bits under both keeps them. */
function underBoth(one: CheckedSeries, which: number): CheckedSeries {
  return {
    ...one,
    outcomes: one.outcomes.map((outcome) => {
      const { bits: _bits, ...rest } = outcome;
      return outcome.status === 'text' && outcome.others?.[which] !== undefined ? outcome : rest;
    }),
  };
}

/** Bits by document, in one order of documents for all arms. */
interface Arm {
  readonly place: number;
  readonly first: readonly number[];
  readonly other: readonly number[];
  readonly moved: readonly number[];
}

function agreement(arms: readonly Arm[], seed: number): Pick<ProxyCheck, 'offset' | 'spread' | 'spreadOfBits' | 'deviating' | 'tau'> {
  const documents = arms[0]?.moved.length ?? 0;
  const common = Array.from({ length: documents }, (_, i) => meanOf(arms.map(({ moved }) => moved[i] ?? Number.NaN)));
  const error = errorOfMean(common);
  const center = meanOf(common);
  const off = arms.filter(({ moved }) => {
    const { interval } = differenceFigure(moved, common);
    return interval !== undefined && (interval.low > 0 || interval.high < 0);
  });
  const tauOf = (places: readonly number[]) =>
    kendallTau(
      arms.map(({ first }) => meanAt(first, places)),
      arms.map(({ other }) => meanAt(other, places)),
    );
  const interval = percentileInterval(overResamples(documents, { seed }, tauOf));
  return {
    offset: { value: center, ...(error === undefined ? {} : { interval: intervalFrom(center, [error]) }) },
    spread: spreadFigure(arms),
    spreadOfBits: spreadOf(arms.map(({ first }) => meanOf(first))),
    deviating: off.length,
    tau: { value: tauOf(Array.from({ length: documents }, (_, i) => i)), ...(interval === undefined ? {} : { interval }) },
  };
}

/** Jackknife over documents, cut at 0. */
function spreadFigure(arms: readonly Arm[]): Figure {
  const value = spreadOf(arms.map(({ moved }) => meanOf(moved)));
  const sums = arms.map(({ moved }) => moved.reduce((sum, one) => sum + one, 0));
  const documents = arms[0]?.moved.length ?? 0;
  const without = Array.from({ length: documents }, (_, i) =>
    spreadOf(arms.map(({ moved }, arm) => ((sums[arm] ?? Number.NaN) - (moved[i] ?? Number.NaN)) / (documents - 1))),
  );
  const error = jackknifeError(without);
  if (error === undefined) return { value };
  const { low, high } = intervalFrom(value, [error]);
  return { value, interval: { low: Math.max(0, low), high } };
}

function meanAt(values: readonly number[], places: readonly number[]): number {
  return meanOf(places.map((place) => values[place] ?? Number.NaN));
}
