import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entry } from '../testing/build-run.ts';
import { type Amount, type BudgetState, limitsMet, spentOf } from './budget.ts';

const amount: fc.Arbitrary<Amount> = fc.record({ tokens: fc.nat(100), microUsd: fc.nat(100), calls: fc.nat(100) });
const budgets: fc.Arbitrary<BudgetState> = fc.record({
  limits: fc.record({ tokens: fc.nat(200), microUsd: fc.nat(200), calls: fc.nat(200), durationMs: fc.nat(9) }, { requiredKeys: [] }),
  spent: amount,
  reserved: amount,
  heldBack: amount,
});

describe('a budget', () => {
  it('takes nothing that would exceed a limit, nor touch what is held back for another', () => {
    const met = ({ limits, spent, reserved, heldBack }: BudgetState, wanted: Amount, mayUseHeldBack: boolean) =>
      (['microUsd', 'tokens', 'calls'] as const).filter((key) => {
        const held = mayUseHeldBack ? 0 : heldBack[key];
        return wanted[key] > 0 && spent[key] + reserved[key] + held + wanted[key] > (limits[key] ?? Number.POSITIVE_INFINITY);
      });
    fc.assert(
      fc.property(budgets, amount, fc.boolean(), (budget, wanted, mayUseHeldBack) => {
        expect(limitsMet(budget, wanted, mayUseHeldBack)).toEqual(met(budget, wanted, mayUseHeldBack));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('refuses nothing without a limit, and never what takes nothing', () => {
    const nine = { tokens: 9, microUsd: 9, calls: 9 };
    const nothing = { tokens: 0, microUsd: 0, calls: 0 };
    const budget = { limits: {}, spent: nine, reserved: nine, heldBack: nine };
    expect(limitsMet(budget, { tokens: 1e9, microUsd: 1e9, calls: 1e9 }, false)).toEqual([]);
    expect(limitsMet({ ...budget, limits: { tokens: 1, microUsd: 1, calls: 1 } }, nothing, false)).toEqual([]);
    expect(limitsMet({ ...budget, limits: { tokens: 1, calls: 99 } }, { ...nothing, tokens: 1, calls: 1 }, false)).toEqual(['tokens']);
  });

  it('counts what was evaluated, sampled and scored; unknown calls in full, cached results not at all', () => {
    const nothing = { promptTokens: 0, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, microUsd: 0 };
    const ledger = [
      entry('a', { promptTokens: 100, cachedTokens: 40, outputTokens: 5, scoredTokens: 3, microUsd: 7 }),
      entry('b', { kind: 'unknown', promptTokens: 50, cachedTokens: 0, outputTokens: 0, microUsd: 11 }),
      entry('c', { ...nothing, kind: 'cache', avoidedMicroUsd: 99 }),
    ];
    expect(spentOf(ledger)).toEqual({ tokens: 118, microUsd: 18, calls: 2 });
    expect(spentOf([])).toEqual({ tokens: 0, microUsd: 0, calls: 0 });
  });
});
