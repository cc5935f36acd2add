import type { Interval } from '../domain/interval.ts';
import { createRandom } from '../domain/random.ts';
import { TIE } from '../domain/ranking.ts';

/**
 * What a statistic is of documents drawn anew with replacement, once a draw; seeded. It is given the places of the drawn documents.
 */
export function overResamples<Value>(
  documents: number,
  { seed, draws = 2000 }: { readonly seed: number; readonly draws?: number },
  statistic: (places: readonly number[]) => Value,
): readonly Value[] {
  const random = createRandom(seed);
  return Array.from({ length: draws }, () => statistic(Array.from({ length: documents }, () => Math.floor(random() * documents))));
}

/** The middle 95% of the finite values of a bootstrap; undefined where more than one in twenty is not finite. */
export function percentileInterval(values: readonly number[]): Interval | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < values.length * 0.95 || sorted.length === 0) return undefined;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/**
 * Kendall's tau-b of two lists of values for the same items: 1 for one order, −1 for opposite ones, ties counted as such (Kendall 1945).
 * NaN where one of the lists is all ties: it has no order.
 */
export function kendallTau(first: readonly number[], second: readonly number[]): number {
  let agreement = 0;
  let ordered = 0;
  let orderedBySecond = 0;
  for (let i = 0; i < first.length; i++) {
    for (let j = i + 1; j < first.length; j++) {
      const a = direction(first[i], first[j]);
      const b = direction(second[i], second[j]);
      agreement += a * b;
      ordered += a * a;
      orderedBySecond += b * b;
    }
  }
  return ordered === 0 || orderedBySecond === 0 ? Number.NaN : agreement / Math.sqrt(ordered * orderedBySecond);
}

function direction(a = Number.NaN, b = Number.NaN): number {
  return Math.abs(a - b) <= TIE ? 0 : Math.sign(a - b);
}

/** The places of the largest value, ties included; a value that is none is never the largest. */
export function placesOfBest(values: readonly number[]): readonly number[] {
  const best = Math.max(...values.filter((value) => !Number.isNaN(value)));
  return values.flatMap((value, place) => (best - value <= TIE ? [place] : []));
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation over items that are all there are, not a sample of more. */
export function spreadOf(values: readonly number[]): number {
  const center = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - center) ** 2)));
}
