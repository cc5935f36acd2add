import { describe, expect, it } from 'vitest';
import { type ErrorPart, errorOfMean, intervalFrom } from './interval.ts';
import { createRandom } from './random.ts';
import { scaleInterval } from './scale-interval.ts';
import { halfSkewedInterval, type SampledMean } from './skewed-interval.ts';
import { largestShare } from './student-t.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sampled = (values: readonly number[]): SampledMean => ({
  center: mean(values),
  values,
  parts: [errorOfMean(values) as ErrorPart],
});
const scale = { length: 4 };

describe('scaleInterval', () => {
  it('allows for exceptions that were not seen where all documents are at an end', () => {
    const top = scaleInterval(sampled(Array(32).fill(4)), scale);
    expect(top.low).toBeLessThanOrEqual(4 * (1 - largestShare(0, 32)));
    expect(top.high).toBeGreaterThanOrEqual(4);
    const bottom = scaleInterval(sampled(Array(32).fill(0)), scale);
    expect(bottom.high).toBeGreaterThanOrEqual(4 * largestShare(0, 32));
    expect(bottom.low).toBeLessThanOrEqual(0);
  });

  it('allows for large exceptions at the top where only small ones were seen; at the bottom when asked', () => {
    const small = [...Array(28).fill(4), 3.5, 3.5, 3.5, 3.5];
    expect(scaleInterval(sampled(small), scale).low).toBeLessThanOrEqual(4 * (1 - largestShare(0, 32)));
    const low = small.map((value) => 4 - value);
    const wary = scaleInterval(sampled(low), { ...scale, isWaryAtBottom: true });
    expect(wary.high).toBeGreaterThan(scaleInterval(sampled(low), scale).high + 0.05);
  });

  it('follows the skewness half way in the middle of the scale, and where the scale has no top', () => {
    const middle = sampled(Array.from({ length: 32 }, (_item, i) => 0.5 + i / 12));
    expect(scaleInterval(middle, scale)).toEqual(halfSkewedInterval(middle));
    const top = sampled([...Array(30).fill(4), 3, 1]);
    expect(scaleInterval(top, { ...scale, hasTop: false })).toEqual(halfSkewedInterval(top));
  });

  it('does not take values far under the bottom for values at it', () => {
    const far = sampled(Array.from({ length: 32 }, (_item, i) => -9 - (i % 5)));
    expect(scaleInterval(far, scale)).toEqual(halfSkewedInterval(far));
  });

  it.each([0.02, 0.1, 0.2, 0.5])('covers a share of %d in about 95 of 100, where Student’s t does not near an end', (share) => {
    const random = createRandom(3);
    const truth = 4 * (1 - share);
    const drawn = Array.from({ length: 1000 }, () => sampled(Array.from({ length: 32 }, () => (random() < share ? 0 : 4))));
    const coverage = (of: (one: SampledMean) => { readonly low: number; readonly high: number }) =>
      drawn.filter((one) => of(one).low <= truth && truth <= of(one).high).length / drawn.length;
    const [plain, scaled] = [coverage((one) => intervalFrom(one.center, one.parts)), coverage((one) => scaleInterval(one, scale))];
    expect(scaled).toBeGreaterThan(0.93);
    expect(scaled).toBeLessThan(0.99);
    if (share < 0.05) expect(plain).toBeLessThan(0.6);
  });
});
