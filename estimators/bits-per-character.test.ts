import { describe, expect, it } from 'vitest';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { bitsPerCharacter } from './bits-per-character.ts';

conformEstimator({ plugin: bitsPerCharacter, optionsFor: () => ({}) });

const estimator = bitsPerCharacter.create({}, undefined);
const sample = (id: string, contextId: string, text: string) =>
  buildSample({ id, contextId, documentId: contextId, source: { text, tokens: 3 } });

describe('bits-per-character', () => {
  const samples = [sample('1', 'a', 'four'), sample('2', 'a', 'four'), sample('3', 'b', 'ten — long')];
  const lookup = ({ contextId }: { contextId: string }) => (contextId === 'a' ? -8 : -5) * Math.LN2;

  it('reads each source once, after nothing', () => {
    expect(estimator.plan(samples, [])).toEqual([
      { sampleId: '1', contextId: 'a', target: 'source', shown: 'nothing' },
      { sampleId: '3', contextId: 'b', target: 'source', shown: 'nothing' },
    ]);
  });

  it('divides all bits by all characters, counted as code points, and scores each summary by its source', () => {
    const { estimate, scores } = estimator.estimate(samples, [], lookup);
    expect(estimate.bits).toBeCloseTo(13 / 14, 12);
    expect([...scores].map(([id, { bits }]) => [id, bits])).toEqual([
      ['1', expect.closeTo(2, 12)],
      ['2', expect.closeTo(2, 12)],
      ['3', expect.closeTo(0.5, 12)],
    ]);
  });

  it('has an interval over documents', () => {
    const { low = 0, high = 0 } = estimator.estimate(samples, [], lookup).estimate.intervalBits ?? {};
    expect(low).toBeLessThan(13 / 14);
    expect(high).toBeGreaterThan(13 / 14);
    expect(estimator.estimate(samples.slice(0, 2), [], lookup).estimate.intervalBits).toBeUndefined();
  });
});
