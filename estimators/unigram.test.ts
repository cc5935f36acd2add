import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/domain/random.ts';
import type { InformationSample } from '../src/ports/information-estimator.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { plainUnigram } from './calibration/text-trials.ts';
import { createWorld } from './calibration/world.ts';
import { unigram } from './unigram.ts';

conformEstimator({ plugin: unigram, optionsFor: () => ({}) });

const estimator = unigram.create({ weight: 0.5 }, undefined);
const value = (samples: readonly InformationSample[]) => estimator.estimate(samples, [], () => undefined);
const sample = (id: string, summary: string, text: string) => buildSample({ id, contextId: id, summary, source: { text, tokens: 1 } });

describe('unigram', () => {
  it('has the value of its formula in plain probabilities', () => {
    const world = createWorld(8, createRandom(3));
    const random = createRandom(4);
    for (let set = 0; set < 20; set++) {
      const samples = Array.from({ length: 6 }, (_item, i) => {
        const values = [0, 1, 2].map(() => Math.floor(random() * 8));
        return sample(`${i}`, `${world.state(0, values[0] ?? 0)} ${world.state(1, values[1] ?? 0)}`, world.write(values, random).text);
      });
      expect(value(samples).estimate.nats).toBeCloseTo(plainUnigram(samples), 10);
    }
  });

  it('tells a summary that uses the words of its context from one that uses those of another', () => {
    const canal = 'The canal was opened in 1869.';
    const mill = 'The mill ground barley for a brewery.';
    const { scores } = value([sample('own', 'Opened in 1869.', canal), sample('other', 'Opened in 1869.', mill)]);
    expect(scores.get('own')?.bits).toBeGreaterThan(0.5);
    expect(scores.get('other')?.bits).toBeLessThan(-1);
  });

  it('has no score for a summary without a word, and none at all where a source is unknown', () => {
    const known = [sample('a', '…', 'Some words.'), sample('b', 'Words.', 'Other words.')];
    expect(value(known).estimate).toMatchObject({ samples: 1, missing: 1 });
    expect(value([...known, buildSample({ id: 'c', summary: 'Words.' })]).estimate).toMatchObject({ samples: 0, missing: 3 });
  });
});
