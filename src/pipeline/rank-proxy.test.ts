import { describe, expect, it } from 'vitest';
import type { RankOutcome } from './rank-figures.ts';
import { checkProxies } from './rank-proxy.ts';

const DOCUMENTS = 12;

/** Of arm and document: bits under the first scorer and under the other one. */
type Bits = (arm: number, document: number) => readonly [first: number, other: number | undefined];

function check(arms: number, bits: Bits, isNone: (arm: number, document: number) => boolean = () => false) {
  const series = Array.from({ length: arms }, (_, arm) => ({
    ...{ name: `${arm}`, place: arm },
    outcomes: Array.from({ length: DOCUMENTS }, (_, document): RankOutcome => {
      const [first, other] = bits(arm, document);
      const base = { status: 'text', tokens: 1, bytes: 1, relevance: 0, claims: 0, unsupported: 0 } as const;
      if (isNone(arm, document)) return { ...base, documentId: `d${document}`, status: 'none', bits: 0, others: [0] };
      return { ...base, documentId: `d${document}`, bits: first, others: [other] };
    }),
  }));
  const [only] = checkProxies(series, { scorers: ['other'], ceilingBits: 4, seed: 1 });
  return only;
}

const noise = (arm: number, document: number) => Math.sin(arm * 7 + document * 13) / 20;
const base = (arm: number, document: number) => 1 + arm / 10 + Math.cos(document) / 10 + noise(arm, document);

describe('another scorer', () => {
  it('that moves all arms by one offset keeps their order', () => {
    const same = check(8, (arm, document) => [base(arm, document), base(arm, document) - 0.5]);
    expect(same).toMatchObject({ arms: 8, isIdentified: true, deviating: 0, tau: { value: 1, interval: { low: 1, high: 1 } } });
    expect(same?.offset?.value).toBeCloseTo(-0.5, 12);
    expect(same?.spread?.value).toBeCloseTo(0, 12);
    expect(same?.spreadOfBits).toBeGreaterThan(0.2);
    expect(same?.differences.get(3)?.value).toBeCloseTo(-0.5, 12);
  });

  it('that turns the order round is found out', () => {
    const turned = check(8, (arm, document) => [base(arm, document), base(7 - arm, document + 1)]);
    expect(turned?.tau?.value).toBeLessThan(-0.9);
    expect(turned?.tau?.interval?.high).toBeLessThan(-0.5);
    expect(turned?.deviating).toBeGreaterThan(4);
    expect(turned?.spread?.interval?.low).toBeGreaterThan(0.2);
  });

  it('is not identified on seven arms, though their differences are told', () => {
    const few = check(7, (arm, document) => [base(arm, document), base(arm, document)]);
    expect(few).toMatchObject({ arms: 7, isIdentified: false });
    expect(few?.differences.size).toBe(7);
    expect(few).not.toHaveProperty('tau');
    expect(few).not.toHaveProperty('offset');
  });

  it('has no order to keep at the ceiling', () => {
    const full = check(9, () => [4, 4]);
    expect(full).toMatchObject({ saturations: [1, 1], spreadOfBits: 0, spread: { value: 0 } });
    expect(full?.tau?.value).toBeNaN();
    expect(full?.tau).not.toHaveProperty('interval');
  });

  it('is not found to agree for the NONE that it did not score', () => {
    const bits: Bits = (arm, document) => [base(arm, document), base(7 - arm, document + 1)];
    const declined = (arm: number, document: number) => document < arm / 2;
    const check8 = check(8, bits, declined);
    expect(check8).toMatchObject({ arms: 8, pairs: 8, isIdentified: true });
    expect(check8?.tau?.value).toBeLessThan(-0.9);
  });

  it('is compared on the pairs that both have, and without arms that it could not score', () => {
    const gappy = check(9, (arm, document) => [base(arm, document), arm === 8 || document === 0 ? undefined : base(arm, document) + 1]);
    expect(gappy?.arms).toBe(8);
    expect(gappy?.offset?.value).toBeCloseTo(1, 12);
  });
});
