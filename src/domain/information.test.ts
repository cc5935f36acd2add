import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSumExp, pointwiseNats, toInformationScore, tokenNats, utf8Bytes } from './information.ts';

const SEED = 20_251_221;
const logProb = fc.double({ min: -60, max: 0, noNaN: true });
/** One row a context, one column a token; the first row is the summary's own context. */
const tokenTables = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 }))
  .chain(([tokens, contexts]) =>
    fc.array(fc.array(logProb, { minLength: tokens, maxLength: tokens }), { minLength: contexts, maxLength: contexts }),
  );
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('logSumExp', () => {
  it.each([
    [[], Number.NEGATIVE_INFINITY],
    [[Number.NEGATIVE_INFINITY], Number.NEGATIVE_INFINITY],
    [[-1_000, -1_000], -1_000 + Math.log(2)],
    [[1_000, Number.NEGATIVE_INFINITY], 1_000],
  ])('of %j', (values, expected) => {
    expect(logSumExp(values)).toBeCloseTo(expected, 10);
  });

  it('does not hide NaN', () => {
    expect(logSumExp([-1, Number.NaN])).toBeNaN();
  });
});

describe('pointwiseNats', () => {
  it('is at most the ceiling, exactly, and 0 against itself', () => {
    fc.assert(
      fc.property(logProb, fc.array(logProb, { maxLength: 20 }), (own, others) => {
        expect(pointwiseNats(own, others)).toBeLessThanOrEqual(Math.log(others.length + 1));
        expect(
          pointwiseNats(
            own,
            others.map(() => own),
          ),
        ).toBeCloseTo(0, 10);
      }),
      { seed: SEED },
    );
  });

  it('is the ceiling where the text is impossible elsewhere', () => {
    expect(pointwiseNats(-40, [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBeCloseTo(Math.log(3), 12);
  });
});

describe('tokenNats', () => {
  it('sums to the score of the whole', () => {
    fc.assert(
      fc.property(tokenTables, ([own = [], ...others]) => {
        expect(sum(tokenNats(own, others))).toBeCloseTo(pointwiseNats(sum(own), others.map(sum)), 8);
      }),
      { seed: SEED },
    );
  });

  it('gives nothing to a token that is as likely everywhere', () => {
    const [first = 0, second = 1] = tokenNats([-1, -2], [[-5, -2]]);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeCloseTo(0, 12);
  });

  it('is NaN, not a guess, where a row is shorter', () => {
    expect(tokenNats([-1, -2], [[-1]])[1]).toBeNaN();
  });
});

describe('toInformationScore', () => {
  it('never shows more bits than the ceiling, for any N', () => {
    for (let contexts = 2; contexts < 2_000; contexts++) {
      const { bits, ceilingBits, saturation } = toInformationScore(Math.log(contexts), contexts, { tokens: 3, bytes: 12 });
      expect(bits).toBeLessThanOrEqual(ceilingBits);
      expect(saturation).toBe(1);
    }
  });

  it('gives rates, and 0 where there is nothing to divide by', () => {
    expect(toInformationScore(2 * Math.LN2, 16, { tokens: 4, bytes: 8 })).toMatchObject({
      bits: 2,
      ceilingBits: 4,
      saturation: 0.5,
      bitsPerToken: 0.5,
      bitsPerByte: 0.25,
    });
    expect(toInformationScore(0, 1, { tokens: 0, bytes: 0 })).toMatchObject({
      ceilingBits: 0,
      saturation: 0,
      bitsPerToken: 0,
      bitsPerByte: 0,
    });
  });
});

it('utf8Bytes counts bytes, not characters', () => {
  expect(utf8Bytes('aé河😀')).toBe(10);
});
