import { describe, expect, it } from 'vitest';
import { kendallTau, overResamples, percentileInterval, placesOfBest, spreadOf } from './rank-statistics.ts';

describe("Kendall's tau", () => {
  it.each([
    ['one order', [1, 2, 3, 4], [10, 20, 30, 40], 1],
    ['opposite orders', [1, 2, 3, 4], [4, 3, 2, 1], -1],
    ['one of six pairs turned round', [1, 2, 3, 4], [1, 2, 4, 3], 4 / 6],
    // Five pairs agree, one ties on one side: 5 / sqrt(6 · 5).
    ['a tie', [1, 2, 3, 4], [1, 2, 3, 3], 5 / Math.sqrt(30)],
  ])('of %s', (_name, first, second, tau) => {
    expect(kendallTau(first, second)).toBeCloseTo(tau, 12);
  });

  it('of all ties is no figure, and rounding makes no order', () => {
    expect(kendallTau([1, 2, 3], [2, 2, 2])).toBeNaN();
    expect(kendallTau([1, 2, 3], [2, 2 + 1e-12, 2 - 1e-12])).toBeNaN();
  });
});

describe('resamples', () => {
  it('are the same for a seed, and draw with replacement', () => {
    const draw = (seed: number) => overResamples(5, { seed, draws: 50 }, (places) => places.join());
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).some((places) => new Set(places.split(',')).size < 5)).toBe(true);
  });

  it('give the middle 95% of values, and nothing where many are none', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i);
    expect(percentileInterval(values)).toEqual({ low: 25, high: 975 });
    expect(percentileInterval([...values, ...values.map(() => Number.NaN)])).toBeUndefined();
    expect(percentileInterval([])).toBeUndefined();
  });
});

it('the best are all that tie for it, and never what has no value', () => {
  expect(placesOfBest([1, 3, Number.NaN, 3 - 1e-12, 2])).toEqual([1, 3]);
  expect(placesOfBest([Number.NaN])).toEqual([]);
});

it('spread is the standard deviation of all there is', () => {
  expect(spreadOf([1, 3])).toBe(1);
  expect(spreadOf([2, 2, 2])).toBe(0);
});
