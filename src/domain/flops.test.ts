import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flopsFull, flopsPaper, kineticsMemory } from './flops.ts';
import type { ModelShape } from './model.ts';

const QWEN: ModelShape = {
  parameters: 1.54e9,
  layers: 28,
  modelDim: 1536,
  feedForwardDim: 8960,
  heads: 12,
  kvHeads: 2,
  headDim: 128,
  vocabulary: 151_936,
};
const QWEN_7B: ModelShape = { ...QWEN, parameters: 7.61e9, modelDim: 3584, feedForwardDim: 18_944, heads: 28, kvHeads: 4 };
/** Width 2·3·5 = 30, so that everything can be done by hand. */
const TINY: ModelShape = { ...QWEN, parameters: 1000, layers: 2, heads: 3, headDim: 5, kvHeads: 1 };

describe("the paper's formula", () => {
  test('makes Qwen-2.5 7B with 4.6 times fewer tokens 1.5% dearer than 1.5B at a context of 4,200', () => {
    const call = (generated: number) => ({ prefill: 4200, context: 4200, generated });
    const ratio = flopsPaper(QWEN_7B, call(100)) / flopsPaper(QWEN, call(460));
    expect(ratio).toBeCloseTo(1.015, 3);
    expect(flopsPaper(QWEN, call(1))).toBe(2 * 1.54e9 + 2 * 28 * 4200 * 1536);
  });

  test('leaves the prefill out', () => {
    expect(flopsPaper(QWEN, { prefill: 4200, context: 4200, generated: 0 })).toBe(0);
  });
});

describe('the full formula', () => {
  test('by hand: 10 prompt tokens of which 4 are cached, 3 generated', () => {
    // Weights 2·1000·(6 + 3); prefill attention 2·30·(100 − 16); decode attention 4·30·(3·10 + 3).
    expect(flopsFull(TINY, { prefill: 6, context: 10, generated: 3 })).toBe(18_000 + 5_040 + 3_960);
  });

  test.each([5_000, 10_000])('with %d prompt tokens counted the 7B is over four times dearer, not 1.5 per cent', (context) => {
    const cost = (shape: ModelShape, generated: number) => flopsFull(shape, { prefill: context, context, generated });
    const ratio = cost(QWEN_7B, 100) / cost(QWEN, 460);
    expect(ratio).toBeGreaterThan(4.15);
    expect(ratio).toBeLessThan(4.4);
  });

  test('generated tokens attend to what came before them, one by one', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(50), (context, generated) => {
        let attention = 0;
        for (let t = 0; t < generated; t++) attention += 4 * 30 * (context + t);
        expect(flopsFull(TINY, { prefill: 0, context, generated })).toBeCloseTo(2000 * generated + attention, 3);
      }),
    );
  });

  test('scored continuations share the prompt and not each other; the error stays within max(t)/2L of their attention', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 2000 }), lengths, (context, continuations) => {
        const scored = continuations.reduce((a, b) => a + b, 0);
        const exact = continuations.reduce((total, t) => total + 4 * 30 * (t * context + (t * (t - 1)) / 2), 0);
        const estimate = flopsFull(TINY, { prefill: 0, context, generated: 0, scored }) - 2000 * scored;
        expect(estimate).toBeLessThanOrEqual(exact);
        expect((exact - estimate) / exact).toBeLessThanOrEqual(Math.max(...continuations) / (2 * context));
      }),
    );
  });
});

test("Kinetics' memory term: 2·(2c + g)·g·kv·D·E", () => {
  // 2·(2·100 + 10)·10 · 1 kv head · (5·2) · 562.5.
  expect(kineticsMemory(TINY, { prefill: 100, context: 100, generated: 10 })).toBe(2 * 210 * 10 * 1 * 10 * 562.5);
});
