import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverages, inforageReward } from './inforage-reward.ts';

const GOLD = ['a', 'b', 'c', 'd'];
/** Two gold documents, then one of these and another, then nothing. */
const SEARCHES = [['a', 'b', 'x'], ['b', 'c'], ['y']];

describe('coverage', () => {
  it('adds up over searches, or is that of each search', () => {
    expect(coverages({ searches: SEARCHES, gold: GOLD }, 'cumulative')).toEqual([0.5, 0.75, 0.75]);
    expect(coverages({ searches: SEARCHES, gold: GOLD }, 'per-search')).toEqual([0.5, 0.5, 0]);
  });

  it('counts a document once, however often it is listed or found', () => {
    expect(coverages({ searches: [['a', 'a'], ['a']], gold: ['a', 'a', 'b'] }, 'cumulative')).toEqual([0.5, 0.5]);
  });

  it('has no meaning without gold documents', () => {
    expect(() => coverages({ searches: SEARCHES, gold: [] }, 'cumulative')).toThrow('at least one gold document');
  });
});

describe('the reward of InForage', () => {
  it('is efficiency times outcome and weighed gain', () => {
    const trajectory = { searches: SEARCHES, gold: GOLD, outcome: 1 };
    const cumulative = inforageReward(trajectory);
    expect(cumulative).toEqual({ gain: 0.75, efficiency: 0.95 ** 2, reward: 0.95 ** 2 * (1 + 0.2 * 0.75) });
    const perSearch = inforageReward(trajectory, { coverage: 'per-search' });
    expect(perSearch.reward).toBeCloseTo(0.95 ** 2 * (1 + 0.2 * 0.5), 12);
  });

  it('penalises steps as the paper writes it, and as the code does', () => {
    const at = (steps: number, penalty: 'paper' | 'code') =>
      inforageReward({ searches: [], gold: GOLD, outcome: 1, steps }, { penalty }).efficiency;
    expect([1, 2, 3, 4, 5].map((steps) => at(steps, 'paper'))).toEqual([1, 1, 0.95, 0.95 ** 2, 0.95 ** 3]);
    // Answering at index 2 costs nothing, at 3 0.9025, at 4 0.857: as the released code.
    expect([1, 2, 3].map((steps) => at(steps, 'code'))).toEqual([1, 1, 1]);
    expect(at(4, 'code')).toBeCloseTo(0.9025, 12);
    expect(at(5, 'code')).toBeCloseTo(0.857, 3);
  });

  it('is never less with cumulative coverage, which never falls', () => {
    const ids = fc.array(fc.constantFrom(...GOLD, 'x', 'y'), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (searches, outcome) => {
        const trajectory = { searches, gold: GOLD, outcome };
        const shares = coverages(trajectory, 'cumulative');
        expect([...shares].sort((a, b) => a - b)).toEqual(shares);
        const [all, each] = [inforageReward(trajectory), inforageReward(trajectory, { coverage: 'per-search' })];
        expect(all.reward).toBeGreaterThanOrEqual(each.reward);
        expect(all.gain).toBe(new Set(searches.flat().filter((id) => GOLD.includes(id))).size / GOLD.length);
      }),
      { seed: 11 },
    );
  });

  it('gives no gain to who never searched', () => {
    expect(inforageReward({ searches: [], gold: GOLD, outcome: 0.5 })).toEqual({ gain: 0, efficiency: 1, reward: 0.5 });
  });
});
