import { describe, expect, it } from 'vitest';
import { interval95, studentTCdf, studentTQuantile } from './student-t.ts';

describe('Student t', () => {
  // Two-sided 95% points and others, from printed tables.
  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.30265],
    [0.975, 5, 2.57058],
    [0.975, 10, 2.22814],
    [0.975, 30, 2.04227],
    [0.975, 120, 1.97993],
    [0.995, 7, 3.49948],
    [0.95, 4, 2.13185],
    [0.9995, 3, 12.924],
  ])('has the table value at P = %d with %i degrees', (probability, degrees, value) => {
    expect(studentTQuantile(probability, degrees)).toBeCloseTo(value, 3);
  });

  it('is the inverse of the distribution function', () => {
    for (const degrees of [1, 3, 19, 1_000]) {
      for (const probability of [0.5, 0.6, 0.9, 0.975, 0.9999]) {
        expect(studentTCdf(studentTQuantile(probability, degrees), degrees)).toBeCloseTo(probability, 10);
      }
    }
  });

  it('has the closed forms of one and two degrees', () => {
    for (const t of [-5, -1, 0, 0.3, 2, 40]) {
      expect(studentTCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
      expect(studentTCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12);
    }
  });

  it('tends to the normal distribution', () => {
    expect(studentTQuantile(0.975, 1e6)).toBeCloseTo(1.959966, 5);
  });

  it('makes symmetric intervals', () => {
    const { low, high } = interval95(3, 0.5, 10);
    expect((low + high) / 2).toBeCloseTo(3, 12);
    expect(high - low).toBeCloseTo(2.22814, 4);
  });
});
