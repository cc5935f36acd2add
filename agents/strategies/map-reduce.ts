import { z } from 'zod';
import { type Draft, NOT_FOUND_TEXT } from '../../src/domain/answer.ts';
import type { ErrorRecord } from '../../src/domain/errors.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Finding, RunState } from '../../src/domain/run.ts';
import type { NamedStep } from '../../src/domain/step.ts';
import type { Gate } from '../../src/ports/gate.ts';
import type { InformationEstimator } from '../../src/ports/information-estimator.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Decision, Strategy, StrategyView } from '../../src/ports/strategy.ts';
import { compressionsOf, compressSteps, panelOf, searchesOf } from './parts/compressions.ts';
import { gateCompressions, gatherEvidence } from './parts/gather-evidence.ts';
import { scoreCompressions } from './parts/score-compressions.ts';

const options = z.object({
  /** Chunks read per query. */
  chunks: z.number().int().min(1).max(10_000).default(12),
});

/**
 * Plan, read every retrieved chunk once, score, gate, synthesise: the deep-research pipeline of arXiv 2512.21720 without rounds.
 * Wins where the answer lies in few places that the words of the question lead to; loses where one finding must lead to the next
 * (it never searches twice), and reads all chunks even when the first one answered.
 *
 * Stages: plan → searches and the panel → compress all → score all (by columns, so all summaries are waited for: each panel
 * context is then evaluated once for all of them) → gate → predict → finish. A failed chunk is left out; a failed plan, search or
 * prediction fails the run, which can be resumed.
 */
export const mapReduce = definePlugin({
  kind: 'strategy',
  id: 'map-reduce',
  version: '1',
  summary: 'search once, compress every chunk found, score, gate, answer',
  requires: [],
  options,
  create: (settings, { estimator, gate }): Strategy => ({
    next: (state, view) => {
      const failed = failureOf(state, ['plan', 'panel', 'predict']) ?? failureOfSearches(state);
      if (failed !== undefined) return { type: 'fail', error: failed, findings: [] };
      return (
        conclude(state, view) ??
        plan(state, view) ??
        search(state, view, { settings, estimator }) ??
        compress(state, view) ??
        score(state, view, estimator) ??
        decide(state, view, gate) ??
        predict(state, view)
      );
    },
  }),
});

const steps = (wanted: readonly NamedStep[], findings: readonly Finding[] = []): Decision => ({ type: 'steps', steps: wanted, findings });

function failureOf(state: RunState, ids: readonly string[]): ErrorRecord | undefined {
  for (const id of ids) {
    const outcome = state.steps.get(id)?.outcome;
    if (outcome?.status === 'failed') return outcome.error;
  }
  return undefined;
}

function failureOfSearches(state: RunState): ErrorRecord | undefined {
  return failureOf(
    state,
    [...state.steps.keys()].filter((id) => id.startsWith('search/')),
  );
}

function queriesOf(state: RunState): readonly string[] {
  const outcome = state.steps.get('plan')?.outcome;
  return outcome?.status === 'done' && outcome.result.kind === 'plan' ? outcome.result.queries : [];
}

/** Each stage returns its decision while it is not over, and undefined once the next may begin. */
function isOver(state: RunState, view: StrategyView, wanted: readonly NamedStep[]): boolean {
  return wanted.every(({ id }) => state.steps.get(id)?.outcome !== undefined || view.refused.has(id));
}

function plan(state: RunState, view: StrategyView): Decision | undefined {
  const wanted: NamedStep[] = [{ id: 'plan', step: { kind: 'chat', role: 'plan', question: state.spec.question } }];
  return isOver(state, view, wanted) ? undefined : steps(wanted);
}

function search(
  state: RunState,
  view: StrategyView,
  { settings, estimator }: { readonly settings: z.output<typeof options>; readonly estimator: InformationEstimator },
): Decision | undefined {
  const wanted: NamedStep[] = queriesOf(state).map((query, i) => ({
    id: `search/${i}`,
    step: { kind: 'retrieve', selection: { type: 'search', query, limit: settings.chunks } },
  }));
  const panel = { type: 'panel', seed: state.spec.seed, size: estimator.panelSize } as const;
  if (state.spec.scorer !== undefined) wanted.push({ id: 'panel', step: { kind: 'retrieve', selection: panel } });
  return isOver(state, view, wanted) ? undefined : steps(wanted);
}

function compress(state: RunState, view: StrategyView): Decision | undefined {
  const wanted = compressSteps(searchesOf(state));
  return isOver(state, view, wanted) ? undefined : steps(wanted);
}

function score(state: RunState, view: StrategyView, estimator: InformationEstimator): Decision | undefined {
  const panel = panelOf(state);
  if (panel === undefined) return undefined;
  const scoring = scoreCompressions(compressionsOf(state), { state, view, panel, estimator });
  if (scoring.findings.length > 0) return steps([], scoring.findings);
  return isOver(state, view, scoring.steps) ? undefined : steps(scoring.steps);
}

function decide(state: RunState, view: StrategyView, gate: Gate): Decision | undefined {
  const compressions = compressionsOf(state);
  if (compressions.every((compression) => state.gates.has(compression.id))) return undefined;
  return steps([], gateCompressions(compressions, searchesOf(state), { state, view, gate }));
}

function predict(state: RunState, view: StrategyView): Decision {
  const compressions = compressionsOf(state);
  const allFailed = compressions.length === 0 ? firstCompressFailure(state) : undefined;
  if (allFailed !== undefined) return { type: 'fail', error: allFailed, findings: [] };
  const evidence = gatherEvidence(compressions, state.gates, view);
  if (view.refused.has('predict')) return finish(quoteEvidence(evidence), evidence, view);
  return steps([{ id: 'predict', step: { kind: 'chat', role: 'predict', question: state.spec.question, evidence } }]);
}

/**
 * Once the prediction is asked for, nothing else is: a retried chunk could only change the evidence behind the predictor's back.
 * The draft's numbers are those of the evidence that it was shown.
 */
function conclude(state: RunState, view: StrategyView): Decision | undefined {
  const asked = state.steps.get('predict');
  const step = asked?.planned.step;
  if (step?.kind !== 'chat' || step.role !== 'predict') return undefined;
  const outcome = asked?.outcome;
  if (outcome?.status !== 'done' || outcome.result.kind !== 'predict') return steps([]);
  return finish(outcome.result.draft, step.evidence, view);
}

function finish(draft: Draft, evidence: readonly Evidence[], { refused }: StrategyView): Decision {
  const decision = { type: 'finish', draft, evidence, findings: [] } as const;
  if (refused.size === 0) return decision;
  return { ...decision, incomplete: `limit reached: ${refused.size} ${refused.size === 1 ? 'step was' : 'steps were'} not made` };
}

function firstCompressFailure(state: RunState): ErrorRecord | undefined {
  return failureOf(
    state,
    [...state.steps.keys()].filter((id) => id.startsWith('compress/')),
  );
}

/** What can be said when the predictor cannot be paid any more: the evidence itself. */
function quoteEvidence(evidence: readonly Evidence[]): Draft {
  if (evidence.length === 0) return { status: 'not-found', text: NOT_FOUND_TEXT, form: 'template', citations: [] };
  return {
    status: 'answered',
    text: evidence.map((item) => `${item.text} [${item.number}]`).join('\n'),
    form: 'template',
    citations: evidence.map((item) => ({ evidence: item.number })),
  };
}
