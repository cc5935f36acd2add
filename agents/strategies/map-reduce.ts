import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Strategy } from '../../src/ports/strategy.ts';
import { compressSteps, searchesOf } from './parts/compressions.ts';
import { concludeExpanding, expandable } from './parts/expand.ts';
import { neighbourReads, neighbourSearches } from './parts/neighbours.ts';
import { escalate, failWhereNothingHelps, gateAll, plan, predict, score, search, until } from './parts/stages.ts';

const options = z.object({
  /** Chunks read per query. */
  chunks: z.number().int().min(1).max(10_000).default(12),
  /** How often the predictor may ask for the source of a summary in full; each time is one more prediction. */
  expansions: z.number().int().min(0).max(3).default(0),
  /** Chunks before and after each of the three best hits that are read too, whatever words they hold. Absent: 0. */
  neighbours: z.number().int().min(0).max(8).optional(),
  /**
   * What a summary is told from when it is scored. `random`, where absent: chunks drawn from the whole corpus, and the score estimates mutual
   * information from below. `hard`: the chunks most like the best hit. Then the score is a contrast with those and no bound on anything:
   * it says whether the summary is of its own chunk and not of a like one, is lower as a rule, and compares only within the run.
   */
  negatives: z.enum(['random', 'hard']).optional(),
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
  create: ({ chunks, expansions, neighbours = 0, negatives = 'random' }, { estimator, gate }): Strategy => ({
    cascades: true,
    next: (state, view) => {
      const run = { state, view };
      return (
        failWhereNothingHelps(run) ??
        concludeExpanding(run, expansions) ??
        plan(run) ??
        search(run, { limit: chunks, estimator, negatives }) ??
        until(run, neighbourSearches(state, neighbours)) ??
        until(run, [...compressSteps(searchesOf(state)), ...neighbourReads(state)]) ??
        escalate(run) ??
        score(run, estimator) ??
        gateAll(run, gate) ??
        expandable(predict(run), expansions)
      );
    },
  }),
});
