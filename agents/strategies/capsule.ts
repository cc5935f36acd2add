import { z } from 'zod';
import { type CapsuleChoice, planInWords } from '../../src/domain/capsule.ts';
import type { RunState } from '../../src/domain/run.ts';
import type { NamedStep } from '../../src/domain/step.ts';
import type { Gate } from '../../src/ports/gate.ts';
import type { InformationEstimator } from '../../src/ports/information-estimator.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Decision, Strategy } from '../../src/ports/strategy.ts';
import { chooseCapsule, foundBy, isOver, type Planned, queriesOf, searchesFor } from './parts/capsule/test-capsule.ts';
import { compressionsOf, compressSteps, searchesOf } from './parts/compressions.ts';
import { conclude, escalate, failWhereNothingHelps, gateAll, predict, type Run, score, steps, until } from './parts/stages.ts';

const options = z.strictObject({
  /** What every prompt is given beside its question: the capsule, the whole plan, or nothing. */
  arm: z.enum(['capsule', 'plan', 'none']).default('capsule'),
  /** K: the budgets tried, in tokens of the compressor. */
  budgets: z.array(z.number().int().positive()).min(1).max(8).default([16, 32, 64]),
  /** What the capsule must tell a weaker model of the plan, in nats for a token of it. */
  reconstruction: z.number().default(0.1),
  /** Without a scorer: the share of the plan's words that the capsule must have. */
  recall: z.number().min(0).max(1).default(0.5),
  /** The share of the chunks found by plan or capsule that both must find. */
  agreement: z.number().min(0).max(1).default(0.5),
  /** How often a plan that found nothing for one of its queries is made anew. */
  replans: z.number().int().min(0).max(4).default(1),
  /** Chunks read per query. */
  chunks: z.number().int().min(1).max(10_000).default(12),
});
type Options = z.output<typeof options>;

/**
 * The plan of a run as a capsule: short text that stands for it in every prompt that compresses and predicts. It is R-Capsule (Shan et al.,
 * arXiv 2509.22131) in spirit and **textual**: where the paper learns K latent tokens with a reconstruction loss and an execution loss,
 * this takes the smallest K whose text passes two tests: a weaker model (the scorer) finds the plan likelier after it, and planning from it leads to the
 * same chunks. Else the plan itself is said. Steps of execution are never compressed. A query of the plan for which nothing is kept
 * contradicts it: the plan is made anew, knowing that, and gets a capsule of its own (what reviewers missed in the paper).
 * Wins where many chunks are read by models that profit from knowing the whole; loses by the tests' calls on small corpora, and a plan of
 * one query is not guided at all. Needs a planner that plans: with `single` it is `map-reduce`.
 */
export const capsule = definePlugin({
  kind: 'strategy',
  id: 'capsule',
  version: '1',
  summary: 'map-reduce in which a short tested text stands for the plan in every prompt (R-Capsule, textual)',
  requires: [],
  options,
  create: (chosen, { estimator, gate }): Strategy => ({
    cascades: true,
    next: (state, view) => {
      const run = { state, view };
      const over = failWhereNothingHelps(run) ?? conclude(run);
      if (over !== undefined) return over;
      for (let round = 0; round <= chosen.replans; round++) {
        const stage = roundOf(run, round, { chosen, estimator, gate });
        if (stage !== undefined) return stage;
        if (view.refused.size > 0 || unfoundIn(state, round, chosen).length === 0) break;
      }
      return guided(predict(run), state.capsules.at(-1));
    },
  }),
});

interface Parts {
  readonly chosen: Options;
  readonly estimator: InformationEstimator;
  readonly gate: Gate;
}

/** One plan, from the planner to the gate; undefined once it is carried out. */
function roundOf(run: Run, round: number, { chosen, estimator, gate }: Parts): Decision | undefined {
  return (
    planAndSearch(run, round, { chosen, panelSize: estimator.panelSize }) ??
    choose(run, plannedIn(run.state, round), chosen) ??
    compress(run) ??
    escalate(run) ??
    score(run, estimator) ??
    gateAll(run, gate)
  );
}

