import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { chunkEvidence } from './parts/chunk-evidence.ts';
import { chunksFound, searchEach } from './parts/queries.ts';
import { conclude, failWithFirst, predictFrom } from './parts/stages.ts';

/**
 * The best chunks for the question, as they stand, straight to the predictor: plain retrieval-augmented generation, the arm that every
 * compressor has to beat at the same number of predictor tokens. Nothing is planned, compressed, scored or gated.
 * Wins on questions whose own words lead to one place, and in time: one model call. Loses where a chunk holds one sentence that matters, since
 * the predictor pays for all of it, and where an answer joins several places. Reference: Lewis et al., "Retrieval-Augmented Generation" (2020);
 * the raw-retrieval baselines of arXiv 2512.21720.
 */
export const topK = definePlugin({
  kind: 'strategy',
  id: 'top-k',
  version: '1',
  summary: 'search once for the question, show the predictor the best chunks as they stand',
  requires: [],
  options: z.object({
    /** Chunks shown, of those that the predictor's context or budget has room for. */
    chunks: z.number().int().min(1).max(400).default(5),
  }),
  create: ({ chunks }) => ({
    next: (state, view) => {
      const run = { state, view };
      const query = { name: '0', query: state.spec.question };
      return (
        failWithFirst(run) ??
        conclude(run) ??
        searchEach(run, [query], { limit: chunks }) ??
        predictFrom(run, chunkEvidence(chunksFound(state).slice(0, chunks), view))
      );
    },
  }),
});
