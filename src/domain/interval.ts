import { interval95, largestShare } from './student-t.ts';

/** Two-sided 95% limits, in the unit of the figure between them. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One source of sampling error: its squared standard error, and how well that is known. */
export interface ErrorPart {
  readonly variance: number;
  readonly degrees: number;
}

/** The error of a mean of independent values (of documents, not of the summaries within one). Undefined under two. */
export function errorOfMean(values: readonly number[]): ErrorPart | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const center = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return { variance: squares / (count - 1) / count, degrees: count - 1 };
}

/**
 * The jackknife's error of a statistic from its values with each unit left out in turn: (n−1)/n · Σ (θ₍ᵢ₎ − mean)², n − 1 degrees
 * (Efron & Stein 1981). Right for smooth functions of means and for U-statistics; too wide, never too narrow, in expectation.
 * Undefined under two.
 */
export function jackknifeError(withoutEach: readonly number[]): ErrorPart | undefined {
  const count = withoutEach.length;
  const part = errorOfMean(withoutEach);
  return part === undefined ? undefined : { variance: part.variance * (count - 1) ** 2, degrees: count - 1 };
}

/** Independent sources of error as one: variances add; the degrees are Welch and Satterthwaite's (Σ v)² / Σ v²/d, or all without spread. */
export function combineErrors(parts: readonly ErrorPart[]): ErrorPart {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const degrees =
    variance === 0
      ? parts.reduce((sum, part) => sum + part.degrees, 0)
      : variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0);
  return { variance, degrees };
}

/** Student's t interval from independent sources of error. Without any spread the interval has no width. */
export function intervalFrom(center: number, parts: readonly ErrorPart[]): Interval {
  const { variance, degrees } = combineErrors(parts);
  return variance === 0 ? { low: center, high: center } : interval95(center, Math.sqrt(variance), degrees);
}

/** Nearer to an end of the scale than this share of it counts as at the end. */
export const AT_END = 0.05;

/**
 * Widens an interval that rests on exceptions too few to be seen. Where at least half of the documents sit at the top of the scale
 * (0 to `scale`), the mean is decided by the share of those that do not, of which a sample may hold none: then Student's t has no width and
 * covered 6 of 100. The share is bounded by Jeffreys' limit instead, each exception counted as the worst one seen, or as the whole
 * scale if none was (counted as their mean, it covered 80 of 100 where they differ among themselves). At the bottom likewise. It never makes an interval narrower, and near the ends it is conservative.
 */
export function guardEnds(interval: Interval, documentValues: readonly number[], scale: number): Interval {
  const shortfalls = documentValues.map((value) => scale - value);
  const areMostlyNear = (values: readonly number[]) => 2 * values.filter((value) => value > scale * AT_END).length <= values.length;
  return {
    low: areMostlyNear(shortfalls) ? Math.min(interval.low, scale - plausibleMean(shortfalls, scale)) : interval.low,
    high: areMostlyNear(documentValues) ? Math.max(interval.high, plausibleMean(documentValues, scale)) : interval.high,
  };
}

/**
 * The largest plausible mean of values most of which are near 0 or under it: those above `from` (a share of the scale) are exceptions, as many
 * as Jeffreys' limit allows, each as large as the largest seen, or as the scale if none was.
 */
export function plausibleMean(values: readonly number[], scale: number, from = AT_END): number {
  const ordinary = values.filter((value) => value <= scale * from);
  const exceptions = values.filter((value) => value > scale * from);
  const largest = exceptions.length === 0 ? scale : Math.max(...exceptions);
  const share = largestShare(exceptions.length, values.length);
  return share * largest + (1 - share) * (ordinary.length === 0 ? 0 : meanOf(ordinary));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
