import { type Draft, NOT_FOUND_TEXT } from '../../../src/domain/answer.ts';
import { LIMIT_REACHED } from '../../../src/domain/budget.ts';
import { questionForPredictor } from '../../../src/domain/choices.ts';
import type { ErrorRecord } from '../../../src/domain/errors.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { Finding, RunState } from '../../../src/domain/run.ts';
import { type NamedStep, roleOf, type Selection } from '../../../src/domain/step.ts';
import type { Gate } from '../../../src/ports/gate.ts';
import type { InformationEstimator } from '../../../src/ports/information-estimator.ts';
import type { Decision, StrategyView } from '../../../src/ports/strategy.ts';
import { bestFirst, compressionsOf, panelOf, searchesOf } from './compressions.ts';
import { escalationSteps } from './escalations.ts';
import { gateCompressions, gatherEvidence } from './gather-evidence.ts';
import { scoreCompressions } from './score-compressions.ts';

/**
 * The stages that strategies have in common. Each returns its decision while it is not over, and undefined once the next may begin.
 * A failed chunk is left out; a failed plan, search or prediction fails the run, which can be resumed.
 */
export type Stage = Decision | undefined;

export interface Run {
  readonly state: RunState;
  readonly view: StrategyView;
}

export const steps = (wanted: readonly NamedStep[], findings: readonly Finding[] = []): Decision => ({
  type: 'steps',
  steps: wanted,
  findings,
});

export function until({ state, view }: Run, wanted: readonly NamedStep[]): Stage {
  const isOver = wanted.every(({ id }) => state.steps.get(id)?.outcome !== undefined || view.refused.has(id));
  return isOver ? undefined : steps(wanted);
}

export function failWhereNothingHelps({ state }: Run): Stage {
  const fatal = [...state.steps.keys()].filter((id) => ['plan', 'panel', 'predict'].includes(id) || id.startsWith('search/'));
  const error = firstFailure(state, fatal);
  return error === undefined ? undefined : { type: 'fail', error, findings: [] };
}

/** The first error among steps that a run cannot do without: plans, searches and predictions, whatever they are called. */
export function failWithFirst({ state }: Run): Stage {
  const fatal = [...state.steps].filter(([, { planned }]) => ['plan', 'retrieve', 'predict'].includes(roleOf(planned.step)));
  const ids = fatal.map(([id]) => id);
  const error = firstFailure(state, ids);
  return error === undefined ? undefined : { type: 'fail', error, findings: [] };
}

function firstFailure(state: RunState, ids: readonly string[]): ErrorRecord | undefined {
  for (const id of ids) {
    const outcome = state.steps.get(id)?.outcome;
    if (outcome?.status === 'failed') return outcome.error;
  }
  return undefined;
}

export function plan(run: Run): Stage {
  return until(run, [{ id: 'plan', step: { kind: 'chat', role: 'plan', question: run.state.spec.question } }]);
}

/** Which other chunks a summary is told from: any, or those most like the best hit. */
export type Negatives = 'random' | 'hard';

interface SearchOptions {
  readonly limit: number;
  readonly estimator: InformationEstimator;
  /** Default: random. */
  readonly negatives?: Negatives;
}

/** One search for each query, and the panel if anything is scored; a panel of hard negatives waits for the searches. */
export function search(run: Run, { limit, estimator, negatives = 'random' }: SearchOptions): Stage {
  const { spec, steps: known } = run.state;
  const planned = known.get('plan')?.outcome;
  const queries = planned?.status === 'done' && planned.result.kind === 'plan' ? planned.result.queries : [];
  const wanted = queries.map(
    (query, i): NamedStep => ({ id: `search/${i}`, step: { kind: 'retrieve', selection: { type: 'search', query, limit } } }),
  );
  if (spec.scorer === undefined) return until(run, wanted);
  const size = estimator.panelSize;
  const random = { type: 'panel', seed: spec.seed, size } as const;
  if (negatives === 'random') return until(run, [...wanted, panelStep(random)]);
  const [best] = bestFirst(searchesOf(run.state));
  // Where nothing was found there is nothing to resemble.
  const hard = best === undefined ? random : ({ type: 'hard-negatives', chunkId: best.chunkId, query: best.query, limit: size } as const);
  return until(run, wanted) ?? until(run, [panelStep(hard)]);
}

function panelStep(selection: Selection): NamedStep {
  return { id: 'panel', step: { kind: 'retrieve', selection } };
}

export function escalate(run: Run): Stage {
  return until(run, escalationSteps(compressionsOf(run.state), run.state));
}

export function score(run: Run, estimator: InformationEstimator): Stage {
  const panel = panelOf(run.state);
  if (panel === undefined) return undefined;
  const scoring = scoreCompressions(compressionsOf(run.state), { ...run, panel, estimator });
  return scoring.findings.length > 0 ? steps([], scoring.findings) : until(run, scoring.steps);
}

export function gateAll(run: Run, gate: Gate): Stage {
  const findings = gateCompressions(compressionsOf(run.state), searchesOf(run.state), { ...run, gate });
  return findings.length === 0 ? undefined : steps([], findings);
}

/** An answer that was predicted on the way, and what it was predicted from. */
export interface Answer {
  readonly draft: Draft;
  readonly evidence: readonly Evidence[];
}

/** Asks for the answer. Where it cannot be paid any more, one that was predicted before stands, or the evidence itself. */
export function predict(run: Run, before?: Answer): Decision {
  const { state, view } = run;
  return failWhereNothingWasRead(run) ?? predictFrom(run, gatherEvidence(compressionsOf(state), state.gates, view), before);
}

/** Where every chunk failed there is nothing to answer from. */
export function failWhereNothingWasRead({ state }: Run): Stage {
  if (compressionsOf(state).length > 0) return undefined;
  const reads = [...state.steps.keys()].filter((id) => id.startsWith('compress/'));
  const error = firstFailure(state, reads);
  return error === undefined ? undefined : { type: 'fail', error, findings: [] };
}

export function predictFrom({ state, view }: Run, evidence: readonly Evidence[], before?: Answer): Decision {
  if (view.refused.has('predict')) return finish(before ?? { draft: quoteEvidence(evidence), evidence }, view);
  return steps([{ id: 'predict', step: { kind: 'chat', role: 'predict', question: questionForPredictor(state.spec), evidence } }]);
}

/**
 * Once the prediction is asked for, nothing else is: a retried chunk could only change the evidence behind the predictor's back.
 * The draft's numbers are those of the evidence that it was shown.
 */
export function conclude({ state, view }: Run): Stage {
  if (!state.steps.has('predict')) return undefined;
  const answer = answerOf(state, 'predict');
  return answer === undefined ? steps([]) : finish(answer, view);
}

export function answerOf(state: RunState, id: string): Answer | undefined {
  const record = state.steps.get(id);
  const step = record?.planned.step;
  const outcome = record?.outcome;
  if (step?.kind !== 'chat' || step.role !== 'predict') return undefined;
  if (outcome?.status !== 'done' || outcome.result.kind !== 'predict') return undefined;
  return { draft: outcome.result.draft, evidence: step.evidence };
}

export function finish(answer: Answer, { refused }: StrategyView): Decision {
  const decision = { type: 'finish', ...answer, findings: [] } as const;
  if (refused.size === 0) return decision;
  return { ...decision, incomplete: `${LIMIT_REACHED}: ${refused.size} ${refused.size === 1 ? 'step was' : 'steps were'} not made` };
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
