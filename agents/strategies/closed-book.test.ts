import { describe, expect, it } from 'vitest';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { plannedIn, stepIn } from '../../src/testing/strategy-runs.ts';
import { type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { closedBook } from './closed-book.ts';

conformStrategy({ plugin: closedBook, evidence: 'nowhere' });

function run(simulation: Partial<Simulation> = {}) {
  const create = () => closedBook.create({}, { estimator: createToyEstimator(3), gate: toyGate });
  const answer = createOracle({ corpus: { id: '', documents: [], chunks: [] }, queries: ['a'], found: [[0]], panelSize: 4 });
  return simulate({ create, answer, chunks: [], ...simulation });
}

describe('closed-book', () => {
  it('asks the predictor for what it knows, and nobody for anything else', () => {
    const result = run({ spec: { question: 'Why?' } });
    expect(plannedIn(result)).toEqual([['predict']]);
    expect(stepIn(result.state, 'predict')).toEqual({ kind: 'chat', role: 'predict', question: 'Why?', evidence: [], closedBook: true });
    expect(result.decision).toMatchObject({ type: 'finish', draft: { status: 'answered', form: 'memory' }, evidence: [] });
  });

  it('has nothing to say when the predictor cannot be paid', () => {
    expect(run({ admits: () => false }).decision).toMatchObject({
      draft: { status: 'not-found', form: 'memory' },
      incomplete: 'limit reached: 1 step was not made',
    });
  });
});
