import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange } from './arrange.ts';
import { keepSentences } from './keep-sentences.ts';
import { keepAbove, keepAtLeast, keepBest, type Priced } from './keep-units.ts';
import { shareBudget } from './share-budget.ts';

const priced = fc.record({ tokens: fc.integer({ min: 1, max: 9 }), score: fc.integer({ min: -20, max: 20 }) });
const items = fc.array(priced, { maxLength: 40 });
const tokensOf = (all: readonly Priced[], places: readonly number[]) => places.reduce((sum, place) => sum + (all[place]?.tokens ?? 0), 0);

describe('keepBest', () => {
  it('stays under the budget, in order, and leaves no room for anything it left out', () => {
    fc.assert(
      fc.property(items, fc.nat(120), (all, budget) => {
        const kept = keepBest(all, budget);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        const free = budget - tokensOf(all, kept);
        expect(free).toBeGreaterThanOrEqual(0);
        for (const [place, { tokens }] of all.entries()) if (!kept.includes(place)) expect(tokens).toBeGreaterThan(free);
      }),
      { seed: 1 },
    );
  });

  it('is a threshold where all cost the same: nothing left out is worth more than what was kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 30 }), fc.nat(30), (scores, budget) => {
        const kept = new Set(
          keepBest(
            scores.map((score) => ({ tokens: 1, score })),
            budget,
          ),
        );
        const [inside, outside] = [scores.filter((_s, i) => kept.has(i)), scores.filter((_s, i) => !kept.has(i))];
        expect(Math.min(...inside)).toBeGreaterThanOrEqual(Math.max(...outside, Number.NEGATIVE_INFINITY));
        expect(kept.size).toBe(Math.min(budget, scores.length));
      }),
      { seed: 2 },
    );
  });

  it('takes the earlier of two that are worth the same', () => {
    const same = [2, 2, 2].map((tokens) => ({ tokens, score: 1 }));
    expect(keepBest(same, 4)).toEqual([0, 1]);
  });
});

it('keeps what is above a threshold, and misses the budget by half an item at most', () => {
  fc.assert(
    fc.property(items, fc.nat(120), (all, budget) => {
      const kept = keepAbove(all, budget);
      const total = all.reduce((sum, { tokens }) => sum + tokens, 0);
      expect(Math.abs(Math.min(budget, total) - tokensOf(all, kept))).toBeLessThanOrEqual(4.5);
      const [inside, outside] = [all.filter((_s, i) => kept.includes(i)), all.filter((_s, i) => !kept.includes(i))];
      const least = Math.min(...inside.map(({ score }) => score));
      expect(least).toBeGreaterThanOrEqual(Math.max(...outside.map(({ score }) => score), Number.NEGATIVE_INFINITY));
    }),
    { seed: 9 },
  );
});

it('keeps at least so much where no part fits the budget', () => {
  const long = [
    { tokens: 50, score: 1 },
    { tokens: 40, score: 2 },
  ];
  expect(keepBest(long, 20)).toEqual([]);
  expect(keepAtLeast(long, 20, 10)).toEqual([1]);
  fc.assert(
    fc.property(items, fc.nat(100), fc.nat(100), (all, budget, least) => {
      const total = all.reduce((sum, { tokens }) => sum + tokens, 0);
      expect(tokensOf(all, keepAtLeast(all, budget, least))).toBeGreaterThanOrEqual(Math.min(least, total));
    }),
    { seed: 3 },
  );
});

describe('shareBudget', () => {
  it('spends the budget, or all there is, and gives the more important part no less', () => {
    fc.assert(
      fc.property(items, fc.nat(300), fc.double({ min: 0, max: 1, noNaN: true }), (parts, budget, delta) => {
        const shares = shareBudget(parts, budget, delta);
        const total = parts.reduce((sum, { tokens }) => sum + tokens, 0);
        const spent = parts.reduce((sum, { tokens }, i) => sum + tokens * (shares[i] ?? 0), 0);
        expect(spent).toBeCloseTo(Math.min(budget, total), 3);
        const ranked = [...parts.keys()].sort((a, b) => (parts[b]?.score ?? 0) - (parts[a]?.score ?? 0)).map((place) => shares[place]);
        expect(ranked).toEqual([...ranked].sort((a = 0, b = 0) => b - a));
        expect(shares.filter((share) => !(share >= 0 && share <= 1))).toEqual([]);
      }),
      { seed: 4 },
    );
  });

  it('is the rate of the paper for parts of one length', () => {
    const parts = [3, 1, 2].map((score) => ({ tokens: 100, score }));
    const shares = shareBudget(parts, 150, 0.3);
    [0.8, 0.2, 0.5].forEach((share, i) => {
      expect(shares[i]).toBeCloseTo(share, 6);
    });
  });
});

describe('keepSentences', () => {
  it('thins one sentence at most, and fills the budget', () => {
    const sentence = fc.array(priced, { minLength: 1, maxLength: 8 }).map((words) => ({
      words,
      tokens: words.reduce((sum, { tokens }) => sum + tokens, 0),
      score: words[0]?.score ?? 0,
    }));
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 12 }), fc.nat(200), (sentences, budget) => {
        const kept = keepSentences(sentences, budget);
        const spent = kept.map((places, i) => tokensOf(sentences[i]?.words ?? [], places));
        expect(spent.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThanOrEqual(budget);
        const thinned = kept.filter((places, i) => places.length > 0 && places.length < (sentences[i]?.words.length ?? 0));
        expect(thinned.length).toBeLessThanOrEqual(1);
      }),
      { seed: 5 },
    );
  });
});

it('sets parts in their order, best first, or best at both ends', () => {
  const parts = [1, 5, 3, 4, 2].map((score) => ({ score }));
  expect(arrange(parts, 'source')).toEqual([0, 1, 2, 3, 4]);
  expect(arrange(parts, 'front')).toEqual([1, 3, 2, 4, 0]);
  expect(arrange(parts, 'ends')).toEqual([1, 2, 0, 4, 3]);
});
