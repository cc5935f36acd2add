import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { chunkEvidence } from './parts/chunk-evidence.ts';
import { chunksFound, distinctQueries, plannedQueries, searchEach } from './parts/queries.ts';
import { conclude, failWithFirst, plan, predictFrom } from './parts/stages.ts';

/**
 * `map-reduce` without its compressor: the same plan and the same searches, and the predictor reads every chunk that they found, as far as
 * its context takes them. What map-reduce saves or loses against it is the compressor's doing, and nothing else's.
 * Wins on quality with a long-context predictor that one can afford: nothing is lost on the way. Loses on price, which grows with the chunks, and with a
 * small predictor, which reads the first few and names the rest as unread. Reference: the uncompressed baseline of arXiv 2512.21720
 * (GPT-4o on the raw context), which its 7–8B compressors beat by 4 points on LongHealth.
 */
export const raw = definePlugin({
  kind: 'strategy',
  id: 'raw',
  version: '1',
  summary: 'plan and search as map-reduce does, show the predictor every chunk found as it stands',
  requires: [],
  options: z.object({
    /** Chunks per query. All texts travel in one job of 224 KiB, each with its quotation: some sixty chunks of usual length, and more is refused. */
    chunks: z.number().int().min(1).max(10_000).default(12),
  }),
  create: ({ chunks }) => ({
    next: (state, view) => {
      const run = { state, view };
      const queries = distinctQueries(plannedQueries(state, 'plan')).map((query, i) => ({ name: `${i}`, query }));
      return (
        failWithFirst(run) ??
        conclude(run) ??
        plan(run) ??
        searchEach(run, queries, { limit: chunks }) ??
        predictFrom(run, chunkEvidence(chunksFound(state), view))
      );
    },
  }),
});
