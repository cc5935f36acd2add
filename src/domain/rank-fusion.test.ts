import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuseRankings } from './rank-fusion.ts';
import type { RankedChunk } from './step.ts';

const ranking = (...ids: readonly string[]): RankedChunk[] => ids.map((id, i) => ({ chunkId: id, documentId: `of-${id}`, score: 100 - i }));
const ids = (fused: readonly RankedChunk[]): string[] => fused.map(({ chunkId }) => chunkId);

describe('fuseRankings', () => {
  it('sums 1 / (k + rank) over the rankings, with ranks from 1', () => {
    const fused = fuseRankings([ranking('a', 'b'), ranking('b', 'c')]);
    expect(ids(fused)).toEqual(['b', 'a', 'c']);
    expect(fused.map(({ score }) => score)).toEqual([1 / 62 + 1 / 61, 1 / 61, 1 / 62]);
    expect(fused[0]?.documentId).toBe('of-b');
  });

  it('reads no scores, only places', () => {
    const loud = ranking('a', 'b').map((chunk) => ({ ...chunk, score: chunk.score * 1e6 }));
    expect(fuseRankings([loud, ranking('b', 'c')])).toEqual(fuseRankings([ranking('a', 'b'), ranking('b', 'c')]));
  });

  it('lets a first place count for more with a smaller k', () => {
    const rankings = [ranking('a', 'x', 'y', 'b'), ranking('p', 'q', 'r', 'b')];
    expect(ids(fuseRankings(rankings, 60))[0]).toBe('b');
    expect(ids(fuseRankings(rankings, 0))[0]).toBe('a');
  });

  it('breaks ties by place, then by the order of the rankings', () => {
    expect(ids(fuseRankings([ranking('a', 'b'), ranking('c', 'd')]))).toEqual(['a', 'c', 'b', 'd']);
  });

  it('holds each chunk of any ranking once, best first, and leaves one ranking as it is', () => {
    const some = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const fused = fuseRankings([ranking(...one), ranking(...other)]);
        expect([...ids(fused)].sort()).toEqual([...new Set([...one, ...other])].sort());
        const scores = fused.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(ids(fuseRankings([ranking(...one)]))).toEqual(one);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
