import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceFigure, meanFigure, type Part, probabilityOfBest, ratioFigure } from './ranking.ts';

const parts = (...values: readonly number[]): Part[] => values.map((top) => ({ top, bottom: 1 }));

describe('the probability of being best', () => {
  it('is 1 for what is best in every document, in whatever place', () => {
    expect(probabilityOfBest([parts(1, 2, 3), parts(2, 3, 4), parts(0, 1, 2)], { seed: 1 })).toEqual([0, 1, 0]);
  });

  it('is shared by equals', () => {
    const [one, again, less] = probabilityOfBest([parts(1, 2, 3), parts(1, 2, 3), parts(0, 0, 0)], { seed: 1 });
    expect([one, again, less]).toEqual([0.5, 0.5, 0]);
  });

  it('is near a half for two that change places from document to document', () => {
    const [one = 0] = probabilityOfBest([parts(1, 0, 1, 0), parts(0, 1, 0, 1)], { seed: 3 });
    expect(one).toBeGreaterThan(0.4);
    expect(one).toBeLessThan(0.6);
  });

  it('never goes to an arm that has nothing, unless none has anything', () => {
    const empty = [
      { top: 0, bottom: 0 },
      { top: 0, bottom: 0 },
    ];
    expect(probabilityOfBest([empty, parts(-1, -2)], { seed: 1 })).toEqual([0, 1]);
    expect(probabilityOfBest([empty, empty], { seed: 1 })).toEqual([0.5, 0.5]);
  });

  it('adds up to 1, and is the same for the same seed, whatever the values', () => {
    const value = fc.double({ min: -8, max: 8, noNaN: true });
    const part = fc.record({ top: value, bottom: fc.constantFrom(0, 1, 20) });
    const arms = fc
      .integer({ min: 1, max: 9 })
      .chain((documents) => fc.array(fc.array(part, { minLength: documents, maxLength: documents }), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(arms, fc.nat(), (all, seed) => {
        const probabilities = probabilityOfBest(all, { seed, draws: 50 });
        expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        expect(probabilityOfBest(all, { seed, draws: 50 })).toEqual(probabilities);
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe('figures', () => {
  it('divide sums, not documents', () => {
    const byDocument = new Map([
      ['a', { top: 10, bottom: 5 }],
      ['b', { top: 2, bottom: 5 }],
      ['empty', { top: 0, bottom: 0 }],
    ]);
    const { value, interval } = ratioFigure(byDocument);
    expect(value).toBeCloseTo(1.2, 12);
    expect(interval?.low).toBeLessThan(1.2);
    expect(interval?.high).toBeGreaterThan(1.2);
    expect(ratioFigure(new Map())).toEqual({ value: Number.NaN });
    expect(ratioFigure(new Map([['a', { top: 1, bottom: 2 }]]))).toEqual({ value: 0.5 });
  });

  it('of shares stay between 0 and 1, and are not sure of what they have not seen', () => {
    const none = new Map(Array.from({ length: 10 }, (_, i) => [`${i}`, { top: 0, bottom: 1 }]));
    const { value, interval } = ratioFigure(none, { scale: 1 });
    expect(value).toBe(0);
    expect(interval?.low).toBe(0);
    expect(interval?.high).toBeGreaterThan(0.1);
  });

  it('do not pass the ceiling', () => {
    expect(meanFigure([4, 4, 3.9, 4], 4).interval?.high).toBe(4);
    expect(meanFigure([3], 4)).toEqual({ value: 3 });
  });

  it('of differences take out what the documents share', () => {
    const { value, interval } = differenceFigure([1, 2, 3, 4], [0.5, 1.5, 2.5, 3.5]);
    expect(value).toBe(0.5);
    expect(interval).toEqual({ low: 0.5, high: 0.5 });
  });
});
