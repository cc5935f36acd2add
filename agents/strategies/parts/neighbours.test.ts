import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../../src/testing/builders.ts';
import { createOracle, createToyEstimator, type OracleOptions, toyGate } from '../../../src/testing/strategy-oracle.ts';
import { type Simulated, simulate } from '../../../src/testing/strategy-simulator.ts';
import { mapReduce } from '../map-reduce.ts';

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);
const SCORER = { scorer: { provider: 'scripted', name: 'scorer', settings: {} } } as const;

function run(found: OracleOptions['found'], options: unknown, spec: object = SCORER): Simulated {
  const create = () => mapReduce.create(mapReduce.options.parse(options), { estimator: createToyEstimator(3), gate: toyGate });
  const oracle = { corpus: CORPUS, queries: ['a', 'b'], found, panelSize: 9 };
  return simulate({ create, answer: createOracle(oracle), chunks: CORPUS.chunks, spec });
}

const planned = ({ log }: Simulated): string[][] =>
  log.flatMap(({ event }) => (event.type === 'steps-planned' ? [event.steps.map(({ id }) => id)] : []));

describe('what map-reduce reads and scores beside the hits', () => {
  it('reads what stands beside the best hits too, each chunk once, for the query of its hit', () => {
    const result = run([[1], [0]], { neighbours: 1 }, {});
    expect(planned(result)).toEqual([
      ['plan'],
      ['search/0', 'search/1'],
      ['neighbours/chunk-2', 'neighbours/chunk-1'],
      ['compress/chunk-2', 'compress/chunk-1', 'compress/chunk-3'],
      ['predict'],
    ]);
    const step = result.state.steps.get('compress/chunk-3')?.planned.step;
    expect(step).toMatchObject({ query: 'a', chunkId: 'chunk-3' });
  });

  it('draws hard negatives for the best hit once the searches are over, and a random panel where nothing is found', () => {
    const panelIn = ({ state }: Simulated) => state.steps.get('panel')?.planned.step;
    const hard = run(
      [
        [0, 1],
        [1, 2, 0],
      ],
      { negatives: 'hard' },
    );
    expect(planned(hard).slice(1, 3)).toEqual([['search/0', 'search/1'], ['panel']]);
    expect(panelIn(hard)).toEqual({ kind: 'retrieve', selection: { type: 'hard-negatives', chunkId: 'chunk-1', query: 'a', limit: 3 } });
    const lost = run([[], []], { negatives: 'hard' });
    expect(panelIn(lost)).toMatchObject({ selection: { type: 'panel' } });
  });
});
