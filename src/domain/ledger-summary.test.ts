import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from './ledger.ts';
import { summariseLedger } from './ledger-summary.ts';

const ENTRY: LedgerEntry = {
  kind: 'call',
  stepKey: 'k',
  role: 'compress',
  model: 'nano',
  place: 'local',
  promptTokens: 100,
  cachedTokens: 10,
  outputTokens: 5,
  scoredTokens: 0,
  durationMs: 20,
};

describe('a summary of the ledger', () => {
  test('of nothing is nothing, at no cost', () => {
    expect(summariseLedger([])).toMatchObject({
      rows: [],
      total: { calls: 0, microUsd: 0, pricedMicroUsd: 0, unpricedCalls: 0, flopsFull: 0 },
    });
  });

  test('adds up by role and model, in the order of appearance', () => {
    const { rows, total } = summariseLedger([
      { ...ENTRY, microUsd: 3, flopsFull: 1000 },
      { ...ENTRY, role: 'score', scoredTokens: 40, microUsd: 2, flopsFull: 500 },
      { ...ENTRY, microUsd: 4, flopsFull: 1000 },
      { ...ENTRY, role: 'predict', model: 'big', place: 'remote', microUsd: 900, isEstimated: true },
    ]);
    expect(rows.map(({ role, model, calls, microUsd }) => ({ role, model, calls, microUsd }))).toEqual([
      { role: 'compress', model: 'nano', calls: 2, microUsd: 7 },
      { role: 'score', model: 'nano', calls: 1, microUsd: 2 },
      { role: 'predict', model: 'big', calls: 1, microUsd: 900 },
    ]);
    expect(total).toMatchObject({
      calls: 4,
      promptTokens: 400,
      cachedTokens: 40,
      outputTokens: 20,
      scoredTokens: 40,
      durationMs: 80,
      microUsd: 909,
      estimatedCalls: 1,
    });
    expect(rows[0]?.flopsFull).toBe(2000);
    expect(total).not.toHaveProperty('flopsFull');
  });

  test('one unpriced call leaves the whole without a price, and says how much of it has one', () => {
    const { total } = summariseLedger([{ ...ENTRY, microUsd: 3 }, ENTRY]);
    expect(total).not.toHaveProperty('microUsd');
    expect(total).toMatchObject({ pricedMicroUsd: 3, unpricedCalls: 1 });
  });

  test('tells cached results and calls of unknown end apart from calls', () => {
    const cached: LedgerEntry = {
      ...ENTRY,
      kind: 'cache',
      promptTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      durationMs: 0,
      microUsd: 0,
      avoidedMicroUsd: 50,
    };
    const { total } = summariseLedger([cached, { ...ENTRY, kind: 'unknown', microUsd: 7 }]);
    expect(total).toMatchObject({ calls: 0, cacheHits: 1, unknownCalls: 1, microUsd: 7, avoidedMicroUsd: 50, unpricedCalls: 0 });
  });
});
