import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Strategy } from '../../src/ports/strategy.ts';
import { compressSteps, searchesOf } from './parts/compressions.ts';
import { concludeExpanding, expandable } from './parts/expand.ts';
import { escalate, failWhereNothingHelps, gateAll, plan, predict, score, search, until } from './parts/stages.ts';

const options = z.object({
  /** Chunks read per query. */
  chunks: z.number().int().min(1).max(10_000).default(12),
  /** How often the predictor may ask for the source of a summary in full; each time is one more prediction. */
  expansions: z.number().int().min(0).max(3).default(0),
});

/**
 * Plan, read every retrieved chunk once, score, gate, synthesise: the deep-research pipeline of arXiv 2512.21720 without rounds.
 * Wins where the answer lies in few places that the words of the question lead to; loses where one finding must lead to the next
 * (it never searches twice), and reads all chunks even when the first one answered.
 *
 * Stages: plan → searches and the panel → compress all → score all (by columns, so all summaries are waited for: each panel
 * context is then evaluated once for all of them) → gate → what the gate asks for of the cascade, scored and gated again → predict → finish. A failed chunk is left out; a failed plan, search or
 * prediction fails the run, which can be resumed.
 */
export const mapReduce = definePlugin({
  kind: 'strategy',
  id: 'map-reduce',
  version: '1',
  summary: 'search once, compress every chunk found, score, gate, answer',
  requires: [],
  options,
  create: ({ chunks, expansions }, { estimator, gate }): Strategy => ({
    cascades: true,
    next: (state, view) => {
      const run = { state, view };
      return (
        failWhereNothingHelps(run) ??
        concludeExpanding(run, expansions) ??
        plan(run) ??
        search(run, { limit: chunks, estimator }) ??
        until(run, compressSteps(searchesOf(state))) ??
        escalate(run) ??
        score(run, estimator) ??
        gateAll(run, gate) ??
        expandable(predict(run), expansions)
      );
    },
  }),
});
