import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InformationEstimator, LogProbLookup } from '../src/ports/information-estimator.ts';
import { buildSample } from '../src/testing/builders.ts';
import { monteCarlo } from './monte-carlo.ts';
import { panel } from './panel.ts';

/**
 * The promise of an estimator is its estimand: its mean over repetitions is its exact expectation at its N. The expectation is
 * computed here by enumeration in plain probabilities, without any of the code under test.
 */

/** p(z|x) over a finite alphabet, by rows; the prior over contexts is uniform. `scorer` may be another channel: the proxy. */
interface World {
  readonly channel: readonly (readonly number[])[];
  readonly scorer: readonly (readonly number[])[];
}

const DRAWS = 20_000;
const SEED = 20_251_221;

/** Peaked rows: a channel that says much, so that an estimator of another N is told apart. */
function stochastic(contexts: number, letters: number): fc.Arbitrary<number[][]> {
  const weights = fc.array(fc.constantFrom(1, 4, 20, 100), { minLength: letters, maxLength: letters });
  return fc.array(weights.map(normalize), { minLength: contexts, maxLength: contexts });
}

function normalize(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const worlds: fc.Arbitrary<World> = fc
  .record({ contexts: fc.integer({ min: 3, max: 4 }), letters: fc.integer({ min: 3, max: 5 }), isProxy: fc.boolean() })
  .chain(({ contexts, letters, isProxy }) =>
    fc
      .tuple(stochastic(contexts, letters), stochastic(contexts, letters))
      .map(([channel, other]) => ({ channel, scorer: isProxy ? other : channel })),
  );

const at = (matrix: World['channel'], x: number, z: number) => matrix[x]?.[z] ?? Number.NaN;

/** E[ log s(z|x_1) − log mean_l s(z|x_l) ] over all tuples x_1 … x_N and all z ~ p(·|x_1). */
function exactExpectation({ channel, scorer }: World, n: number, fixed: readonly number[] = []): number {
  const symbols = channel.map((_row, x) => x);
  let tuples: number[][] = [[]];
  for (let l = 0; l < n - fixed.length; l++) tuples = tuples.flatMap((tuple) => symbols.map((x) => [...tuple, x]));
  let expectation = 0;
  for (const drawn of tuples) {
    const tuple = [...drawn, ...fixed];
    const [own = 0] = tuple;
    for (const [z, probability] of (channel[own] ?? []).entries()) {
      const average = tuple.reduce((sum, x) => sum + at(scorer, x, z), 0) / n;
      expectation += (probability * Math.log(at(scorer, own, z) / average)) / tuples.length;
    }
  }
  return expectation;
}

/** Small seeded generator (mulberry32): uniform in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function draw(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index < 0 ? weights.length - 1 : index;
}

interface Experiment {
  readonly estimator: InformationEstimator;
  /** How many of the drawn contexts have summaries, how many a summary, and how many are drawn in all. */
  readonly owners: number;
  readonly perOwner: number;
  readonly contexts: number;
  /** Context symbols that do not change from draw to draw, at the end of the tuple. */
  readonly fixed?: readonly number[];
  /** One document a context gives an interval; one document in all spares its computation. */
  readonly isClustered?: boolean;
}

/** One repetition: contexts and summaries are drawn anew, and the estimator is asked through its port. */
function repeat({ channel, scorer }: World, experiment: Experiment, random: () => number) {
  const { estimator, owners, perOwner, contexts, fixed = [] } = experiment;
  const uniform = channel.map(() => 1);
  const drawn = Array.from({ length: contexts - fixed.length }, () => draw(uniform, random));
  const tuple = [...drawn, ...fixed];
  const letters = new Map<string, number>();
  const samples = tuple.slice(0, owners).flatMap((x, i) =>
    Array.from({ length: perOwner }, (_item, j) => {
      letters.set(`${i}-${j}`, draw(channel[x] ?? [], random));
      return buildSample({ id: `${i}-${j}`, contextId: String(i), documentId: experiment.isClustered === true ? 'one' : `d${i}` });
    }),
  );
  const lookup: LogProbLookup = ({ sampleId, contextId }) =>
    Math.log(at(scorer, tuple[Number(contextId)] ?? -1, letters.get(sampleId) ?? -1));
  const panelIds = tuple.map((_x, l) => String(l)).slice(owners);
  return estimator.estimate(samples, owners === contexts ? [] : [...panelIds, 'spare'], lookup).estimate;
}

