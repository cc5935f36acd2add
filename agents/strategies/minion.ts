import { z } from 'zod';
import type { RunState } from '../../src/domain/run.ts';
import type { Gate } from '../../src/ports/gate.ts';
import type { InformationEstimator } from '../../src/ports/information-estimator.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { evidenceFor, gateEach, interleave, type NamedQuery, plannedQueries, readEach, sameQuery, searchEach } from './parts/queries.ts';
import { conclude, failWhereNothingWasRead, failWithFirst, predictFrom, type Run, type Stage, score, until } from './parts/stages.ts';
import { transcriptOf } from './parts/transcript.ts';

const options = z.object({
  /** Times that the planner is asked. Mutual information saturates after the second (arXiv 2512.21720, figure 18). */
  rounds: z.number().int().min(1).max(10).default(3),
  /** New sub-questions followed in each. */
  queries: z.number().int().min(1).max(16).default(4),
  /** Chunks read for each. */
  chunks: z.number().int().min(1).max(1_000).default(5),
  /** Characters of findings that the planner is shown, the earliest first. */
  transcriptCharacters: z.number().int().min(0).max(50_000).default(4_000),
});
type Options = z.output<typeof options>;

interface Parts {
  readonly settings: Options;
  readonly estimator: InformationEstimator;
  readonly gate: Gate;
}

/**
 * A conversation between the planner and the local compressor: the planner asks sub-questions, the compressor reads what a search finds for each,
 * and the planner, shown what is known so far, asks on, until it has nothing new to ask or the rounds are over; then the predictor answers.
 * Wins where one finding must lead to the next (who built it, and where was he born?), which `map-reduce` cannot follow. Loses on single facts, where a second round
 * only repeats the first, and in time: rounds wait for each other. With the planner `single`, which asks only the question, it has one round.
 * The planner sees summaries, never sources. Reference: Minion, the local–remote protocol of Narayan et al. (arXiv 2502.15964,
 * HazyResearch/minions), here with a search before each reading, as in its deep-research variant.
 */
export const minion = definePlugin({
  kind: 'strategy',
  id: 'minion',
  version: '1',
  summary: 'let planner and compressor talk: sub-questions, findings, further sub-questions, then answer',
  requires: [],
  options,
  create: (settings, { estimator, gate }) => ({
    next: (state, view) => {
      const run = { state, view };
      return (
        failWithFirst(run) ??
        conclude(run) ??
        converse(run, { settings, estimator, gate }) ??
        failWhereNothingWasRead(run) ??
        predictFrom(run, interleave(queriesUpTo(state, settings.rounds, settings).map((query) => evidenceFor(run, query))))
      );
    },
  }),
});

/** The first thing still to be done in the first round that is not over. */
function converse(run: Run, { settings, estimator, gate }: Parts): Stage {
  for (let round = 0; round < settings.rounds; round++) {
    const before = queriesUpTo(run.state, round, settings);
    const stage = until(run, [{ id: planId(round), step: { kind: 'chat', role: 'plan', question: ask(run, { before, settings }) } }]);
    if (stage !== undefined) return stage;
    const fresh = queriesUpTo(run.state, round + 1, settings).slice(before.length);
    if (fresh.length === 0) return undefined;
    const reading =
      searchEach(run, fresh, { limit: settings.chunks, estimator }) ??
      readEach(run, fresh) ??
      score(run, estimator) ??
      gateEach(run, fresh, gate);
    if (reading !== undefined) return reading;
    // Past a limit another round could not be read for.
    if (run.view.refused.size > 0) return undefined;
  }
  return undefined;
}

const planId = (round: number): string => `plan/${round}`;

function ask(run: Run, { before, settings }: { readonly before: readonly NamedQuery[]; readonly settings: Options }): string {
  const { question } = run.state.spec;
  if (before.length === 0) return question;
  const found = before.map(({ name, query }) => ({ query, findings: evidenceFor(run, { name, query }).map(({ text }) => text) }));
  return transcriptOf(question, found, settings.transcriptCharacters);
}

/**
 * The queries of the first `rounds` rounds. What was asked before is nothing new, and neither is the transcript itself, which a planner
 * may hand back as the question that it was asked.
 */
function queriesUpTo(state: RunState, rounds: number, { queries: most }: Options): NamedQuery[] {
  const asked = new Set<string>();
  const named: NamedQuery[] = [];
  for (let round = 0; round < rounds; round++) {
    const fresh: string[] = [];
    for (const query of plannedQueries(state, planId(round))) {
      const words = sameQuery(query);
      if (asked.has(words) || (round > 0 && words === sameQuery(questionOf(state, planId(round)))) || fresh.length >= most) continue;
      asked.add(words);
      fresh.push(query);
    }
    named.push(...fresh.map((query, i) => ({ name: `${round}/${i}`, query })));
  }
  return named;
}

function questionOf(state: RunState, id: string): string {
  const step = state.steps.get(id)?.planned.step;
  return step?.kind === 'chat' && step.role === 'plan' ? step.question : '';
}
