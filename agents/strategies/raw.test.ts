import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { evidenceIn, plannedIn } from '../../src/testing/strategy-runs.ts';
import { simulate } from '../../src/testing/strategy-simulator.ts';
import { raw } from './raw.ts';

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);

conformStrategy({ plugin: raw });

describe('raw', () => {
  const create = () => raw.create(raw.options.parse({}), { estimator: createToyEstimator(3), gate: toyGate });
  const found = [
    [0, 1],
    [1, 2, 0],
  ];
  const answer = createOracle({ corpus: CORPUS, queries: ['a', 'b', ' A '], found, panelSize: 4 });

  it('shows each chunk that any query found once, the best of every query first, and compresses nothing', () => {
    const result = simulate({ create, answer, chunks: CORPUS.chunks });
    expect(plannedIn(result)).toEqual([['plan'], ['search/0', 'search/1'], ['predict']]);
    expect(evidenceIn(result.state).map(({ text }) => text)).toEqual(['Salt.', 'Canal.', 'Rain.']);
    expect(evidenceIn(result.state).map(({ quotes }) => quotes[0]?.text)).toEqual(['Salt.', 'Canal.', 'Rain.']);
  });
});
