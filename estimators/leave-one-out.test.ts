import { describe, expect, it } from 'vitest';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { leaveOneOut } from './leave-one-out.ts';
import { monteCarlo } from './monte-carlo.ts';

conformEstimator({ plugin: leaveOneOut, optionsFor: () => ({}) });

const estimator = leaveOneOut.create({}, undefined);
const samples = [0, 1, 2, 3].map((i) => buildSample({ id: `${i}`, contextId: `${i}`, documentId: `${i}` }));
const lookup = ({ sampleId, contextId }: { sampleId: string; contextId: string }) =>
  sampleId === contextId ? -2 : -30 - Number(contextId);

describe('leave-one-out', () => {
  it('compares with the mean of the others, and so rises above ln N', () => {
    const { scores, estimate } = estimator.estimate(samples, [], lookup);
    const others = [1, 2, 3].map((l) => Math.exp(-30 - l));
    expect(scores.get('0')?.nats).toBeCloseTo(-2 - Math.log(others.reduce((a, b) => a + b, 0) / 3), 9);
    expect(estimate.nats).toBeGreaterThan(Math.log(4));
    expect(estimate).toMatchObject({ ceilingBits: Number.POSITIVE_INFINITY, saturation: Number.NaN });
  });

  it('is the upper end of the bracket whose lower end is monte-carlo, wherever the own context explains best', () => {
    const lower = monteCarlo.create({}, undefined).estimate(samples, [], lookup);
    expect(estimator.estimate(samples, [], lookup).estimate.nats).toBeGreaterThan(lower.estimate.nats);
    expect(estimator.plan(samples, [])).toEqual(monteCarlo.create({}, undefined).plan(samples, []));
  });

  it('of one context has no figure: there is no other to compare with', () => {
    expect(estimator.estimate(samples.slice(0, 1), [], lookup).estimate).toMatchObject({ samples: 0, missing: 1, nats: Number.NaN });
  });

  it('has no interval around what is infinite', () => {
    const { estimate } = estimator.estimate(samples, [], ({ sampleId, contextId }) =>
      sampleId === contextId ? -2 : Number.NEGATIVE_INFINITY,
    );
    expect(estimate.intervalBits).toBeUndefined();
  });
});
