import { describe, expect, it } from 'vitest';
import { flopsPerTokenRead } from '../src/domain/flops.ts';
import { buildSample } from '../src/testing/builders.ts';
import { conformEstimator } from '../src/testing/conform-estimator.ts';
import { informationCapacity } from './information-capacity.ts';

conformEstimator({ plugin: informationCapacity, optionsFor: () => ({}) });

const create = (options: Readonly<Record<string, number>>) =>
  informationCapacity.create(informationCapacity.options.parse(options), undefined);
const samples = ['a', 'b'].map((id) => buildSample({ id, contextId: id, source: { text: 'x'.repeat(40), tokens: 10 } }));
const lookup = () => -50 * Math.LN2;

describe('information-capacity', () => {
  it('is text bits less NLL bits a token plus the offset, by doublings of FLOPs', () => {
    // 32 bits of text and 5 of surprise a token; 2^20 FLOPs.
    const { estimate } = create({ flopsPerToken: 2 ** 20, offsetBits: -24 }).estimate(samples, [], lookup);
    expect(estimate.bits).toBeCloseTo((32 - 5 - 24) / 20, 12);
  });

  it('takes the FLOPs from the scorer’s dimensions, and says what to do without them', () => {
    const shape = { parameters: 1e6, layers: 2, modelDim: 8, feedForwardDim: 16, heads: 2, kvHeads: 1, headDim: 4, vocabulary: 100 };
    // 2·(4·64 + 4·8·4 + 6·8·16 + 4·8·10) + 2·8·100
    expect(flopsPerTokenRead(shape, 10)).toBe(2 * (256 + 128 + 768 + 320) + 1_600);
    const { estimate } = create({ contextTokens: 10 }).estimate(samples, [], lookup, { shape });
    expect(estimate.bits).toBeCloseTo(3 / Math.log2(4_544), 12);
    expect(create({}).needs).toContain('shape');
    expect(() => create({}).estimate(samples, [], lookup)).toThrow(/Expected a scorer whose dimensions are known.*flopsPerToken/);
  });
});
