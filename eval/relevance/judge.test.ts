import { expect, it } from 'vitest';
import type { RelevanceRow } from './collect.ts';
import { judgeTerms } from './judge.ts';

const row = (place: number, isGold: boolean, terms: Record<string, number>): RelevanceRow => ({
  ...{ question: `q${place % 10}`, document: `d${place % 10}`, arm: 'select 1', isGold, isDeclined: false, terms },
});
/** Ten documents with two gold and two other summaries each: `good` is always right, `words` in half of the documents. */
const ROWS = Array.from({ length: 40 }, (_, place) => {
  const isGold = place < 20;
  return row(place, isGold, { words: isGold && place % 2 === 0 ? 1 : 0, good: isGold ? 2 : 1 });
});
const options = { against: 'words', draws: 300, seed: 1 };

it('lists the terms, best first, each with its difference from the baseline on the same rows', () => {
  const [best, baseline] = judgeTerms(ROWS, options);
  expect(best).toMatchObject({ term: 'good', rows: 40, pooled: { value: 1 }, within: { value: 1 } });
  expect(best?.pooledDifference.value).toBeCloseTo(0.25, 12);
  expect(best?.pooledDifference.low).toBeGreaterThan(0);
  expect(baseline).toMatchObject({ term: 'words', pooled: { value: 0.75 }, pooledDifference: { value: 0, low: 0, high: 0 } });
});

it('compares on the rows that have both: what a term lacks helps neither', () => {
  // The term exists only where `words` is always wrong or tied, so there it is ahead by a half, and not by a quarter.
  const partly = ROWS.map((one, place) => (place % 2 === 1 ? one : { ...one, terms: { words: one.terms['words'] ?? 0 } }));
  const good = judgeTerms(partly, options).find(({ term }) => term === 'good');
  expect(good).toMatchObject({ rows: 20, pooledDifference: { value: 0.5 }, withinDifference: { value: 0.5 } });
});
