import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/domain/random.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { monteCarlo } from './monte-carlo.ts';
import { tempered } from './tempered.ts';

conformEstimator({ plugin: tempered, optionsFor: () => ({ temperature: 2 }) });

const heldOut = tempered.create({ temperature: 'held-out' }, undefined);
const samples = Array.from({ length: 24 }, (_item, i) => buildSample({ id: `${i}`, contextId: `${i}`, documentId: `${i}` }));
/** The own context is better by `gap` nats, under noise of deviation about 3: the small proxy of the docstring. */
const noisy = (gap: number) => {
  const random = createRandom(5);
  const table = samples.map((_row, i) => samples.map((_column, l) => -60 + (i === l ? gap : 0) + 10 * (random() - 0.5)));
  return ({ sampleId, contextId }: { sampleId: string; contextId: string }) => table[Number(sampleId)]?.[Number(contextId)];
};

describe('tempered', () => {
  it('asks for each half under its own contexts only', () => {
    const cells = heldOut.plan(samples, []);
    expect(cells).toHaveLength(2 * 12 * 12);
    expect(cells.every(({ sampleId, contextId }) => Number(sampleId) % 2 === Number(contextId) % 2)).toBe(true);
  });

  it('lifts what noise pushes below zero to about zero, by a temperature above 1', () => {
    const plain = monteCarlo.create({}, undefined).estimate(samples, [], noisy(1)).estimate.nats;
    const { estimate, details } = heldOut.estimate(samples, [], noisy(1));
    expect(plain).toBeLessThan(-0.5);
    expect(estimate.nats).toBeGreaterThan(-0.2);
    expect(details?.['temperatureOfFirst']).toBeGreaterThan(1);
  });

  it('chooses the temperature of each half on the other one', () => {
    const clean = noisy(40);
    const half = ({ sampleId, contextId }: { sampleId: string; contextId: string }) =>
      (Number(sampleId) % 2 === 0 ? clean : noisy(1))({ sampleId, contextId });
    const { details } = heldOut.estimate(samples, [], half);
    expect(details).toMatchObject({ temperatureOfSecond: 1 });
    expect(details?.['temperatureOfFirst']).toBeGreaterThan(1);
  });

  it('has the ceiling of half of the contexts, and takes a fixed temperature over all', () => {
    expect(heldOut.estimate(samples, [], noisy(40)).estimate.ceilingBits).toBeCloseTo(Math.log2(12), 12);
    const fixed = tempered.create({ temperature: 1 }, undefined);
    const whole = monteCarlo.create({}, undefined).estimate(samples, [], noisy(4));
    expect(fixed.estimate(samples, [], noisy(4)).estimate).toEqual(whole.estimate);
  });

  it('refuses a temperature that is none', () => {
    expect(tempered.options.safeParse({ temperature: 0 }).success).toBe(false);
    expect(tempered.options.safeParse({ temperature: 'warm' }).success).toBe(false);
  });
});
