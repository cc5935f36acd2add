import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../src/testing/builders.ts';
import { CONFORMANCE_TEXTS, conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { evidenceIn, plannedIn } from '../../src/testing/strategy-runs.ts';
import { simulate } from '../../src/testing/strategy-simulator.ts';
import { oracle } from './oracle.ts';

const CORPUS = buildCorpus(['Salt came by boat. Coal did not.', 'The canal was dug in 1869.']);

conformStrategy({ plugin: oracle, options: { quotes: [CONFORMANCE_TEXTS[1], 'came by boat'] }, evidence: 'quotes' });

function run(quotes: readonly string[]) {
  const create = () => oracle.create(oracle.options.parse({ quotes }), { estimator: createToyEstimator(3), gate: toyGate });
  return simulate({
    create,
    answer: createOracle({ corpus: CORPUS, queries: [], found: [], panelSize: 4 }),
    chunks: CORPUS.chunks,
  });
}

describe('oracle', () => {
  it('shows exactly the quotes, in the order given, each at its place in the source', () => {
    const result = run(['dug in 1869', 'Coal did not.', 'dug in 1869']);
    expect(plannedIn(result)).toEqual([['search/0'], ['predict']]);
    expect(evidenceIn(result.state)).toEqual([
      {
        number: 1,
        chunkIds: ['chunk-2'],
        text: 'dug in 1869',
        quotes: [{ documentId: 'document-2', span: { start: 14, end: 25 }, text: 'dug in 1869' }],
      },
      {
        number: 2,
        chunkIds: ['chunk-1'],
        text: 'Coal did not.',
        quotes: [{ documentId: 'document-1', span: { start: 19, end: 32 }, text: 'Coal did not.' }],
      },
    ]);
  });

  it('finds nothing when nothing answers', () => {
    expect(run([]).state).toMatchObject({ status: 'completed', report: { status: 'not-found' } });
  });

  it('wants to be told its quotes', () => {
    expect(oracle.options.safeParse({}).success).toBe(false);
  });
});
