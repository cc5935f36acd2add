import { describe, expect, it } from 'vitest';
import type { NamedStep, StepOutcome } from '../../../src/domain/step.ts';
import { buildCorpus } from '../../../src/testing/builders.ts';
import { conformStrategy } from '../../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../../src/testing/strategy-oracle.ts';
import { type Simulation, simulate } from '../../../src/testing/strategy-simulator.ts';
import { mapReduce } from '../map-reduce.ts';

conformStrategy({ plugin: mapReduce, options: { expansions: 2 } });

const CORPUS = buildCorpus(['Salt was dug by the sea.', 'The canal is long.']);
const ORACLE = createOracle({ corpus: CORPUS, queries: ['a'], found: [[0, 1]], panelSize: 0 });

/** Asks for these pieces in full, prediction by prediction; then answers. */
function asking(...expand: readonly (readonly number[])[]): (named: NamedStep) => StepOutcome {
  return (named) => {
    const outcome = ORACLE(named);
    const nth = named.id === 'predict' ? 0 : Number(named.id.split('/')[1]);
    if (outcome.status !== 'done' || outcome.result.kind !== 'predict' || expand[nth] === undefined) return outcome;
    return { ...outcome, result: { ...outcome.result, draft: { ...outcome.result.draft, expand: expand[nth] } } };
  };
}

function run(answer: Simulation['answer'], expansions: number, simulation: Partial<Simulation> = {}) {
  const create = () => mapReduce.create(mapReduce.options.parse({ expansions }), { estimator: createToyEstimator(0), gate: toyGate });
  const { state, decision } = simulate({ create, answer, chunks: CORPUS.chunks, spec: {}, ...simulation });
  const predictions = [...state.steps.values()].flatMap(({ planned: { step } }) =>
    step.kind === 'chat' && step.role === 'predict' ? [step] : [],
  );
  return { state, decision, predictions };
}

describe('summaries that can be opened', () => {
  it('shows the predictor the chunk that it asks for, whole and quotable, and nothing else anew', () => {
    const { predictions, decision } = run(asking([2]), 1);
    expect(predictions.map(({ evidence }) => evidence.map(({ text }) => text))).toEqual([
      ['What chunk-2 says.', 'What chunk-1 says.'],
      ['What chunk-2 says.', 'Salt was dug by the sea.'],
    ]);
    expect(predictions.map(({ mayExpand }) => mayExpand)).toEqual([true, undefined]);
    expect(decision).toMatchObject({ type: 'finish', evidence: predictions[1]?.evidence });
    expect(predictions[1]?.evidence[1]?.quotes).toMatchObject([{ documentId: 'document-1', text: 'Salt was dug by the sea.' }]);
  });

  it('asks no more often than it may, and not at all unless it is told to', () => {
    const greedy = asking([1], [1, 2], [1, 2]);
    expect([0, 1, 2].map((expansions) => run(greedy, expansions).predictions.length)).toEqual([1, 2, 3]);
    expect(run(greedy, 0).predictions[0]).not.toHaveProperty('mayExpand');
  });

  it('opens nothing that was not shown', () => {
    expect(run(asking([7, -1]), 2).predictions).toHaveLength(1);
  });

  it('keeps the answer before when the next prediction fails or cannot be paid', () => {
    const fail = (named: NamedStep): StepOutcome =>
      named.id === 'predict/1'
        ? { status: 'failed', error: { code: 'model-crashed', message: 'Gone.', isRetryable: true } }
        : asking([1])(named);
    expect(run(fail, 1)).toMatchObject({ state: { status: 'completed' }, decision: { type: 'finish', draft: { status: 'answered' } } });
    const { state } = run(asking([1]), 1, { admits: ({ id }) => id !== 'predict/1' });
    expect(state.status).toBe('incomplete');
  });
});
