import { expect, it } from 'vitest';
import { EFFORTS, limitsFor } from './effort.ts';

it('each effort allows more of everything than the one before', () => {
  const caps = EFFORTS.map((effort) => limitsFor(effort));
  for (const name of ['microUsd', 'tokens', 'calls', 'durationMs'] as const) {
    const values = caps.map((limits) => limits[name] ?? Number.NaN);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(EFFORTS.length);
  }
  expect(limitsFor('low')).toEqual({ durationMs: 900_000, tokens: 150_000, microUsd: 250_000, calls: 50 });
});

it('limits that are named go before the preset, and no preset is no limit', () => {
  expect(limitsFor('low', { limits: { tokens: 9 } })).toMatchObject({ tokens: 9, calls: 50 });
  expect(limitsFor('low', { isPriced: false })).not.toHaveProperty('microUsd');
  expect(limitsFor('low', { limits: { microUsd: 5 }, isPriced: false })).toMatchObject({ microUsd: 5 });
  expect(limitsFor(undefined)).toEqual({});
  expect(limitsFor(undefined, { limits: { calls: 1 } })).toEqual({ calls: 1 });
});
