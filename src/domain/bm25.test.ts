import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bm25, bm25OfCounts, inverseFrequency } from './bm25.ts';
import type { TermStatistics } from './step.ts';

const SEED = 20_251_221;
const statistics: fc.Arbitrary<TermStatistics> = fc
  .record({
    chunkCount: fc.integer({ min: 1, max: 1_000 }),
    averageLength: fc.integer({ min: 0, max: 300 }),
    shares: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ chunkCount, averageLength, shares: [canal, lock] }) => ({
    chunkCount,
    averageLength,
    chunkFrequency: { canal: Math.round(canal * chunkCount), lock: Math.round(lock * chunkCount) },
  }));
const query = new Set(['canal', 'lock']);
const score = (counts: Record<string, number>, length: number, given: TermStatistics) =>
  bm25OfCounts(query, { counts: new Map(Object.entries(counts)), length }, given);

describe('bm25', () => {
  it('is never negative, even for a word that stands everywhere', () => {
    fc.assert(
      fc.property(statistics, fc.nat(50), fc.nat(50), fc.nat(400), (given, canal, lock, more) => {
        expect(score({ canal, lock }, canal + lock + more, given)).toBeGreaterThanOrEqual(0);
      }),
      { seed: SEED },
    );
  });

  it('grows with every further occurrence of a query word in place of another word, up to its supremum', () => {
    fc.assert(
      fc.property(statistics, fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 400 }), (given, canal, lock, more) => {
        const length = canal + lock + more;
        const next = score({ canal: canal + 1, lock }, length, given);
        expect(next).toBeGreaterThan(score({ canal, lock }, length, given));
        expect(next).toBeLessThan(2.2 * (inverseFrequency(given, 'canal') + inverseFrequency(given, 'lock')));
      }),
      { seed: SEED },
    );
  });

  it('falls with the length of the text', () => {
    fc.assert(
      fc.property(statistics, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 9, max: 200 }), (given, canal, length) => {
        expect(score({ canal }, length + 1, given)).toBeLessThan(score({ canal }, length, given));
      }),
      { seed: SEED },
    );
  });

  it('weighs rare words more', () => {
    const given = { chunkCount: 10, averageLength: 5, chunkFrequency: { the: 10, canal: 1 } };
    expect(inverseFrequency(given, 'canal')).toBeGreaterThan(inverseFrequency(given, 'the'));
    expect(inverseFrequency(given, 'unseen')).toBeGreaterThan(inverseFrequency(given, 'canal'));
  });

  it('has the value of the formula', () => {
    const given = { chunkCount: 3, averageLength: 4, chunkFrequency: { canal: 2, lock: 1 } };
    // ln(1 + 1.5/2.5) · 2·2.2/(2 + 1.2·(0.25 + 0.75·6/4)), and nothing for the repeated query word.
    const expected = (Math.log(1.6) * 4.4) / (2 + 1.2 * 1.375);
    expect(bm25('canal CANAL?', 'a canal, a canal and more', given)).toBeCloseTo(expected, 12);
  });

  it.each(['constructor', 'valueOf', 'hasOwnProperty', '__proto__'])('takes %s for a word like any other', (word) => {
    const given = { chunkCount: 2, averageLength: 2, chunkFrequency: {} };
    expect(inverseFrequency(given, word)).toBeCloseTo(Math.log(6), 12);
    expect(bm25(word, `a ${word}`, given)).toBeGreaterThan(0);
  });
});
