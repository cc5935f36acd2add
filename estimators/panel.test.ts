import { describe, expect, it } from 'vitest';
import { studentTQuantile } from '../src/domain/student-t.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { panel } from './panel.ts';

conformEstimator({ plugin: panel, optionsFor: (contexts) => ({ contexts: contexts - 1 }) });

const estimator = panel.create({ contexts: 2 }, undefined);
const cellsOf = (contextId: string, panelIds: readonly string[]) =>
  estimator.plan([buildSample({ id: 's', contextId })], panelIds).map((cell) => cell.contextId);

describe('panel', () => {
  it('asks for one context more than it compares with', () => {
    expect(estimator.panelSize).toBe(3);
    expect(panel.create(panel.options.parse({}), undefined).panelSize).toBe(16);
  });

  it('takes the first contexts that are not the own one', () => {
    expect(cellsOf('own', ['a', 'b', 'c'])).toEqual(['own', 'a', 'b']);
    expect(cellsOf('a', ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(cellsOf('own', ['a', 'a', 'b', 'c'])).toEqual(['own', 'a', 'b']);
  });

  it('lowers K for every sample alike when the panel is short', () => {
    expect(cellsOf('own', ['a', 'b'])).toEqual(['own', 'a']);
    expect(cellsOf('a', ['a', 'b'])).toEqual(['a', 'b']);
    expect(cellsOf('own', [])).toEqual(['own']);
  });

  it('does not change a score when others arrive', () => {
    const samples = ['a', 'b', 'x', 'y'].map((id, index) => buildSample({ id, contextId: id, documentId: `d${index}` }));
    const logProb = ({ sampleId, contextId }: { sampleId: string; contextId: string }) =>
      sampleId === contextId ? -1 : -2 - sampleId.charCodeAt(0) / 100;
    const few = estimator.estimate(samples.slice(0, 1), ['a', 'b', 'c'], logProb).scores.get('a');
    expect(estimator.estimate(samples, ['a', 'b', 'c'], logProb).scores.get('a')).toEqual(few);
  });

  it('drops a sample with a missing panel cell', () => {
    const sample = buildSample({ id: 's', contextId: 'own' });
    const { estimate } = estimator.estimate([sample], ['a', 'b', 'c'], ({ contextId }) => (contextId === 'b' ? undefined : -1));
    expect(estimate).toMatchObject({ samples: 0, missing: 1 });
  });

  it('takes its interval over document means', () => {
    const samples = ['a', 'b', 'c'].map((id) => buildSample({ id, contextId: id, documentId: id === 'c' ? 'two' : 'one' }));
    const nats = { a: Math.log(3), b: 0, c: 0 };
    // Own −1; two others so that the score is as wanted: impossible, or just as likely.
    const { estimate } = estimator.estimate(samples, ['p', 'q', 'r'], ({ sampleId, contextId }) => {
      return contextId === sampleId || nats[sampleId as 'a' | 'b' | 'c'] === 0 ? -1 : Number.NEGATIVE_INFINITY;
    });
    const means = [Math.log(3) / 2, 0];
    const center = (means[0] ?? 0) / 2;
    const standardError = Math.abs((means[0] ?? 0) - center) * Math.SQRT2 * Math.SQRT1_2;
    expect(estimate.nats).toBeCloseTo(center, 12);
    expect((estimate.intervalBits?.low ?? 0) * Math.LN2).toBeCloseTo(center - studentTQuantile(0.975, 1) * standardError, 9);
    expect(estimate.intervalBits?.high).toBe(estimate.ceilingBits);
    expect(estimator.estimate(samples.slice(0, 2), ['p', 'q', 'r'], () => -1).estimate.intervalBits).toBeUndefined();
  });

  it('counts the draw of its panel in the interval: contexts that differ widen it', () => {
    const samples = Array.from({ length: 12 }, (_item, i) => buildSample({ id: `s${i}`, contextId: `s${i}`, documentId: `d${i}` }));
    const width = (foreign: Readonly<Record<string, number>>) => {
      const { estimate } = estimator.estimate(samples, ['p', 'q', 'r'], ({ sampleId, contextId }) =>
        sampleId === contextId ? -4 - Number(sampleId.slice(1)) / 10 : (foreign[contextId] ?? -9),
      );
      return (estimate.intervalBits?.high ?? Number.NaN) - (estimate.intervalBits?.low ?? Number.NaN);
    };
    expect(width({ p: -4, q: -9 })).toBeGreaterThan(1.5 * width({ p: -5, q: -5 }));
  });
});
