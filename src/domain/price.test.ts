import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Price, priceCall } from './price.ts';

const GPT_4O: Price = { inputUsdPerToken: 2.5e-6, cachedInputUsdPerToken: 1.25e-6, outputUsdPerToken: 1e-5 };

describe('the price of a call', () => {
  test('by hand: 10,000 prompt tokens, 4,000 of them cached, 500 of output', () => {
    // 6,000·2.5 + 4,000·1.25 + 500·10 millionths.
    expect(priceCall(GPT_4O, { prompt: 10_000, cached: 4_000, output: 500 })).toBe(15_000 + 5_000 + 5_000);
  });

  test('cached tokens cost the full price where no other is known', () => {
    const { cachedInputUsdPerToken: _, ...price } = GPT_4O;
    expect(priceCall(price, { prompt: 1_000, cached: 1_000, output: 0 })).toBe(2_500);
  });

  test('a fraction of a millionth is rounded up, and a whole number stays what it is', () => {
    expect(priceCall(GPT_4O, { prompt: 1, cached: 0, output: 0 })).toBe(3);
    expect(priceCall(GPT_4O, { prompt: 2, cached: 0, output: 0 })).toBe(5);
    expect(priceCall({ inputUsdPerToken: 1.5e-7, outputUsdPerToken: 6e-7 }, { prompt: 20, cached: 0, output: 5 })).toBe(6);
    expect(priceCall(GPT_4O, { prompt: 0, cached: 0, output: 0 })).toBe(0);
  });

  test('never falls when a token is added, and long prompts change rates above their limit only', () => {
    const price: Price = { ...GPT_4O, longPrompts: [{ abovePromptTokens: 100, inputUsdPerToken: 5e-6 }] };
    expect(priceCall(price, { prompt: 100, cached: 0, output: 1 })).toBe(260);
    expect(priceCall(price, { prompt: 101, cached: 0, output: 1 })).toBe(515);
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (prompt, output) => {
        const now = priceCall(price, { prompt, cached: 0, output });
        expect(priceCall(price, { prompt: prompt + 1, cached: 0, output })).toBeGreaterThanOrEqual(now);
        expect(priceCall(price, { prompt, cached: 0, output: output + 1 })).toBeGreaterThanOrEqual(now);
        expect(Number.isInteger(now)).toBe(true);
      }),
    );
  });
});
