import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Baseline, type BaselineId, type BaselineInput, compareWithBaselines } from './baseline.ts';
import { flopsFull } from './flops.ts';
import type { LedgerEntry } from './ledger.ts';
import type { ModelShape } from './model.ts';

const PRICE = { inputUsdPerToken: 2.5e-6, cachedInputUsdPerToken: 1.25e-6, outputUsdPerToken: 1e-5 };
const SHAPE: ModelShape = {
  parameters: 1000,
  layers: 2,
  modelDim: 15,
  feedForwardDim: 30,
  heads: 3,
  kvHeads: 1,
  headDim: 5,
  vocabulary: 100,
};

function entry(role: LedgerEntry['role'], of: Partial<LedgerEntry> = {}): LedgerEntry {
  const nothing = { promptTokens: 0, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs: 0 };
  return { kind: 'call', stepKey: role, role, model: 'm', place: 'local', ...nothing, ...of };
}

/** Ten chunks of 1,000 tokens; 2,120 tokens of prompt and 100 of answer actually went through the predictor. */
const PREDICT = entry('predict', { place: 'remote', promptTokens: 2_120, outputTokens: 100, microUsd: 6_300 });
const INPUT: BaselineInput = {
  ledger: [entry('compress', { microUsd: 1_000 }), entry('score', { microUsd: 500 }), PREDICT],
  chunkTokens: Array.from({ length: 10 }, () => 1_000),
  questionTokens: 20,
  contextTokens: 128_000,
  price: PRICE,
};

