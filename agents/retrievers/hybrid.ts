import { z } from 'zod';
import { fuseRankings, RANK_FUSION_K } from '../../src/domain/rank-fusion.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { requireVectors, searchVectors } from './parts/search-vectors.ts';
import { searchWords } from './parts/search-words.ts';
import { wordOptions } from './parts/word-options.ts';

/**
 * BM25 and the embedding model's vectors in one ranking, by places alone: a chunk that both find stands above one that either finds.
 * Wins where some questions name what they ask for and others paraphrase it; loses to either alone on questions that are all of its
 * kind, and costs an embedding of each question. Needs `embedding` in the configuration. Reference: Cormack, Clarke and Büttcher,
 * "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods" (2009).
 */
export const hybrid = definePlugin({
  kind: 'retriever',
  id: 'hybrid',
  version: '1',
  summary: 'Ranks chunks by words and by meaning (BM25 and vectors, fused by rank).',
  requires: ['embed'],
  options: z.strictObject({
    ...wordOptions,
    /** How slowly a place loses weight; the paper's choice. */
    k: z.number().nonnegative().default(RANK_FUSION_K),
    /** Places of each ranking that count, or as many as are asked for; fixed, so that a larger limit finds the same at the top. */
    depth: z.number().int().min(1).max(10_000).default(200),
    /** As in `dense`. */
    floor: z.number().min(-1).max(1).default(0),
  }),
  create: ({ k, depth, floor, ...parameters }, { documents, vectors }) => ({
    async search(request) {
      const index = requireVectors('hybrid', vectors);
      const deep = { ...request, limit: Math.max(request.limit, depth) };
      const [words, near] = await Promise.all([
        searchWords(documents, deep, parameters),
        searchVectors({ documents, vectors: index }, deep, { floor }),
      ]);
      return { chunks: fuseRankings([words.chunks, near], k).slice(0, request.limit), statistics: words.statistics };
    },
  }),
});
