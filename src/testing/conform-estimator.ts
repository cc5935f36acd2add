import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../domain/information.ts';
import type {
  EstimateResult,
  InformationEstimator,
  InformationSample,
  LogProbLookup,
  ScoringCell,
} from '../ports/information-estimator.ts';
import type { Plugin } from '../ports/plugin.ts';
import { buildSample } from './builders.ts';

export interface EstimatorConformance {
  readonly plugin: Plugin<'estimator'>;
  /** Options under which a sample is compared over `contexts` contexts, its own included. */
  readonly optionsFor: (contexts: number) => unknown;
}

/** Log-probabilities by sample (row) and context (column); sample i was made from context i. */
type Table = readonly (readonly (number | undefined)[])[];

const SEED = 20_251_221;
const logProbs = fc.double({ min: -200, max: 0, noNaN: true });
/** Square tables of 2 to 7 contexts. */
const tables: fc.Arbitrary<number[][]> = fc
  .integer({ min: 2, max: 7 })
  .chain((size) => fc.array(fc.array(logProbs, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }));

interface Bench {
  readonly make: (contexts: number) => InformationEstimator;
  readonly estimate: (table: Table, order?: readonly number[]) => EstimateResult;
  readonly check: (property: (table: number[][]) => void, numRuns?: number) => void;
}

/**
 * What every estimator promises, whatever its channel. Call it in the test file of each implementation. Three parts: for all; for those
 * that ask for scorings; and for those whose figures lie between 0 and ln N.
 */
export function conformEstimator({ plugin, optionsFor }: EstimatorConformance): void {
  const make = (contexts: number) => plugin.create(plugin.options.parse(optionsFor(contexts)), undefined);
  const estimate = (table: Table, order: readonly number[] = table.map((_row, index) => index)): EstimateResult => {
    const estimator = make(table.length);
    return estimator.estimate(samplesOf(estimator, order), contextIds(table.length), lookupIn(table), SCORER);
  };
  const check = (property: (table: number[][]) => void, numRuns = 100) => fc.assert(fc.property(tables, property), { seed: SEED, numRuns });
  const bench: Bench = { make, estimate, check };
  const estimator = make(3);
  const asksFor = estimator.plan(samplesOf(estimator, [0, 1, 2]), contextIds(3));

  describe(`${plugin.id} is an estimator`, () => {
    forAll(bench);
    if (asksFor.length > 0) forScored(bench);
    if (asksFor.length > 0 && estimator.card.unit === 'bits') forIdentification(bench, estimator.card.ceiling === 'ln N');
  });
}

function forAll({ make, estimate, check }: Bench): void {
  it('says what its figures are', () => {
    for (const [field, text] of Object.entries(make(3).card)) expect(text, field).toMatch(/\S/);
  });

  it('plans each cell once, and asks for no cell that it did not plan', () => {
    check((table) => {
      const estimator = make(table.length);
      const samples = samplesOf(
        estimator,
        table.map((_row, index) => index),
      );
      const planned = estimator.plan(samples, contextIds(table.length)).map(nameOf);
      expect(new Set(planned).size).toBe(planned.length);
      const asked = new Set<string>();
      const lookup = lookupIn(table);
      estimator.estimate(
        samples,
        contextIds(table.length),
        (cell) => {
          asked.add(nameOf(cell));
          return lookup(cell);
        },
        SCORER,
      );
      expect([...asked].sort()).toEqual([...planned].sort());
    }, 20);
  });

  it('does not change with the order of the samples', () => {
    check((table) => {
      const order = table.map((_row, index) => index);
      expectClose(estimate(table, [...order].reverse()), estimate(table, order));
    });
  });

  it('has a score or counts as missing: every sample is accounted for, in the estimate and among the scores', () => {
    check((table) => {
      const { scores, estimate: total } = estimate(table);
      expect(total.samples + total.missing).toBe(table.length);
      expect(scores.size).toBe(total.samples);
    }, 20);
  });

  it('of nothing has no figure', () => {
    const { scores, estimate: total } = make(3).estimate([], [], () => -1, SCORER);
    expect(scores.size).toBe(0);
    expect(total).toMatchObject({ samples: 0, missing: 0, nats: Number.NaN });
    expect(total.intervalBits).toBeUndefined();
  });

  it('gives rates by the size of the summary', () => {
    const score = estimate([
      [-1, -9],
      [-8, -2],
    ]).scores.get('0');
    const bits = score?.bits ?? Number.NaN;
    expect(score?.bitsPerToken).toBeCloseTo(bits / 10, 12);
    expect(score?.bitsPerByte).toBeCloseTo(bits / utf8Bytes('x'.repeat(40)), 12);
  });
}

