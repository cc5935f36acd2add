import { describe, expect, it } from 'vitest';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { conditional } from './conditional.ts';

conformEstimator({ plugin: conditional, optionsFor: () => ({}) });

const estimator = conditional.create({}, undefined);
const LETTERS = ['a', 'b'] as const;
const samples = LETTERS.flatMap((letter) =>
  [0, 1, 2, 3].map((i) => buildSample({ id: `${letter}${i}`, contextId: `${i}`, documentId: `${i}` })),
);
/** `fits` says whether a summary of context `own` is possible under context `other`. */
const estimateWhere = (fits: (letter: string, own: number, other: number) => boolean) =>
  estimator.estimate(samples, [], ({ sampleId, contextId }) =>
    fits(sampleId[0] ?? '', Number(sampleId[1]), Number(contextId)) ? -3 : Number.NEGATIVE_INFINITY,
  );

describe('conditional', () => {
  const firstBit = (own: number, other: number) => own >> 1 === other >> 1;
  const secondBit = (own: number, other: number) => (own & 1) === (other & 1);

  it('counts what the second says and the first does not', () => {
    const { estimate, scores } = estimateWhere((letter, own, other) => (letter === 'a' ? firstBit(own, other) : secondBit(own, other)));
    expect(estimate.bits).toBeCloseTo(1, 12);
    expect([...scores.keys()]).toEqual(['b0', 'b1', 'b2', 'b3']);
  });

  it('counts nothing for saying the same again', () => {
    expect(estimateWhere((_letter, own, other) => firstBit(own, other)).estimate.bits).toBeCloseTo(0, 12);
  });

  it('is negative where the second makes the right context unlikely', () => {
    const logProb = ({ sampleId, contextId }: { sampleId: string; contextId: string }) =>
      sampleId[0] === 'b' && sampleId[1] === contextId ? -9 : -3;
    expect(estimator.estimate(samples, [], logProb).estimate.bits).toBeLessThan(-1);
  });

  it('asks for nothing, and says nothing, where no context has a second summary', () => {
    const single = samples.slice(0, 4);
    expect(estimator.plan(single, [])).toEqual([]);
    expect(estimator.estimate(single, [], () => -1).estimate).toMatchObject({ samples: 0, missing: 0, nats: Number.NaN });
  });

  it('takes two questions of a context apart', () => {
    const two = [buildSample({ id: 'a', contextId: 'x', query: 'When?' }), buildSample({ id: 'b', contextId: 'x', query: 'Who?' })];
    expect(estimator.plan(two, [])).toEqual([]);
  });

  it('misses a second summary whose first was not scored', () => {
    const { estimate } = estimator.estimate(samples, [], ({ sampleId }) => (sampleId === 'a0' ? undefined : -1));
    expect(estimate).toMatchObject({ samples: 3, missing: 1 });
  });
});
