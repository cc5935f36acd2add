import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { answerInParts } from './parts/partial-answers.ts';
import { distinctQueries, evidenceFor, gateEach, interleave, plannedQueries, readEach, searchEach } from './parts/queries.ts';
import { conclude, failWhereNothingWasRead, failWithFirst, plan, predictFrom, score } from './parts/stages.ts';

/**
 * The deep-research pipeline of arXiv 2512.21720 as published ("multi_query"): the planner's sub-queries, up to eight, are searched for; each
 * source is compressed for every query that found it, the gate judges query by query, and the predictor answers from all that was kept.
 * Wins on broad questions with several sides: a source that serves two of them is read for both, where `map-reduce` reads it for the first only. Loses on single
 * facts, at up to eight times the reading; and with planners whose queries say the same in other words. Give it a planner that plans (`decompose`, with
 * `maxQueries: 8`): with `single` it is map-reduce without a cascade.
 *
 * Synthesis `one` shows the predictor everything at once. `chunked` has each query answered from its own evidence, and the question from these answers; their
 * citations are those of the original sources. It costs a call for each query, and the last call reads answers in the evidence's place.
 * Unlike the published code, an output that cannot be read is a failed step and not "relevant".
 */
export const multiQuery = definePlugin({
  kind: 'strategy',
  id: 'multi-query',
  version: '1',
  summary: 'search up to eight sub-queries, compress each chunk for every query that found it, answer at once or in parts',
  requires: [],
  options: z.object({
    /** Sub-queries followed, of those that the planner makes. */
    queries: z.number().int().min(1).max(32).default(8),
    /** Chunks read for each. */
    chunks: z.number().int().min(1).max(1_000).default(10),
    synthesis: z.enum(['one', 'chunked']).default('one'),
  }),
  create: (settings, { estimator, gate }) => ({
    next: (state, view) => {
      const run = { state, view };
      const planned = distinctQueries(plannedQueries(state, 'plan')).slice(0, settings.queries);
      const queries = planned.map((query, i) => ({ name: `${i}`, query }));
      const parts = () => queries.map((query) => ({ ...query, evidence: evidenceFor(run, query) }));
      return (
        failWithFirst(run) ??
        conclude(run) ??
        plan(run) ??
        searchEach(run, queries, { limit: settings.chunks, estimator }) ??
        readEach(run, queries) ??
        score(run, estimator) ??
        gateEach(run, queries, gate) ??
        failWhereNothingWasRead(run) ??
        (settings.synthesis === 'chunked' ? answerInParts(run, parts()) : undefined) ??
        predictFrom(run, interleave(parts().map(({ evidence }) => evidence)))
      );
    },
  }),
});
