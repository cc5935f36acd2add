import type { Branch, Channel, Expectation, Level, Random } from './channel.ts';
import { expectValue } from './expect.ts';

/**
 * X normal with variance `power`, Z = X + noise of variance 1: I = ½ ln(1 + power). Two summaries are as good as their mean, whose noise
 * has half the variance: I(X;Z₁Z₂) = ½ ln(1 + 2·power).
 */
export function gaussian(information: number): Channel<number, number> {
  const power = Math.expm1(2 * information);
  const expected = (of: Expectation, strength = power) => expectValue(branchesOf(strength, of), of);
  return {
    information,
    added: Math.log1p(2 * power) / 2 - information,
    drawContext: (random) => Math.sqrt(power) * normal(random),
    drawMessage: (context, random) => context + normal(random),
    logProb: (message, context) => -((message - context) ** 2) / 2,
    expect: (of) => expected(of),
    expectAdded: (contexts) => {
      const of = { contexts, mixture: 'all', temperature: 1 } as const;
      return expected(of, 2 * power) - expected(of);
    },
  };
}

/** Box and Muller's. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const SUMMARIES = 24;
const NOISES = 24;

/**
 * The continuous channel as a fine discrete one: a grid of z (its law is symmetric, so z ≥ 0 is enough), for each a grid of its noise
 * given z, and foreign contexts by their distance from z: linear steps where densities count, geometric beyond, and beyond
 * that nothing, unless the own context is left out and far ones decide.
 */
function branchesOf(power: number, { mixture, temperature }: Expectation): readonly Branch[] {
  const spread = Math.sqrt(1 + power);
  const [share, rest] = [power / (1 + power), 1 / (1 + power)];
  return middles(6, SUMMARIES, true).flatMap(({ at, weight }) => {
    const z = at * spread;
    const foreign = foreignLevels(z, {
      deviation: Math.sqrt(power),
      reach: mixture === 'all' ? 9 * Math.sqrt(temperature) : Number.POSITIVE_INFINITY,
    });
    return middles(6, NOISES, false).map((noise) => {
      // The noise of a z given: normal around z·(1 − share), with variance share.
      const n = z * rest + noise.at * Math.sqrt(share);
      return { probability: weight * noise.weight, own: -(n * n) / 2, foreign };
    });
  });
}

/** Midpoints of equal cells of a standard normal variable within ± `reach`, or of its positive half, with weights that sum to 1. */
function middles(reach: number, count: number, isHalf: boolean): readonly { readonly at: number; readonly weight: number }[] {
  const from = isHalf ? 0 : -reach;
  const width = (reach - from) / count;
  const points = Array.from({ length: count }, (_item, k) => from + (k + 0.5) * width);
  const total = points.reduce((sum, at) => sum + Math.exp(-(at * at) / 2), 0);
  return points.map((at) => ({ at, weight: Math.exp(-(at * at) / 2) / total }));
}

const STEP = 0.1;
const RATIO = 1.03;

function foreignLevels(z: number, { deviation, reach }: { deviation: number; reach: number }): readonly Level[] {
  const density = (x: number) => Math.exp(-((x / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
  const limit = Math.min(reach, Math.abs(z) + 8 * deviation);
  const step = Math.min(STEP, deviation / 20);
  const levels: Level[] = [];
  let mass = 0;
  for (let low = 0; low < limit; ) {
    const high = Math.min(limit, Math.max(low + step, low * RATIO));
    const distance = (low + high) / 2;
    const probability = (density(z - distance) + density(z + distance)) * (high - low);
    levels.push({ probability, logProb: -(distance * distance) / 2 });
    mass += probability;
    low = high;
  }
  // What is left is too far to count; where nothing is left out, it is the grid's rounding and is spread over all.
  if (Number.isFinite(reach) && mass < 1) return [...levels, { probability: 1 - mass, logProb: Number.NEGATIVE_INFINITY }];
  return levels.map(({ probability, logProb }) => ({ probability: probability / mass, logProb }));
}
