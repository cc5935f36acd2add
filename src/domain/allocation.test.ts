import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type GainPoint } from './allocation.ts';

const curve = fc
  .array(fc.record({ tokens: fc.integer({ min: 1, max: 40 }), gain: fc.integer({ min: 0, max: 30 }) }), { maxLength: 4 })
  .map((steps) =>
    steps.map((_step, i) => {
      const taken = steps.slice(0, i + 1);
      return { tokens: taken.reduce((sum, { tokens }) => sum + tokens, 0), gain: taken.reduce((sum, { gain }) => sum + gain, 0) };
    }),
  );
const curves = fc.array(curve, { maxLength: 4 });

const spentOn = (chosen: readonly (number | undefined)[], all: readonly (readonly GainPoint[])[], of: keyof GainPoint): number =>
  chosen.reduce<number>((sum, place, i) => sum + (place === undefined ? 0 : (all[i]?.[place]?.[of] ?? Number.NaN)), 0);

/** Every way to choose a point of each curve, or none. */
function bestGain(all: readonly (readonly GainPoint[])[], budget: number): number {
  const [first, ...rest] = all;
  if (first === undefined) return 0;
  const options = [{ tokens: 0, gain: 0 }, ...first].filter(({ tokens }) => tokens <= budget);
  return Math.max(...options.map(({ tokens, gain }) => gain + bestGain(rest, budget - tokens)));
}

describe('allocating a budget by equal slopes', () => {
  it('never spends more than there is, and loses less than one segment’s gain against the best division', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 0, max: 120 }), (all, budget) => {
        const chosen = allocate(all, budget);
        expect(spentOn(chosen, all, 'tokens')).toBeLessThanOrEqual(budget);
        const largest = Math.max(0, ...all.flatMap((points) => points.map(({ gain }) => gain)));
        expect(spentOn(chosen, all, 'gain')).toBeGreaterThanOrEqual(bestGain(all, budget) - largest);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('leaves concave curves at one slope', () => {
    // √t and 2√t: equal slopes at t₂ = 4 t₁.
    const points = (factor: number) => Array.from({ length: 100 }, (_, i) => ({ tokens: i + 1, gain: factor * Math.sqrt(i + 1) }));
    const [first = 0, second = 0] = allocate([points(1), points(2)], 100);
    expect([first + 1, second + 1]).toEqual([20, 80]);
  });

  it('passes over what hides under a better line, and over what gains nothing', () => {
    const convex = [
      { tokens: 10, gain: 1 },
      { tokens: 20, gain: 10 },
    ];
    expect(allocate([convex], 20)).toEqual([1]);
    expect(allocate([convex], 15)).toEqual([undefined]);
    expect(allocate([[{ tokens: 5, gain: 0 }], []], 100)).toEqual([undefined, undefined]);
  });

  it('fills what is left with what fits', () => {
    const dear = [{ tokens: 90, gain: 90 }];
    expect(allocate([[{ tokens: 20, gain: 30 }], dear, [{ tokens: 70, gain: 7 }]], 100)).toEqual([0, undefined, 0]);
  });
});
