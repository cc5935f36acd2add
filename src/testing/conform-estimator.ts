import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../domain/information.ts';
import type { EstimateResult, InformationSample, LogProbLookup, ScoringCell } from '../ports/information-estimator.ts';
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

/** What every estimator promises, whatever its channel. Call it in the test file of each implementation. */
export function conformEstimator({ plugin, optionsFor }: EstimatorConformance): void {
  const make = (contexts: number) => plugin.create(plugin.options.parse(optionsFor(contexts)), undefined);
  const estimate = (table: Table, order = table.map((_row, index) => index)): EstimateResult => {
    const samples = order.map(sampleAt);
    return make(table.length).estimate(samples, contextIds(table.length), lookupIn(table));
  };
  const check = (property: (table: number[][]) => void, numRuns = 100) => fc.assert(fc.property(tables, property), { seed: SEED, numRuns });

  describe(`${plugin.id} is an estimator`, () => {
    it('gives 0 to a channel that says the same of every context', () => {
      check((table) => {
        const independent = table.map((row) => row.map(() => row[0]));
        const { scores, estimate: total } = estimate(independent);
        for (const { nats } of scores.values()) expect(nats).toBeCloseTo(0, 10);
        expect(total.nats).toBeCloseTo(0, 10);
      }, 20);
    });

    it.each([2, 3, 16])('gives ln N to a channel that names its context, N = %i', (size) => {
      const identity = Array.from({ length: size }, (_r, i) =>
        Array.from({ length: size }, (_c, l) => (i === l ? -3 : Number.NEGATIVE_INFINITY)),
      );
      const { scores, estimate: total } = estimate(identity);
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

    it('does not change when a constant is added to all log-probabilities of a sample', () => {
      check((table) => {
        const shifted = table.map((row, index) => row.map((value) => value - 17 * index));
        expectClose(estimate(shifted), estimate(table));
      });
    });

    it('does not change with the order of the samples', () => {
      check((table) => {
        const order = table.map((_row, index) => index);
        expectClose(estimate(table, [...order].reverse()), estimate(table, order));
      });
    });

    it('plans each cell once, its own among them, and asks for no cell that it did not plan', () => {
      check((table) => {
        const samples = table.map((_row, index) => sampleAt(index));
        const estimator = make(table.length);
        const planned = estimator.plan(samples, contextIds(table.length)).map(nameOf);
        expect(new Set(planned).size).toBe(planned.length);
        for (const { id, contextId } of samples) expect(planned).toContain(nameOf({ sampleId: id, contextId }));
        const asked = new Set<string>();
        estimator.estimate(samples, contextIds(table.length), (cell) => {
          asked.add(nameOf(cell));
          return lookupIn(table)(cell);
        });
        expect([...asked].sort()).toEqual([...planned].sort());
      }, 20);
    });

    it('counts a sample whose own scoring failed as missing, never as 0', () => {
      check((table) => {
        const holed = table.map((row, i) => row.map((value, l) => (i === 0 && l === 0 ? undefined : value)));
        const { scores, estimate: total } = estimate(holed);
        expect(scores.has('0')).toBe(false);
        expect(total).toMatchObject({ missing: 1, samples: table.length - 1 });
        const rest = [...scores.values()].map(({ nats }) => nats);
        expect(total.nats).toBeCloseTo(rest.reduce((sum, nats) => sum + nats, 0) / rest.length, 9);
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
        [-1, value],
        [-2, -1],
      ];
      expect(() => estimate(table)).toThrow(expect.objectContaining({ code: 'output-unparseable' }));
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
  });
}

function sampleAt(index: number): InformationSample {
  return buildSample({ id: String(index), contextId: `c${index}`, documentId: `d${index}` });
}

function contextIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_item, index) => `c${index}`);
}

function lookupIn(table: Table): LogProbLookup {
  return ({ sampleId, contextId }) => table[Number(sampleId)]?.[Number(contextId.slice(1))];
}

function nameOf({ sampleId, contextId }: ScoringCell): string {
  return `${sampleId}/${contextId}`;
}

function expectClose(actual: EstimateResult, expected: EstimateResult): void {
  expect(actual.estimate.nats).toBeCloseTo(expected.estimate.nats, 9);
  expect(actual.estimate.intervalBits?.low ?? 0).toBeCloseTo(expected.estimate.intervalBits?.low ?? 0, 8);
  for (const [id, { nats }] of expected.scores) expect(actual.scores.get(id)?.nats).toBeCloseTo(nats, 9);
}
