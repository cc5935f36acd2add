import { IsthmusError } from '../domain/errors.ts';
import { isTerminal, type RunEvent, type RunSpec, type RunState } from '../domain/run.ts';
import { applyEvent, foldRun } from '../domain/run-reducer.ts';
import type { NamedStep, StepResult } from '../domain/step.ts';
import type { Gate } from '../ports/gate.ts';
import { createColumns } from './columns.ts';
import { answerStep } from './estimate-answers.ts';
import type { Play, PlayDeps, PlayedCall, Scenario } from './estimate-scenario.ts';
import { lookUp } from './session.ts';

export interface Played {
  readonly calls: readonly PlayedCall[];
  /** Chunks read by the compressor, or by the predictor itself. */
  readonly chunksRead: number;
}

/** More decisions than a run of a hundred thousand chunks takes; a strategy that goes on is not estimated to its end. */
const MOST_TURNS = 1_000;

/**
 * Plays the run's own strategy against made-up answers: searches are made, what needs no model is done, tokens are counted, and
 * models are taken to write what the scenario says. So any strategy is estimated by what it would ask for.
 */
export async function play(spec: RunSpec, scenario: Scenario, deps: PlayDeps): Promise<Played> {
  const estimator = deps.registry.create('estimator', spec.estimator, undefined);
  const gate = escalating(deps.registry.create('gate', spec.gate, undefined), scenario);
  const strategy = deps.registry.create('strategy', spec.strategy, { estimator, gate });
  const made: Play = { spec, scenario, deps, chunks: new Map(), queries: [], calls: [], columns: new Map(), compressions: 0 };
  const view = { chunk: (id: string) => lookUp(made.chunks, id), refused: new Set<string>() };
  let state = foldRun('estimate', [{ sequence: 1, at: 0, event: { type: 'run-created', spec } }]);
  const append = (event: RunEvent) => {
    state = applyEvent(state, { sequence: state.sequence + 1, at: 0, event });
  };
  for (let turn = 0; turn < MOST_TURNS && !isTerminal(state.status); turn++) {
    const decision = strategy.next(state, view);
    for (const finding of decision.findings) append(finding);
    if (decision.type !== 'steps') break;
    const fresh = decision.steps.filter((step) => !state.steps.has(step.id));
    if (fresh.length === 0 && decision.findings.length === 0) break;
    for (const event of await answers(fresh, made)) append(event);
  }
  return { calls: made.calls, chunksRead: chunksRead(state) };
}

function escalating(gate: Gate, { escalates }: Scenario): Gate {
  if (escalates === undefined) return gate;
  return {
    ...gate,
    decide: (candidates, context) => {
      const asks = new Set(escalates ? candidates.filter(({ attempt }) => attempt?.next !== undefined).map(({ id }) => id) : []);
      const decisions = [...gate.decide(candidates, context)];
      return new Map(decisions.map(([id, { escalates: _, ...rest }]) => [id, asks.has(id) ? { ...rest, escalates: true } : rest]));
    },
  };
}

async function answers(steps: readonly NamedStep[], made: Play): Promise<RunEvent[]> {
  if (steps.length === 0) return [];
  const columns = createColumns();
  const results: StepResult[] = [];
  await made.deps.tokens.prepare(steps, made);
  for (const { step } of steps) results.push(await answerStep(step, made, columns));
  return [
    { type: 'steps-planned', steps: steps.map((step) => ({ ...step, stepKey: step.id })) },
    {
      type: 'steps-finished',
      steps: steps.map(({ id }, i) => ({ id, outcome: { status: 'done', result: required(results[i]), isCached: false }, ledger: [] })),
    },
  ];
}

function required(result: StepResult | undefined): StepResult {
  if (result === undefined) throw new IsthmusError('internal', 'A step of an estimate was left without an answer.');
  return result;
}

/** Each once, whoever reads it and how often. */
function chunksRead({ steps }: RunState): number {
  const read = [...steps.values()].flatMap(({ planned: { step } }) => {
    if (step.kind !== 'chat') return [];
    if (step.role === 'compress') return [step.chunkId];
    return step.role === 'predict' ? step.evidence.flatMap(({ chunkIds }) => chunkIds) : [];
  });
  return new Set(read).size;
}
