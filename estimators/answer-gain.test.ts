import { describe, expect, it } from 'vitest';
import type { ScoringCell } from '../src/ports/information-estimator.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { answerGain } from './answer-gain.ts';

const estimator = answerGain.create({}, undefined);
const sample = (id: string, documentId = id) => buildSample({ id, documentId, answer: { text: 'in 1869', tokens: 2 } });
const gains = (byId: Readonly<Record<string, number>>) => (cell: ScoringCell) =>
  cell.shown === 'nothing' ? -8 : -8 + (byId[cell.sampleId] ?? 0);

conformEstimator({ plugin: answerGain, optionsFor: () => ({}) });

describe('answer-gain', () => {
  it('asks for the answer with and without the summary', () => {
    expect(estimator.plan([sample('a')], ['ignored'])).toEqual([
      { sampleId: 'a', contextId: 'context-a', target: 'answer', shown: 'summary' },
      { sampleId: 'a', contextId: 'context-a', target: 'answer', shown: 'nothing' },
    ]);
  });

  it('divides the gain by the tokens of the answer, and may be negative', () => {
    const { scores, estimate } = estimator.estimate([sample('a'), sample('b')], [], gains({ a: 4, b: -6 }));
    expect(scores.get('a')?.nats).toBe(2);
    expect(scores.get('b')?.nats).toBe(-3);
    expect(estimate.nats).toBe(-0.5);
  });

  it('weighs documents alike, and takes its interval over them', () => {
    const samples = [sample('a', 'one'), sample('b', 'one'), sample('c', 'two')];
    const { estimate } = estimator.estimate(samples, [], gains({ a: 4, b: 0, c: 6 }));
    expect(estimate.nats).toBe(2);
    // Means 1 and 3: standard error 1, Student's t with one degree.
    expect((estimate.intervalBits?.high ?? 0) * Math.LN2).toBeCloseTo(2 + 12.7062, 3);
    expect(estimator.estimate(samples.slice(0, 2), [], gains({})).estimate.intervalBits).toBeUndefined();
  });

  it('misses a sample without a reference answer', () => {
    const { estimate } = estimator.estimate([sample('a'), buildSample({ id: 'b' })], [], gains({ a: 4 }));
    expect(estimate).toMatchObject({ samples: 1, missing: 1 });
  });
});