const planId = (round: number): string => (round === 0 ? 'plan' : `plan/${round}`);

function plannedIn(state: RunState, round: number): Planned {
  return { round, queries: queriesOf(state, planId(round)) };
}

/** A re-planning is told what the plan before did not find; one that fails leaves the run with what it has. */
function planAndSearch(
  run: Run,
  round: number,
  { chosen, panelSize }: { readonly chosen: Options; readonly panelSize: number },
): Decision | undefined {
  const { spec } = run.state;
  const missing = round === 0 ? [] : unfoundIn(run.state, round - 1, chosen);
  const question = round === 0 ? spec.question : `${spec.question}\nNothing was found for: ${missing.join('; ')}`;
  const plan = until(run, [{ id: planId(round), step: { kind: 'chat', role: 'plan', question } }]);
  if (plan !== undefined) return plan;
  const searches = searchesFor(`search/${round}`, plannedIn(run.state, round).queries, chosen.chunks);
  const panel: NamedStep = { id: 'panel', step: { kind: 'retrieve', selection: { type: 'panel', seed: spec.seed, size: panelSize } } };
  return until(run, spec.scorer === undefined ? searches : [...searches, panel]);
}

/** Decides once a round what is said beside the question, and logs it. */
function choose({ state, view }: Run, planned: Planned, chosen: Options): Decision | undefined {
  if (state.capsules.some(({ round }) => round === planned.round)) return undefined;
  const plan = planInWords(planned.queries);
  const settled = (choice: CapsuleChoice): Decision => steps([], [{ type: 'capsule-chosen', choice }]);
  const { round } = planned;
  if (planned.queries.length < 2) return settled({ round, plan, reason: 'a plan of one query needs no capsule' });
  if (chosen.arm === 'none') return settled({ round, plan, reason: 'nothing is said beside the question' });
  if (chosen.arm === 'plan') return settled({ round, plan, guidance: plan, reason: 'the plan itself is said' });
  const choosing = chooseCapsule(planned, { state, view }, chosen);
  return 'steps' in choosing ? steps(choosing.steps) : settled(choosing.choice);
}

/** The chunks that the plans' own searches found; what a capsule's trial searches find is not read. */
function compress(run: Run): Decision | undefined {
  const own = new Map([...run.state.steps].filter(([id]) => !id.startsWith('capsule/')));
  const guidance = run.state.capsules.at(-1)?.guidance;
  const wanted = compressSteps(searchesOf({ ...run.state, steps: own })).map(({ id, step, ...rest }): NamedStep => {
    const isGuided = guidance !== undefined && step.kind === 'chat' && step.role === 'compress';
    return { ...rest, id, step: isGuided ? { ...step, guidance } : step };
  });
  return isOver(run, wanted) ? undefined : steps(wanted);
}

/** The queries of a round none of whose chunks has become evidence. */
function unfoundIn(state: RunState, round: number, { chunks }: Options): readonly string[] {
  const kept = new Set(compressionsOf(state).flatMap(({ id, chunkId }) => (state.gates.get(id)?.kept === true ? [chunkId] : [])));
  const { queries } = plannedIn(state, round);
  return searchesFor(`search/${round}`, queries, chunks).flatMap((search, i) => {
    const found = foundBy(state, [search]);
    return [...found].some((chunkId) => kept.has(chunkId)) ? [] : (queries[i] ?? []);
  });
}

function guided(decision: Decision, choice: CapsuleChoice | undefined): Decision {
  if (decision.type !== 'steps' || choice?.guidance === undefined) return decision;
  const { guidance } = choice;
  const wanted = decision.steps.map((named): NamedStep => {
    const { step } = named;
    return step.kind === 'chat' && step.role === 'predict' ? { ...named, step: { ...step, guidance } } : named;
  });
  return { ...decision, steps: wanted };
}
