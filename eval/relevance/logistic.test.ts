import { expect, it } from 'vitest';
import { createRandom } from '../../src/domain/random.ts';
import { fitLogistic } from './logistic.ts';

it('finds the odds that rows were drawn with', () => {
  const random = createRandom(4);
  const rows = Array.from({ length: 20_000 }, () => {
    const features = [random() * 10 - 5, 100 + random()];
    const logOdds = 0.8 * (features[0] ?? 0) - 2 * ((features[1] ?? 0) - 100.5) - 1;
    return { features, isPositive: random() < 1 / (1 + Math.exp(-logOdds)) };
  });
  const fitted = fitLogistic(rows);
  // Standard errors at this size: .02 and .1.
  expect(fitted([1, 100.5]) - fitted([0, 100.5])).toBeCloseTo(0.8, 1);
  expect(Math.abs(fitted([0, 101]) - fitted([0, 100]) + 2)).toBeLessThan(0.3);
  expect(Math.abs(fitted([0, 100.5]) + 1)).toBeLessThan(0.15);
});

it('stays finite where a feature separates the rows, or says nothing', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ features: [i, 3], isPositive: i >= 10 }));
  const fitted = fitLogistic(rows);
  expect(fitted([12, 3])).toBeGreaterThan(0);
  expect(fitted([7, 3])).toBeLessThan(0);
  expect(fitted([12, 3])).toBe(fitted([12, 99]));
  expect(Number.isFinite(fitted([1000, 3]))).toBe(true);
});
