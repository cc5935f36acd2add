import { describe, expect, it } from 'vitest';
import { type ErrorPart, errorOfMean, intervalFrom } from './interval.ts';
import { createRandom } from './random.ts';
import { halfSkewedInterval, lowerLimitOfTail, type SampledMean, skewedInterval, upperLimitOfTail } from './skewed-interval.ts';
import { incompleteBeta } from './student-t.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sampled = (values: readonly number[]): SampledMean => ({
  center: mean(values),
  values,
  parts: [errorOfMean(values) as ErrorPart],
});
/** So many of 32 documents at 1, the rest at 0. */
const share = (ones: number) => sampled(Array.from({ length: 32 }, (_item, i) => (i < ones ? 1 : 0)));

describe('skewedInterval', () => {
  it.each([4, 8, 16, 24])('has nearly the limits that Jeffreys gives a share: %i of 32', (ones) => {
    const { low, high } = skewedInterval(share(ones));
    const at = (limit: number) => incompleteBeta(limit, ones + 0.5, 32 - ones + 0.5);
    // Student's quantile stands for the normal one, so a little wider: 1.9 to 2.5% on each side.
    expect(at(low)).toBeGreaterThan(0.015);
    expect(at(low)).toBeLessThan(0.026);
    expect(1 - at(high)).toBeGreaterThan(0.015);
    expect(1 - at(high)).toBeLessThan(0.026);
  });

  it('mirrors its values', () => {
    const values = Array.from({ length: 20 }, (_item, i) => Math.exp(i / 5));
    const [one, other] = [skewedInterval(sampled(values)), skewedInterval(sampled(values.map((value) => -value)))];
    expect(one.low).toBeCloseTo(-other.high, 10);
    expect(one.high).toBeCloseTo(-other.low, 10);
    expect(one.high - mean(values)).toBeGreaterThan(mean(values) - one.low);
  });

  it('gives way on the side where a document may lie that was not seen', () => {
    const values = Array.from({ length: 20 }, (_item, i) => 4 - i / 1000);
    expect(skewedInterval(sampled(values), { low: -4 }).low).toBeLessThan(skewedInterval(sampled(values)).low - 0.1);
  });

  it('is Student’s t under eight documents, and has no width without spread', () => {
    const { center, values, parts } = sampled([1, 2, 4, 9]);
    expect(skewedInterval({ center, values, parts })).toEqual(intervalFrom(center, parts));
    expect(skewedInterval(sampled(Array(20).fill(3)))).toEqual({ low: 3, high: 3 });
  });

  it('counts errors that the documents do not show', () => {
    const one = share(16);
    const wider = { ...one, parts: [...one.parts, { variance: 0.02, degrees: 30 }] };
    expect(skewedInterval(wider).high).toBeGreaterThan(skewedInterval(one).high);
  });
});

describe('halfSkewedInterval', () => {
  it('lies half way between Student’s limits and those that follow the skewness', () => {
    const one = share(6);
    const [plain, skewed, half] = [intervalFrom(one.center, one.parts), skewedInterval(one), halfSkewedInterval(one)];
    expect(half.low).toBeCloseTo((plain.low + skewed.low) / 2, 12);
    expect(half.high).toBeCloseTo((plain.high + skewed.high) / 2, 12);
  });
});

describe('limits of a tail', () => {
  /** Waiting times: mean 1, skewness 2. */
  const waits = (() => {
    const random = createRandom(11);
    return Array.from({ length: 600 }, () => Array.from({ length: 16 }, () => -Math.log(1 - random())));
  })();
  const misses = (isMissed: (values: readonly number[]) => boolean) => waits.filter(isMissed).length / waits.length;

  it('a long lower tail is missed less often than by Student’s t', () => {
    const mirrored = (values: readonly number[]) => sampled(values.map((value) => -value));
    const byStudent = misses((values) => intervalFrom(mirrored(values).center, mirrored(values).parts).low > -1);
    const byHall = misses((values) => lowerLimitOfTail(mirrored(values)) > -1);
    expect(byStudent).toBeGreaterThan(0.06);
    expect(byHall).toBeLessThan(byStudent - 0.02);
  });

  it('the lower limit is never above Student’s', () => {
    for (const values of waits)
      expect(lowerLimitOfTail(sampled(values))).toBeLessThanOrEqual(intervalFrom(mean(values), sampled(values).parts).low);
  });

  it('an upper tail that few documents carry has a far limit; one that is not skewed has none', () => {
    const carried = sampled([...Array(30).fill(1), 40, 90]);
    const { high } = intervalFrom(carried.center, carried.parts);
    expect(upperLimitOfTail(carried)).toBeGreaterThan(1.5 * high);
    expect(upperLimitOfTail(share(16))).toBe(Number.NEGATIVE_INFINITY);
  });
});
