import { describe, expect, it } from 'vitest';
import { predictGains, UNKNOWN_DECLINE } from './decline.ts';
import { admitDiet, bestVisit, calibrate, type Patch } from './rates.ts';

describe('the diet model', () => {
  const items = [
    { source: 'common and poor', count: 90, gain: 1, cost: 100 },
    { source: 'rich', count: 10, gain: 5, cost: 100 },
    { source: 'fair', count: 10, gain: 3, cost: 100 },
  ];

  it('takes classes in order of profitability while they beat the rate of those before', () => {
    // Rich alone: 10·5 / (110·travel + 10·100); with travel 5 that is 50/1550 = 0.032 > 0.03, without much travel more.
    expect(admitDiet(items, { travel: 5, discount: 1 })).toEqual(new Set(['rich']));
    expect(admitDiet(items, { travel: 20, discount: 1 })).toEqual(new Set(['rich', 'fair']));
    expect(admitDiet(items, { travel: 500, discount: 1 })).toEqual(new Set(['rich', 'fair', 'common and poor']));
  });

  it('leaves a poor class out however common it is: its own number plays no part', () => {
    const rarer = items.map((item) => (item.source === 'common and poor' ? { ...item, count: 900 } : item));
    const travelling = (all: typeof items) =>
      admitDiet(all, { travel: (20 * 110) / all.reduce((sum, { count }) => sum + count, 0), discount: 1 });
    expect(travelling(rarer)).toEqual(travelling(items));
  });

  it('admits the best of classes whatever it is, and nothing of none', () => {
    expect(admitDiet(items.slice(0, 1), { travel: 0, discount: 1 })).toEqual(new Set(['common and poor']));
    expect(admitDiet([], { travel: 0, discount: 1 })).toEqual(new Set());
  });
});

describe('what a patch is expected to give', () => {
  const expectation = { calibration: 0.5, decline: UNKNOWN_DECLINE };

  it('follows an exact curve after a few chunks', () => {
    const gain = (place: number) => 0.3 * Math.exp(-0.22 * place);
    const taken = [0, 1, 2, 3, 4].map((place) => ({ scent: 1, gain: gain(place) }));
    predictGains(taken, [1, 1, 1], expectation).forEach((predicted, k) => {
      expect(Math.abs(predicted / gain(5 + k) - 1)).toBeLessThan(0.05);
    });
  });

  it('falls with a chunk for nothing, and most of all with the first of many', () => {
    const next = (gains: readonly number[]) =>
      predictGains(
        gains.map((gain) => ({ scent: 1, gain })),
        [1],
        expectation,
      )[0] ?? 0;
    expect(next([0])).toBeLessThan(next([0.25]));
    expect(next([0.25])).toBeLessThan(next([0.5]));
    expect(next([0, 0, 0])).toBeLessThan(next([0]));
    expect(next([0])).toBeGreaterThan(0);
  });

  it('is finite and not negative, whatever was read', () => {
    for (const scent of [0, 1e-300, 1, 1e9]) {
      for (const gain of [0, 1, 1e9]) {
        const [predicted = Number.NaN] = predictGains([{ scent, gain }], [scent], expectation);
        expect(predicted).toBeGreaterThanOrEqual(0);
        expect(predicted).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
  });

  const patchOf = (gains: readonly (number | undefined)[], cost = 100): Patch => ({
    id: 'p',
    source: 'q',
    chunks: gains.map((gain, k) => ({ chunkId: `${k}`, scent: 1, cost, ...(gain === undefined ? {} : { gain }) })),
  });

  it('is learned from what scents were worth, slowly at first, and little from many reads of one patch', () => {
    const learn = (...patches: Patch[]) => calibrate(patches, patches, { ...expectation, patience: 6 });
    expect(learn(patchOf([undefined]))).toBeCloseTo(0.5, 12);
    expect(learn(patchOf([0]))).toBeCloseTo((0.5 * 6) / 7, 12);
    expect(learn(patchOf([0]), patchOf([0]), patchOf([0]))).toBeLessThan(learn(patchOf([0, 0, 0])));
  });

  it('makes a visit longer where it is far to go', () => {
    const visits = [0, 100, 1000].map((travel) => bestVisit(patchOf(Array.from({ length: 40 })), expectation, travel));
    expect(visits[0]?.cost).toBe(100);
    const within = visits.map(({ cost }, i) => cost - ([0, 100, 1000][i] ?? 0));
    expect(within).toEqual([...within].sort((a, b) => a - b));
    expect(within[2]).toBeGreaterThan(within[0] ?? 0);
  });
});
