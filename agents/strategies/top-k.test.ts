import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { evidenceIn } from '../../src/testing/strategy-runs.ts';
import { type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { topK } from './top-k.ts';

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);

conformStrategy({ plugin: topK });

function run(found: readonly number[], options: unknown = {}, simulation: Partial<Simulation> = {}) {
  const create = () => topK.create(topK.options.parse(options), { estimator: createToyEstimator(3), gate: toyGate });
  const answer = createOracle({ corpus: CORPUS, queries: ['Why?'], found: [found], panelSize: 4 });
  return simulate({ create, answer, chunks: CORPUS.chunks, spec: { question: 'Why?' }, ...simulation });
}

describe('top-k', () => {
  it('searches for the question and shows the best chunks whole, each its own quote', () => {
    const { state } = run([2, 0, 1]);
    expect([...state.steps.keys()]).toEqual(['search/0', 'predict']);
    expect(evidenceIn(state)[0]).toEqual({
      number: 1,
      chunkIds: ['chunk-3'],
      text: 'Rain.',
      quotes: [{ documentId: 'document-3', span: { start: 0, end: 5 }, text: 'Rain.' }],
    });
  });

  it('shows no more than it is told to, even when a retriever finds more', () => {
    expect(evidenceIn(run([2, 0, 1], { chunks: 2 }).state).map(({ text }) => text)).toEqual(['Rain.', 'Salt.']);
  });

  it('scores nothing, though there is a scorer', () => {
    const { state } = run([0], {}, { spec: { question: 'Why?', scorer: { provider: 'scripted', name: 'scorer', settings: {} } } });
    expect([...state.steps.keys()]).toEqual(['search/0', 'predict']);
  });
});
