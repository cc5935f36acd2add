import { describe, expect, it } from 'vitest';
import { PLUGINS } from '../../src/compose/plugins.ts';
import { createRegistry } from '../../src/pipeline/registry.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { monteCarlo } from '../monte-carlo.ts';
import { type CheckRequest, type CheckRow, checkEstimators, countChecks } from './check.ts';
import type { CreateEstimator } from './trials.ts';

const createWith = (plugins: typeof PLUGINS): CreateEstimator => {
  const registry = createRegistry(plugins);
  return (id, options = {}) => registry.create('estimator', registry.choose('estimator', id, { ...options }), undefined);
};
const create = createWith(PLUGINS);
const check = (request: CheckRequest, by = create): readonly CheckRow[] => [...checkEstimators(request, by)];

/** Half the value, and an interval of no width: what a wrong estimator looks like. */
const halved = definePlugin({
  ...monteCarlo,
  create: (options, deps) => {
    const honest = monteCarlo.create(options, deps);
    return {
      ...honest,
      estimate: (samples, panel, logProb) => {
        const result = honest.estimate(samples, panel, logProb);
        const bits = result.estimate.bits / 2;
        return {
          ...result,
          estimate: { ...result.estimate, bits, nats: result.estimate.nats / 2, intervalBits: { low: bits, high: bits } },
        };
      },
    };
  },
});

describe('the calibration', () => {
  const request = { contexts: 12, runs: 60, seed: 3 };
  const rows = check(request);
  const of = (estimator: string) => rows.filter((row) => row.estimator === estimator);

  it('has a row for every estimator there is, and counts them beforehand', () => {
    expect(rows).toHaveLength(countChecks(request, create));
    const ids = PLUGINS.filter(({ kind }) => kind === 'estimator').map(({ id }) => id);
    expect([...new Set(rows.map(({ estimator }) => estimator))].sort()).toEqual(ids.sort());
  });

  it('finds every mean at its exact expectation', () => {
    expect(rows.filter(({ isUnbiased }) => !isUnbiased)).toEqual([]);
  });

  it.each(['monte-carlo', 'panel', 'tempered', 'conditional', 'unigram'])('%s is expected below the truth', (id) => {
    for (const row of of(id)) expect(row.expectation).toBeLessThanOrEqual(row.truth + 1e-9);
  });

  it('leave-one-out is expected above the truth, without end where a summary is impossible elsewhere', () => {
    for (const row of of('leave-one-out')) expect(row.expectation).toBeGreaterThan(row.truth);
    expect(
      of('leave-one-out')
        .filter(({ channel }) => channel === 'erasure')
        .every(({ verdict }) => verdict === 'none'),
    ).toBe(true);
  });

  it('spans 0.1 nats to three times the ceiling', () => {
    const truths = of('monte-carlo').map(({ truth }) => truth);
    expect(Math.min(...truths)).toBeCloseTo(0.1, 6);
    expect(Math.max(...truths)).toBeCloseTo(3 * Math.log(12), 6);
  });

  it('takes some of the estimators only', () => {
    const some = check({ ...request, runs: 2, estimators: ['panel', 'answer-gain'] });
    expect(new Set(some.map(({ estimator }) => estimator))).toEqual(new Set(['panel', 'answer-gain']));
  });

  it('calls coverage wide or narrow only where chance does not explain it', () => {
    const few = check({ ...request, runs: 10, estimators: ['monte-carlo'] });
    expect(few.some(({ coverage }) => coverage === 1)).toBe(true);
    expect(few.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    const many = check({ contexts: 8, runs: 400, seed: 3, estimators: ['monte-carlo'] });
    const atCeiling = many.filter(({ coverage }) => coverage === 1);
    expect(atCeiling.length).toBeGreaterThan(0);
    expect(atCeiling.every(({ verdict }) => verdict === 'wide')).toBe(true);
  });

  it('catches an estimator that is wrong, in its mean and in its interval', () => {
    const plugins = PLUGINS.map((plugin) => (plugin.id === 'monte-carlo' ? halved : plugin));
    const wrong = check({ ...request, estimators: ['monte-carlo'] }, createWith(plugins));
    expect(wrong.filter(({ isUnbiased }) => !isUnbiased).length).toBeGreaterThan(0.8 * wrong.length);
    expect(wrong.every(({ verdict }) => verdict === 'narrow')).toBe(true);
  });
});
