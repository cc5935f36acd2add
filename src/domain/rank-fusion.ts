import type { RankedChunk } from './step.ts';

/** The constant of the paper: how slowly a place loses weight. */
export const RANK_FUSION_K = 60;

/**
 * Several rankings of chunks as one: score(d) = Σ 1 / (k + rank(d)), ranks from 1, summed over the rankings that hold d. Scores of the
 * rankings themselves are not read, so they need no common scale. Ties go by the best place in any ranking, then by the ranking's order.
 * Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods" (2009).
 */
export function fuseRankings(rankings: readonly (readonly RankedChunk[])[], k = RANK_FUSION_K): RankedChunk[] {
  const scores = new Map<string, { readonly chunk: RankedChunk; readonly score: number }>();
  const depth = Math.max(0, ...rankings.map((ranking) => ranking.length));
  // Place by place, so that insertion order is the order among ties.
  for (let place = 0; place < depth; place++) {
    for (const ranking of rankings) {
      const chunk = ranking[place];
      if (chunk === undefined) continue;
      const before = scores.get(chunk.chunkId);
      scores.set(chunk.chunkId, { chunk, score: (before?.score ?? 0) + 1 / (k + place + 1) });
    }
  }
  return [...scores.values()].sort((a, b) => b.score - a.score).map(({ chunk, score }) => ({ ...chunk, score }));
}
