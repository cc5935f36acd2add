import { describe, expect, it } from 'vitest';
import type { Gate, GateCandidate } from '../../src/ports/gate.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, type OracleOptions, toyGate } from '../../src/testing/strategy-oracle.ts';
import { evidenceIn, plannedIn, stepIn } from '../../src/testing/strategy-runs.ts';
import { type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { multiQuery } from './multi-query.ts';

conformStrategy({ plugin: multiQuery });
conformStrategy({ plugin: multiQuery, options: { synthesis: 'chunked', queries: 2 } });

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);
const ORACLE: OracleOptions = {
  corpus: CORPUS,
  queries: ['a', 'b', 'A'],
  found: [
    [0, 1],
    [1, 2],
  ],
  panelSize: 9,
};

interface Arms extends Partial<Simulation> {
  readonly options?: unknown;
  readonly gate?: Gate;
  readonly oracle?: Partial<OracleOptions>;
}

function run({ options = {}, gate = toyGate, oracle = {}, ...simulation }: Arms = {}) {
  const create = () => multiQuery.create(multiQuery.options.parse(options), { estimator: createToyEstimator(3), gate });
  return simulate({ create, answer: createOracle({ ...ORACLE, ...oracle }), chunks: CORPUS.chunks, ...simulation });
}

describe('multi-query', () => {
  it('reads a chunk for each query that found it, the best of every query first', () => {
    expect(plannedIn(run())).toEqual([
      ['plan'],
      ['search/0', 'search/1'],
      ['compress/0/chunk-1', 'compress/1/chunk-2', 'compress/0/chunk-2', 'compress/1/chunk-3'],
      ['predict'],
    ]);
    expect(stepIn(run().state, 'compress/1/chunk-2')).toMatchObject({ query: 'b' });
  });

  it('follows no more queries than it is told to', () => {
    const queries = Array.from({ length: 12 }, (_, i) => `query ${i}`);
    const searches = ({ state }: ReturnType<typeof run>) => [...state.steps.keys()].filter((id) => id.startsWith('search/'));
    expect(searches(run({ oracle: { queries } }))).toHaveLength(8);
    expect(searches(run({ oracle: { queries }, options: { queries: 3 } }))).toHaveLength(3);
  });

  it('has the gate judge the summaries of one query beside each other, and no others', () => {
    const seen: string[][] = [];
    const gate: Gate = {
      decide: (candidates: readonly GateCandidate[]) => {
        seen.push(candidates.map(({ id }) => id));
        return toyGate.decide(candidates);
      },
    };
    run({ gate });
    expect(seen).toEqual([
      ['compress/0/chunk-1', 'compress/0/chunk-2'],
      ['compress/1/chunk-2', 'compress/1/chunk-3'],
    ]);
  });

  it('scores every summary', () => {
    const { state } = run({ spec: { scorer: { provider: 'scripted', name: 'scorer', settings: {} } } });
    expect([...state.scores.keys()].sort()).toEqual([
      'compress/0/chunk-1',
      'compress/0/chunk-2',
      'compress/1/chunk-2',
      'compress/1/chunk-3',
    ]);
  });

  it('shows something of every query first, and the same words once, with the places of both', () => {
    expect(evidenceIn(run().state).map(({ text, chunkIds }) => [text, ...chunkIds])).toEqual([
      ['What chunk-2 says.', 'chunk-2'],
      ['What chunk-3 says.', 'chunk-3'],
      ['What chunk-1 says.', 'chunk-1'],
    ]);
    const same = evidenceIn(run({ oracle: { turn: () => 'same' } }).state);
    expect(same.map(({ chunkIds }) => chunkIds)).toEqual([['chunk-1', 'chunk-2', 'chunk-3']]);
    expect(same[0]?.quotes.map(({ documentId }) => documentId)).toEqual(['document-1', 'document-2', 'document-3']);
  });
});

describe('multi-query in parts', () => {
  const options = { synthesis: 'chunked' };

  it('answers each query from its own evidence, and the question from these answers', () => {
    const result = run({ options });
    expect(plannedIn(result).slice(-2)).toEqual([['predict/0', 'predict/1'], ['predict']]);
    expect(stepIn(result.state, 'predict/1')).toMatchObject({ question: 'b' });
    expect(evidenceIn(result.state, 'predict/1').map(({ text }) => text)).toEqual(['What chunk-3 says.', 'What chunk-2 says.']);
    expect(evidenceIn(result.state).map(({ text }) => text)).toEqual(['a So it is. So it is.', 'b So it is. So it is.']);
  });

  it('lets the last answer cite the places that the partial answers cited', () => {
    const [first] = evidenceIn(run({ options }).state);
    expect(first?.chunkIds).toEqual(['chunk-2', 'chunk-1']);
    expect(first?.quotes).toEqual([
      { documentId: 'document-2', span: { start: 0, end: 3 }, text: 'Can' },
      { documentId: 'document-1', span: { start: 0, end: 3 }, text: 'Sal' },
    ]);
  });

  it('puts nothing together where only one query has evidence', () => {
    const result = run({ options, oracle: { found: [[0, 1], []] } });
    expect(plannedIn(result).at(-1)).toEqual(['predict']);
    expect(evidenceIn(result.state).map(({ text }) => text)).toEqual(['What chunk-2 says.', 'What chunk-1 says.']);
  });

  it('leaves out what could not be paid, and says so', () => {
    const { state, decision } = run({ options, admits: ({ id }) => id !== 'predict/0' });
    expect(evidenceIn(state).map(({ text }) => text)).toEqual(['b So it is. So it is.']);
    expect(decision).toMatchObject({ incomplete: 'limit reached: 1 step was not made' });
  });
});
