import { describe, expect, it } from 'vitest';
import { errorOfMean, guardEnds, intervalFrom, jackknifeError } from './interval.ts';
import { createRandom } from './random.ts';
import { largestShare, studentTQuantile } from './student-t.ts';

describe('errors', () => {
  it('of a mean and of its jackknife are the same', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const total = values.reduce((sum, value) => sum + value, 0);
    const jackknife = jackknifeError(values.map((value) => (total - value) / (values.length - 1)));
    expect(jackknife?.variance).toBeCloseTo(errorOfMean(values)?.variance ?? Number.NaN, 12);
    expect(jackknife?.degrees).toBe(7);
  });

  it('are unknown under two values', () => {
    expect(errorOfMean([1])).toBeUndefined();
    expect(jackknifeError([])).toBeUndefined();
  });
});

describe('intervalFrom', () => {
  it('is Student’s t for one source of error', () => {
    const { low, high } = intervalFrom(2, [{ variance: 0.25, degrees: 4 }]);
    expect((high - low) / 2).toBeCloseTo(studentTQuantile(0.975, 4) / 2, 12);
    expect((high + low) / 2).toBe(2);
  });

  it('adds sources, with degrees between those of the weakest and their sum', () => {
    const { high } = intervalFrom(0, [
      { variance: 0.5, degrees: 5 },
      { variance: 0.5, degrees: 5 },
    ]);
    expect(high).toBeCloseTo(studentTQuantile(0.975, 10), 12);
  });

  it('has no width without spread', () => {
    expect(intervalFrom(1, [{ variance: 0, degrees: 3 }])).toEqual({ low: 1, high: 1 });
  });
});

describe('guardEnds', () => {
  const degenerate = { low: 4, high: 4 };

  it('allows for exceptions that were not seen when all documents are at the top', () => {
    const { low, high } = guardEnds(degenerate, Array(20).fill(4), 4);
    expect(low).toBeCloseTo(4 * (1 - largestShare(0, 20)), 12);
    expect(low).toBeLessThan(3.6);
    expect(high).toBe(4);
  });

  it('allows for rare informative ones when all documents are at the bottom', () => {
    const { low, high } = guardEnds({ low: 0, high: 0 }, Array(20).fill(0), 4);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(4 * largestShare(0, 20), 12);
  });

  it('leaves alone what sits between the ends, and never narrows', () => {
    const middle = Array.from({ length: 20 }, (_item, i) => 1 + i / 10);
    expect(guardEnds({ low: 1.5, high: 2.5 }, middle, 4)).toEqual({ low: 1.5, high: 2.5 });
    const wide = { low: -9, high: 9 };
    expect(guardEnds(wide, Array(20).fill(4), 4)).toEqual(wide);
  });

  it('covers a mean that rests on one document in fifty, where Student’s t does not', () => {
    const random = createRandom(3);
    const truth = 4 * 0.98;
    const intervals = Array.from({ length: 400 }, () => {
      const values = Array.from({ length: 20 }, (): number => (random() < 0.02 ? 0 : 4));
      const mean = values.reduce((sum, value) => sum + value, 0) / 20;
      const plain = intervalFrom(
        mean,
        [errorOfMean(values)].flatMap((error) => error ?? []),
      );
      return { plain, guarded: guardEnds(plain, values, 4) };
    });
    const share = (of: 'plain' | 'guarded') => intervals.filter((one) => one[of].low <= truth && truth <= one[of].high).length / 400;
    expect(share('plain')).toBeLessThan(0.5);
    expect(share('guarded')).toBeGreaterThan(0.95);
  });
});

describe('largestShare', () => {
  it('is the upper end of Jeffreys’ interval', () => {
    expect(largestShare(1, 10)).toBeCloseTo(0.381, 2);
    expect(largestShare(3, 10)).toBeCloseTo(0.606, 2);
    expect(largestShare(5, 20)).toBeCloseTo(0.464, 2);
    expect(largestShare(4, 4)).toBe(1);
  });
});
