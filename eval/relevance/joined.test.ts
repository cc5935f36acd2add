import { expect, it } from 'vitest';
import { createRandom } from '../../src/domain/random.ts';
import type { RelevanceRow } from './collect.ts';
import { withJoinedTerms } from './joined.ts';
import { judgeTerms } from './judge.ts';

const WORDS = 'bm25 share (gate relevant)';
const JOINED = 'words + marker of z @m';

/** Words and marker both see the truth through noise of their own; `honest` false: neither sees anything. */
function makeRows(prefix: string, seed: number, honest = true): readonly RelevanceRow[] {
  const random = createRandom(seed);
  return Array.from({ length: 600 }, (_, place): RelevanceRow => {
    const isGold = random() < 0.3;
    const seen = isGold && honest ? 1 : 0;
    const terms = { [WORDS]: seen + 2 * random(), 'select: marker of z against NONE @m': 5 * (seen + 2 * random()) };
    return { question: `${prefix}${place % 60}`, document: `${prefix}${place % 60}`, arm: 'select 1', isGold, isDeclined: false, terms };
  });
}
const options = { against: WORDS, draws: 200, seed: 1 };
const joinedOf = (rows: readonly RelevanceRow[]) => judgeTerms(rows, options).find(({ term }) => term === JOINED);

it('joins what two terms know, fitted on other documents', () => {
  const joined = joinedOf(withJoinedTerms(makeRows('a', 1), makeRows('b', 2)));
  expect(joined).toMatchObject({ rows: 600 });
  expect(joined?.pooledDifference.low).toBeGreaterThan(0);
});

it('learns nothing where there is nothing to learn, not even from its own rows', () => {
  const rows = makeRows('a', 3, false);
  const joined = joinedOf(withJoinedTerms(rows, rows));
  expect(joined?.pooled.low).toBeLessThan(0.5);
  expect(joined?.pooled.value).toBeLessThan(0.55);
});

it('joins only what is there', () => {
  const rows = makeRows('a', 4).map((row, i) => (i % 2 === 0 ? row : { ...row, terms: { [WORDS]: row.terms[WORDS] ?? 0 } }));
  expect(joinedOf(withJoinedTerms(rows, rows))?.rows).toBe(300);
});