function find(input: BaselineInput, id: BaselineId): Baseline {
  const found = compareWithBaselines(input).find((baseline) => baseline.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

describe('by hand', () => {
  test('all chunks raw: 10,020 · 2.5 + 100 · 10 millionths, less the 7,800 that were spent', () => {
    expect(find(INPUT, 'raw')).toMatchObject({
      chunks: 10,
      tokens: 10_020,
      fits: true,
      microUsd: 26_050,
      saved: { tokens: 7_900, microUsd: 18_250 },
    });
  });

  test('all chunks cached: 20 · 2.5 + 10,000 · 1.25 + 100 · 10', () => {
    expect(find(INPUT, 'raw-cached')).toMatchObject({ tokens: 10_020, microUsd: 13_550, saved: { tokens: 7_900, microUsd: 5_750 } });
  });

  test('the best two chunks at equal tokens are cheaper than compressing, and the figures say so', () => {
    expect(find(INPUT, 'top-k')).toMatchObject({ chunks: 2, tokens: 2_020, microUsd: 6_050, saved: { tokens: -100, microUsd: -1_750 } });
    expect(find(INPUT, 'top-k-cached')).toMatchObject({ chunks: 2, microUsd: 50 + 2_500 + 1_000 });
  });

  test('FLOPs are compared where the model has a known shape', () => {
    const ledger = [entry('compress', { flopsFull: 4_000 }), { ...PREDICT, flopsFull: 6_000 }];
    const raw = flopsFull(SHAPE, { prefill: 10_020, context: 10_020, generated: 100 });
    expect(find({ ...INPUT, ledger, shape: SHAPE }, 'raw')).toMatchObject({ flopsFull: raw, saved: { flopsFull: raw - 10_000 } });
    const cached = flopsFull(SHAPE, { prefill: 20, context: 10_020, generated: 100 });
    expect(find({ ...INPUT, ledger, shape: SHAPE }, 'raw-cached').flopsFull).toBe(cached);
    expect(find(INPUT, 'raw')).not.toHaveProperty('flopsFull');
  });
});

describe('what cannot be had or known', () => {
  test('raw chunks beyond the context have no price, and the note has the figures', () => {
    const raw = find({ ...INPUT, contextTokens: 8_192 }, 'raw');
    expect(raw).toMatchObject({ fits: false, tokens: 10_020 });
    expect(raw).not.toHaveProperty('microUsd');
    expect(raw.saved).not.toHaveProperty('microUsd');
    expect(raw.note).toContain('10120');
    expect(raw.note).toContain('8192');
    expect(find({ ...INPUT, contextTokens: 8_192 }, 'top-k').fits).toBe(true);
  });

  test('a predictor without a price is unpriced, its tokens are compared all the same', () => {
    const { price: _, ...unpriced } = INPUT;
    const raw = find(unpriced, 'raw');
    expect(raw).not.toHaveProperty('microUsd');
    expect(raw.saved).toEqual({ tokens: 7_900 });
    expect(raw.note).toContain('unpriced');
  });

  test('one unpriced call of our own leaves the baseline its price and takes the saving away', () => {
    const raw = find({ ...INPUT, ledger: [entry('compress'), PREDICT] }, 'raw');
    expect(raw.microUsd).toBe(26_050);
    expect(raw.saved).toEqual({ tokens: 7_900 });
  });

  test('no whole chunk within the tokens: nothing is compared', () => {
    const topK = find({ ...INPUT, chunkTokens: [3_000, 100] }, 'top-k');
    expect(topK).toMatchObject({ chunks: 0, fits: true });
    expect(topK).not.toHaveProperty('microUsd');
    expect(topK.note).toContain('Nothing to compare');
  });

  test('without cached input the cached price is the full one, and the note says so', () => {
    const { cachedInputUsdPerToken: _, ...price } = PRICE;
    const cached = find({ ...INPUT, price }, 'raw-cached');
    expect(cached.microUsd).toBe(26_050);
    expect(cached.note).toContain('no cached input');
  });
});

test('cached results count at what they had cost: asking twice does not make the compressor cheaper', () => {
  const again = INPUT.ledger.map((paid) => ({
    ...entry(paid.role, { kind: 'cache', microUsd: 0, avoidedMicroUsd: paid.microUsd ?? 0 }),
    avoided: { promptTokens: paid.promptTokens, outputTokens: paid.outputTokens },
  }));
  expect(compareWithBaselines({ ...INPUT, ledger: again })).toEqual(compareWithBaselines(INPUT));
});

test('an unknown call costs its reservation and adds no tokens', () => {
  const ledger = [...INPUT.ledger, entry('predict', { kind: 'unknown', promptTokens: 2_120, outputTokens: 500, microUsd: 10_300 })];
  expect(find({ ...INPUT, ledger }, 'raw')).toMatchObject({ tokens: 10_020, microUsd: 26_050, saved: { tokens: 7_900, microUsd: 7_950 } });
});

test('for any run: numbers are finite, unknown stays unknown, and a saving is baseline minus everything spent', () => {
  const money = fc.option(fc.nat(100_000), { nil: undefined });
  const role = fc.constantFrom('plan', 'compress', 'score', 'predict') as fc.Arbitrary<LedgerEntry['role']>;
  const entries = fc.array(
    fc
      .tuple(role, fc.nat(5_000), fc.nat(500), money)
      .map(([which, promptTokens, outputTokens, microUsd]) =>
        entry(which, { promptTokens, outputTokens, ...(microUsd === undefined ? {} : { microUsd }) }),
      ),
    { maxLength: 8 },
  );
  const input = fc.record({
    ledger: entries,
    chunkTokens: fc.array(fc.nat(2_000), { maxLength: 12 }),
    questionTokens: fc.nat(50),
    contextTokens: fc.integer({ min: 1, max: 20_000 }),
    isPriced: fc.boolean(),
  });
  fc.assert(
    fc.property(input, ({ isPriced, ...rest }) => {
      const spent = rest.ledger.map(({ microUsd }) => microUsd ?? Number.NaN).reduce((a, b) => a + b, 0);
      for (const baseline of compareWithBaselines(isPriced ? { ...rest, price: PRICE } : rest)) {
        const { saved, microUsd = Number.NaN, tokens } = baseline;
        expect(Number.isFinite(tokens + saved.tokens)).toBe(true);
        expect(Number.isFinite(microUsd)).toBe(isPriced && baseline.fits && baseline.chunks > 0);
        // Present exactly when both sides are known, and then their difference.
        expect(saved.microUsd ?? Number.NaN).toBe(microUsd - spent);
        expect(Object.values({ ...baseline, ...saved })).not.toContain(Number.NaN);
      }
    }),
  );
});
