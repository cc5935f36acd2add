import { describe, expect, it } from 'vitest';
import { type RankMeasure, type RankOutcome, rankSeries } from './rank-figures.ts';

const CEILING = 4;

function outcome(bits: number | undefined, change: Partial<RankOutcome> = {}): RankOutcome {
  const base = { documentId: 'a', status: 'text', tokens: 10, bytes: 40, relevance: 0.5, claims: 2, unsupported: 0 } as const;
  return { ...base, ...(bits === undefined ? {} : { bits }), ...change };
}

/** A document a value. */
function series(name: string, values: readonly (number | undefined)[], change: Partial<RankOutcome> = {}) {
  return { name, outcomes: values.map((bits, i) => outcome(bits, { documentId: `d${i}`, ...change })) };
}

const rank = (all: Parameters<typeof rankSeries>[0], by: RankMeasure = 'bits') => rankSeries(all, { ceilingBits: CEILING, by, seed: 1 });

describe('a ranking', () => {
  it('puts the most bits first, and keeps the order given among equals', () => {
    const ranked = rank([
      series('low', [1, 1.5, 2]),
      series('one', [2, 2.5, 3]),
      series('again', [2, 2.5, 3]),
      series('mid', [1.5, 2, 2.5]),
    ]);
    expect(ranked.map(({ place }) => place)).toEqual([1, 2, 3, 0]);
    expect(ranked.map(({ figures }) => figures.best)).toEqual([0.5, 0.5, 0, 0]);
    expect(ranked[2]?.figures.behind).toEqual({ value: 0.5, interval: { low: 0.5, high: 0.5 } });
  });

  it('by bits per token may put a shorter one first', () => {
    const all = [series('long', [3, 3.5, 4], { tokens: 60 }), series('short', [2, 2.5, 3], { tokens: 10 })];
    expect(rank(all).map(({ place }) => place)).toEqual([0, 1]);
    expect(rank(all, 'bits-per-token').map(({ place }) => place)).toEqual([1, 0]);
    expect(rank(all, 'bits-per-token')[0]?.figures.bitsPerToken.value).toBeCloseTo(0.25, 12);
  });

  it('by relevance puts first what shares most of the question, however few its bits are', () => {
    const all = [series('off', [4, 4, 4], { relevance: 0.1 }), series('on', [3, 3, 3], { relevance: 0.4 })];
    expect(rank(all, 'relevance').map(({ place }) => place)).toEqual([1, 0]);
    expect(rank(all, 'relevance')[0]?.figures.relevance.value).toBeCloseTo(0.4, 12);
  });

  it('counts documents, not summaries', () => {
    const outcomes = [outcome(4), outcome(4), outcome(4), outcome(0, { documentId: 'b' })];
    expect(rank([{ name: 'x', outcomes }])[0]?.figures).toMatchObject({ bits: { value: 2 }, saturation: 0.5, best: 1 });
  });

  it('says how often nothing was handed on, and how much of the rest is in the sources', () => {
    const none = { status: 'none', tokens: 0, bytes: 0, claims: 0 } as const;
    const outcomes = [outcome(4, { claims: 3, unsupported: 1 }), outcome(0, { documentId: 'b', ...none })];
    expect(rank([{ name: 'x', outcomes }])[0]?.figures).toMatchObject({
      bits: { value: 2 },
      noneShare: { value: 0.5 },
      faithfulness: { value: 2 / 3 },
      tokens: { value: 10 },
      claims: 3,
      summaries: 1,
    });
  });

  it('compares on the pairs that all have, and leaves out an arm that has too few', () => {
    const whole = series('whole', [4, 1, 1, 1]);
    const gappy = series('gappy', [undefined, 1.5, 1.5, 1.5]);
    const broken = series('broken', [4, undefined, undefined, undefined]);
    const ranked = rank([whole, gappy, broken, series('dead', [undefined, undefined, undefined, undefined])]);
    expect(ranked.map(({ place }) => place)).toEqual([1, 0, 2, 3]);
    expect(ranked.map(({ figures }) => figures.best)).toEqual([1, 0, undefined, undefined]);
    expect(ranked.map(({ figures }) => figures.failed)).toEqual([1, 0, 3, 4]);
    // Shown with all that it has.
    expect(ranked[1]?.figures.bits.value).toBe(1.75);
    expect(ranked[3]?.figures.bits.value).toBeNaN();
  });

  it('probabilities add up to 1', () => {
    const ranked = rank([series('a', [1, 3, 2, 0]), series('b', [2, 1, 2, 1]), series('c', [0, 2, 3, 1])]);
    expect(ranked.reduce((sum, { figures }) => sum + (figures.best ?? 0), 0)).toBeCloseTo(1, 9);
  });
});
