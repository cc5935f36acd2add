import { describe, expect, it } from 'vitest';
import { pointwiseNats } from '../src/domain/information.ts';
import { studentTQuantile } from '../src/domain/student-t.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { monteCarlo } from './monte-carlo.ts';

conformEstimator({ plugin: monteCarlo, optionsFor: () => ({}) });

const estimator = monteCarlo.create({}, undefined);
/** Arbitrary but fixed log-probabilities, lower in foreign contexts. */
const logProb = ({ sampleId, contextId }: { sampleId: string; contextId: string }) => {
  const hash = [...`${sampleId}|${contextId}`].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_009, 7);
  return -hash / 200 - (contextId === `c${sampleId[0]}` ? 0 : 1);
};
const samples = ['0a', '0b', '1a', '2a', '3a', '3b'].map((id) => {
  return buildSample({ id, contextId: `c${id[0]}`, documentId: id[0] === '3' ? 'd2' : `d${id[0]}` });
});

describe('monte-carlo', () => {
  it('scores every summary under every distinct context, and needs no panel', () => {
    expect(estimator.panelSize).toBe(0);
    expect(estimator.plan(samples, ['ignored'])).toHaveLength(6 * 4);
  });

  it('drops a sample with a missing foreign cell', () => {
    const { estimate } = estimator.estimate(samples, [], (cell) =>
      cell.sampleId === '1a' && cell.contextId === 'c2' ? undefined : logProb(cell),
    );
    expect(estimate).toMatchObject({ samples: 5, missing: 1 });
  });

  it('has no interval under three documents', () => {
    expect(estimator.estimate(samples.slice(0, 3), [], logProb).estimate.intervalBits).toBeUndefined();
  });

  it('leaves a document out of rows and columns alike, as the slow way does', () => {
    const documents = ['d0', 'd1', 'd2'];
    const contexts = ['c0', 'c1', 'c2', 'c3'];
    const documentOf = (contextId: string) => (contextId === 'c3' ? 'd2' : `d${contextId[1]}`);
    const meanWithout = (left: string) => {
      const rows = samples.filter(({ documentId }) => documentId !== left);
      const values = rows.map(({ id, contextId }) => {
        const others = contexts.filter((other) => other !== contextId && documentOf(other) !== left);
        return pointwiseNats(
          logProb({ sampleId: id, contextId }),
          others.map((other) => logProb({ sampleId: id, contextId: other })),
        );
      });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const replicates = documents.map(meanWithout);
    const center = replicates.reduce((sum, value) => sum + value, 0) / 3;
    const standardError = Math.sqrt((2 / 3) * replicates.reduce((sum, value) => sum + (value - center) ** 2, 0));
    const { estimate } = estimator.estimate(samples, [], logProb);
    const low = estimate.nats - studentTQuantile(0.975, 2) * standardError;
    expect((estimate.intervalBits?.low ?? 0) * Math.LN2).toBeCloseTo(low, 10);
  });

  it('keeps its digits when one document dominates a mixture', () => {
    const three = ['0', '1', '2'].map((id) => buildSample({ id, contextId: `c${id}`, documentId: `d${id}` }));
    const dominated = ({ sampleId, contextId }: { sampleId: string; contextId: string }) => {
      if (contextId === `c${sampleId}`) return -2_000;
      return contextId === 'c2' ? -1 : -2_001;
    };
    const { intervalBits } = estimator.estimate(three, [], dominated).estimate;
    expect(Number.isFinite(intervalBits?.low)).toBe(true);
  });
});