function forScored({ estimate, check }: Bench): void {
  it('counts a sample whose own scoring failed as missing, never as 0', () => {
    check((table) => {
      const holed = table.map((row, i) => row.map((value, l) => (i === 0 && l === 0 ? undefined : value)));
      const { scores, estimate: total } = estimate(holed);
      expect(scores.has('0')).toBe(false);
      expect(total).toMatchObject({ missing: 1, samples: table.length - 1 });
    }, 20);
  });

  it('has no figure when every scoring failed', () => {
    const { scores, estimate: total } = estimate([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(scores.size).toBe(0);
    expect(total).toMatchObject({ samples: 0, missing: 2, nats: Number.NaN });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5])('refuses %d as a log-probability', (value) => {
    const table = [
      [value, value],
      [value, value],
    ];
    expect(() => estimate(table)).toThrow(expect.objectContaining({ code: 'output-unparseable' }));
  });
}

function forIdentification({ make, estimate, check }: Bench, hasCeiling: boolean): void {
  it('gives 0 to a channel that says the same of every context', () => {
    check((table) => {
      const independent = table.map((row) => row.map(() => row[0]));
      const { scores, estimate: total } = estimate(independent);
      for (const { nats } of scores.values()) expect(nats).toBeCloseTo(0, 10);
      expect(total.nats).toBeCloseTo(0, 10);
    }, 20);
  });

  it('asks for each summary under its own context', () => {
    const estimator = make(3);
    const samples = samplesOf(estimator, [0, 1, 2]);
    const planned = estimator.plan(samples, contextIds(3)).map(nameOf);
    for (const { id, contextId } of samples) expect(planned).toContain(nameOf({ sampleId: id, contextId }));
  });

  it('does not change when a constant is added to all log-probabilities of a sample', () => {
    check((table) => {
      const shifted = table.map((row, index) => row.map((value) => value - 17 * index));
      expectClose(estimate(shifted), estimate(table));
    });
  });

  it.each([2, 3, 16])('a channel that names its context reaches the ceiling, ln N if there is one, N = %i', (size) => {
    const identity = Array.from({ length: size }, (_r, i) =>
      Array.from({ length: size }, (_c, l) => (i === l ? -3 : Number.NEGATIVE_INFINITY)),
    );
    const { scores, estimate: total } = estimate(identity);
    if (!hasCeiling) {
      expect(total.nats).toBe(Number.POSITIVE_INFINITY);
      return;
    }
    expect(total.nats).toBeCloseTo(Math.log(size), 12);
    expect(total.saturation).toBeCloseTo(1, 12);
    for (const score of scores.values()) expect(score).toMatchObject({ contexts: size, ceilingBits: Math.log(size) / Math.LN2 });
  });

  it('never lies above its ceiling, ends of intervals included', () => {
    check((table) => {
      const { scores, estimate: total } = estimate(table);
      for (const score of scores.values()) expect(score.bits).toBeLessThanOrEqual(score.ceilingBits);
      // A mean of equal doubles may differ from them in the last digit.
      expect(total.bits).toBeLessThanOrEqual(total.ceilingBits + 1e-12);
      expect(total.intervalBits?.high ?? 0).toBeLessThanOrEqual(total.ceilingBits);
    });
  });
}

const SCORER = {
  shape: { parameters: 1e6, layers: 2, modelDim: 64, feedForwardDim: 128, heads: 4, kvHeads: 4, headDim: 16, vocabulary: 1_000 },
};

/** One sample a context, with all that an estimator may need. Where pairs are, each has a companion before it that says nothing. */
function samplesOf(estimator: InformationEstimator, order: readonly number[]): readonly InformationSample[] {
  const companions = estimator.needs.includes('pairs') ? order.map((index) => sampleAt(index, `companion-${index}`)) : [];
  return [...companions, ...order.map((index) => sampleAt(index, String(index)))];
}

function sampleAt(index: number, id: string): InformationSample {
  const text = `Context ${index} says ${'much '.repeat(index + 1)}.`;
  const change = { summary: `It says ${index}.`, source: { text, tokens: 9 + index }, answer: { text: String(index), tokens: 2 } };
  return buildSample({ id, contextId: `c${index}`, documentId: `d${index}`, ...change });
}

function contextIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_item, index) => `c${index}`);
}

/** A companion says the same of every context; what is scored without the context is the table's too. */
function lookupIn(table: Table): LogProbLookup {
  return ({ sampleId, contextId }) => (sampleId.startsWith('companion') ? -1 : table[Number(sampleId)]?.[Number(contextId.slice(1))]);
}

function nameOf({ sampleId, contextId, target, shown, question }: ScoringCell): string {
  return [sampleId, contextId, target ?? 'summary', shown ?? 'context', question ?? 'own'].join('/');
}

function expectClose(actual: EstimateResult, expected: EstimateResult): void {
  expect(actual.estimate.nats).toBeCloseTo(expected.estimate.nats, 9);
  expect(actual.estimate.intervalBits?.low ?? 0).toBeCloseTo(expected.estimate.intervalBits?.low ?? 0, 8);
  for (const [id, { nats }] of expected.scores) expect(actual.scores.get(id)?.nats).toBeCloseTo(nats, 9);
}