function checkMean(world: World, experiment: Experiment, n: number): void {
  const random = createRandom(SEED);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < DRAWS; i++) {
    const { nats } = repeat(world, { ...experiment, isClustered: true }, random);
    sum += nats;
    squares += nats * nats;
  }
  const mean = sum / DRAWS;
  const standardError = Math.sqrt((squares / DRAWS - mean * mean) / DRAWS);
  expect(Math.abs(mean - exactExpectation(world, n))).toBeLessThanOrEqual(4 * standardError + 1e-12);
}

/** The share of repetitions whose interval holds the expectation. */
function coverage(world: World, experiment: Experiment, truth: number): number {
  const random = createRandom(SEED);
  const repetitions = 1_000;
  let hits = 0;
  for (let i = 0; i < repetitions; i++) {
    const { low = Number.NaN, high = Number.NaN } = repeat(world, experiment, random).intervalBits ?? {};
    if (low <= truth / Math.LN2 && truth / Math.LN2 <= high) hits += 1;
  }
  return hits / repetitions;
}

describe('calibration', () => {
  const nByN = monteCarlo.create({}, undefined);
  const panelOf = (k: number) => panel.create({ contexts: k }, undefined);

  it.each([
    { n: 2, perOwner: 1 },
    { n: 3, perOwner: 2 },
    { n: 5, perOwner: 1 },
  ])('N × N: the mean is the exact expectation at N = $n with $perOwner summaries a context', ({ n, perOwner }) => {
    const property = fc.property(worlds, (world) => checkMean(world, { estimator: nByN, owners: n, perOwner, contexts: n }, n));
    fc.assert(property, { seed: SEED + n, numRuns: 4, endOnFailure: true });
  });

  it.each([1, 3, 5])('panel: the mean is the exact expectation at N = K + 1, K = %i', (k) => {
    const property = fc.property(worlds, (world) =>
      checkMean(world, { estimator: panelOf(k), owners: 1, perOwner: 1, contexts: k + 1 }, k + 1),
    );
    fc.assert(property, { seed: SEED + k, numRuns: 4, endOnFailure: true });
  });

  it('both forms have one estimand, which grows with N and stays under the mutual information', () => {
    fc.assert(
      fc.property(worlds, ({ channel }) => {
        const world = { channel, scorer: channel };
        const letters = (channel[0] ?? []).map((_p, z) => channel.reduce((sum, row) => sum + (row[z] ?? 0), 0) / channel.length);
        const information = channel
          .flatMap((row) => row.map((p, z) => (p / channel.length) * Math.log(p / (letters[z] ?? 0))))
          .reduce((a, b) => a + b, 0);
        const [two, four, six] = [exactExpectation(world, 2), exactExpectation(world, 4), exactExpectation(world, 6)];
        expect(two).toBeLessThanOrEqual(four + 1e-12);
        expect(four).toBeLessThanOrEqual(six + 1e-12);
        expect(six).toBeLessThanOrEqual(information + 1e-12);
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  const world: World = (() => {
    const channel = [
      [0.7, 0.1, 0.1, 0.1],
      [0.2, 0.5, 0.2, 0.1],
      [0.1, 0.1, 0.2, 0.6],
    ];
    return { channel, scorer: channel };
  })();

  it('N × N: the jackknife interval holds the expectation in about 95 of 100 repetitions', () => {
    const share = coverage(world, { estimator: nByN, owners: 9, perOwner: 1, contexts: 9 }, exactExpectation(world, 9));
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.985);
  });

  it('panel: the t interval holds the expectation for its panel in about 95 of 100 repetitions', () => {
    const fixed = [0, 1, 2, 2, 0];
    const owners = 12;
    const experiment = { estimator: panelOf(5), owners, perOwner: 1, contexts: owners + 5, fixed };
    const share = coverage(world, experiment, exactExpectation(world, 6, fixed));
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.985);
  });
});
