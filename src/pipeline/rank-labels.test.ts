import { describe, expect, it } from 'vitest';
import type { RankOutcome } from './rank-figures.ts';
import { judgeByLabels } from './rank-labels.ts';

interface Row {
  readonly bits: number | undefined;
  readonly hasGold: boolean;
  readonly relevance?: number;
}

/** A document a row. */
function series(name: string, rows: readonly Row[]) {
  const base = { status: 'text', tokens: 10, bytes: 40, relevance: 0.5, claims: 0, unsupported: 0 } as const;
  const outcomes = rows.map(
    ({ bits, ...row }, i): RankOutcome => ({ ...base, documentId: `d${i}`, ...row, ...(bits === undefined ? {} : { bits }) }),
  );
  return { name, outcomes };
}

const times = (count: number, row: (i: number) => Row) => Array.from({ length: count }, (_, i) => row(i));
const yes = (count: number) => times(count, () => ({ bits: 0, hasGold: true })).map(() => true);
const judge = (all: Parameters<typeof judgeByLabels>[0], inChunk: readonly (boolean | undefined)[]) =>
  judgeByLabels(all, { inChunk, seed: 1 });
const byBits = (report: ReturnType<typeof judge>) => report?.choices.find(({ by }) => by === 'bits');

describe('a ranking, judged by labels', () => {
  it('is right where the most bits go with the most gold', () => {
    const right = series(
      'right',
      times(20, () => ({ bits: 3, hasGold: true })),
    );
    const wrong = series(
      'wrong',
      times(20, () => ({ bits: 1, hasGold: false })),
    );
    const report = judge([wrong, right], yes(20));
    expect(byBits(report)).toMatchObject({
      gold: 1,
      behind: 0,
      isBest: 1,
      probability: 1,
      tau: { value: 1, interval: { low: 1, high: 1 } },
    });
    expect(report).toMatchObject({
      questions: 20,
      documents: 20,
      arms: 2,
      bestGold: 1,
      chance: { isBest: 0.5, probability: 0.5, gold: 0.5 },
    });
  });

  it('is wrong where they go with the least, though relevance may be right', () => {
    const bare = series(
      'bare',
      times(20, () => ({ bits: 3, hasGold: false, relevance: 0.1 })),
    );
    const good = series(
      'good',
      times(20, () => ({ bits: 1, hasGold: true, relevance: 0.9 })),
    );
    const report = judge([bare, good], yes(20));
    expect(byBits(report)).toMatchObject({ gold: 0, behind: 1, isBest: 0, probability: 0, tau: { value: -1 } });
    expect(report?.choices.find(({ by }) => by === 'relevance')).toMatchObject({ isBest: 1, probability: 1 });
  });

  it('counts a choice among ties as the share of them that is best', () => {
    const arms = [10, 10, 20].map((gold) =>
      series(
        `${gold}`,
        times(20, (i) => ({ bits: 3, hasGold: i < gold })),
      ),
    );
    expect(byBits(judge(arms, yes(20)))).toMatchObject({ isBest: 1 / 3, gold: 2 / 3, tau: { value: Number.NaN } });
  });

  it('takes 2 points of 100 as near enough, and 3 as not', () => {
    const of = (gold: number, bits: number) =>
      series(
        `${gold}`,
        times(100, (i) => ({ bits, hasGold: i < gold })),
      );
    expect(byBits(judge([of(48, 3), of(50, 1)], yes(100)))?.isBest).toBe(1);
    const third = byBits(judge([of(47, 3), of(50, 1)], yes(100)));
    expect(third?.isBest).toBe(0);
    // Three questions of 100 decide it: other documents would often decide otherwise.
    expect(third?.probability).toBeGreaterThan(0.1);
    expect(third?.probability).toBeLessThan(0.9);
  });

  it('looks at labelled questions only, and at what all arms have', () => {
    const one = series(
      'one',
      times(4, (i) => ({ bits: i === 0 ? undefined : 3, hasGold: true })),
    );
    const two = series(
      'two',
      times(4, () => ({ bits: 2, hasGold: false })),
    );
    expect(judge([one, two], [true, false, undefined, true])).toMatchObject({ questions: 2, inChunk: { value: 0.5 } });
    expect(judge([one, two], [undefined, undefined, undefined, undefined])).toBeUndefined();
  });
});
