import { AT_END, type Interval, plausibleMean } from './interval.ts';
import { halfSkewedInterval, type SampledMean, skewedInterval } from './skewed-interval.ts';

/** How values lie on a scale from 0 to `length`. */
export interface Scale {
  readonly length: number;
  /** Whether one document may lie far below the scale, so that crowding at its top bounds nothing. */
  readonly hasTop?: boolean;
  /** Whether large exceptions are also allowed for where small ones were seen, at the bottom as at the top. */
  readonly isWaryAtBottom?: boolean;
}

/** Up to this share of documents away from an end, they crowd there. */
const CROWDED = 1 / 4;
/** An exception further away than this share of the scale is a large one. */
const LARGE = 0.5;

/**
 * The interval of a mean of values on a scale. In the middle of it the limits follow the values' skewness half way. Where three quarters crowd at an
 * end, what moves the mean are the few that do not, of which a sample may hold none: there they follow it wholly, and allow for exceptions that
 * were not seen, by Jeffreys' limit of their share, whatever their size (`plausibleMean`). At the top they allow for large ones also when only small
 * ones were seen: without that `tempered` covered 86 of 100 (facts, 2 ln N), with it 99, as no interval can know of a kind that four samples in ten do not show.
 */
export function scaleInterval(sampled: SampledMean, { length, hasTop = true, isWaryAtBottom = false }: Scale): Interval {
  const { center, values } = sampled;
  const shortfalls = values.map((value) => length - value);
  if (isCrowded(values, length)) {
    const isUnseen = values.every((value) => value <= length * AT_END);
    const { low, high } = skewedInterval(sampled, isUnseen ? { high: length - center } : {});
    const limits = [AT_END, ...(isWaryAtBottom ? [LARGE] : [])].map((from) => plausibleMean(values, length, from));
    return { low, high: Math.max(high, ...limits) };
  }
  if (hasTop && isCrowded(shortfalls, length)) {
    const isUnseen = shortfalls.every((shortfall) => shortfall <= length * AT_END);
    const { low, high } = skewedInterval(sampled, isUnseen ? { low: -center } : {});
    const limits = [AT_END, LARGE].map((from) => length - plausibleMean(shortfalls, length, from));
    return { low: Math.min(low, ...limits), high };
  }
  return halfSkewedInterval(sampled);
}

/** Far under the end is as far away as far above it. */
function isCrowded(distances: readonly number[], length: number): boolean {
  const away = distances.filter((distance) => Math.abs(distance) > length * AT_END);
  return away.length <= distances.length * CROWDED;
}
