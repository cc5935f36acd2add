import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/domain/random.ts';
import { bestRateOf, type GainCurve, gainAt, stayUnder } from '../../../../src/testing/gain-curves.ts';
import { type ForageOptions, type Judgement, judge } from './forager.ts';
import type { Patch } from './rates.ts';

const OPTIONS: ForageOptions = {
  calibration: 0.5,
  patience: 10,
  travel: 0,
  discount: 0.8,
  lastDiscount: 0.3,
  floor: 0.7,
  batch: 1,
  maxReads: 10_000,
};
/** Tokens that a chunk takes. */
const CHUNK = 100;

interface Environment {
  readonly curves: readonly GainCurve[];
  /** Of every chunk of a patch. */
  readonly scents: readonly number[];
  readonly chunks: number;
}

interface Foraged {
  /** Chunks read, by patch. */
  readonly reads: readonly number[];
  readonly cost: number;
  readonly rate: number;
  readonly moves: readonly Judgement[];
}

/** Lets a forager loose on patches whose chunks give what their curves say. */
function forage({ curves, scents, chunks }: Environment, change: Partial<ForageOptions> = {}): Foraged {
  const options = { ...OPTIONS, ...change };
  const reads = curves.map(() => 0);
  const patches = curves.map((_curve, i): Patch => {
    const each = Array.from({ length: chunks }, (_, k) => ({ chunkId: `${i}/${k}`, scent: scents[i] ?? 0, cost: CHUNK }));
    return { id: `${i}`, source: 'query', chunks: each };
  });
  const left = new Set<string>();
  const moves: Judgement[] = [];
  for (let current: Patch | undefined; moves.at(-1)?.verdict !== 'stop'; ) {
    const move = judge({ patches, left, ...(current === undefined ? {} : { current }) }, options);
    moves.push(move);
    const i = Number(move.patch ?? -1);
    const [patch, curve] = [patches[i], curves[i]];
    if (move.verdict === 'leave') left.add(`${i}`);
    current = undefined;
    if (patch === undefined || curve === undefined || move.chunkIds.length === 0) continue;
    reads[i] = (reads[i] ?? 0) + move.chunkIds.length;
    const given = patch.chunks.map((chunk, k) =>
      move.chunkIds.includes(chunk.chunkId) ? { ...chunk, gain: gainAt(curve, (k + 1) * CHUNK) - gainAt(curve, k * CHUNK) } : chunk,
    );
    current = { ...patch, chunks: given };
    patches[i] = current;
  }
  const gain = curves.reduce((sum, curve, i) => sum + gainAt(curve, (reads[i] ?? 0) * CHUNK), 0);
  const cost = reads.reduce((sum, count) => sum + (count === 0 ? 0 : options.travel + count * CHUNK), 0);
  return { reads, cost, rate: gain / cost, moves };
}

/** Thirty patches from poor to seven times as rich, their decay from half to one and a half of what is given. */
function environmentOf(decay: number, seed: number): Environment {
  const random = createRandom(seed);
  const curves = Array.from({ length: 30 }, () => ({ total: 0.5 + 3 * random(), decay: decay * (0.5 + random()) }));
  // Scents all alike: a forager that smelled the rich patches would leave the poor ones out, and beat the optimum of whoever takes all.
  const scent = (2 * curves.reduce((sum, curve) => sum + gainAt(curve, CHUNK), 0)) / curves.length;
  return { curves, scents: curves.map(() => scent), chunks: 50 };
}

const barren = (patches: number, chunks: number): Environment => ({
  curves: Array.from({ length: patches }, () => ({ total: 0, decay: 1 })),
  scents: Array.from({ length: patches }, () => 0.5),
  chunks,
});

describe('a forager on patches of known gain', () => {
  it('knows the optimum by two ways: no other stays gain more for their cost', () => {
    const { curves } = environmentOf(1 / 400, 7);
    const best = bestRateOf(curves, 200);
    const rateOf = (rate: number) => {
      const stays = curves.map((curve) => stayUnder(curve, rate));
      const gain = curves.reduce((sum, curve, i) => sum + gainAt(curve, stays[i] ?? 0), 0);
      return gain / stays.reduce((sum, stay) => sum + stay, 200 * curves.length);
    };
    expect(rateOf(best)).toBeCloseTo(best, 12);
    for (const factor of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) expect(rateOf(best * factor)).toBeLessThan(best);
  });

  it.each([
    { decay: 1 / 400, travel: 200, seed: 7 },
    { decay: 1 / 400, travel: 1000, seed: 6 },
    { decay: 1 / 1000, travel: 200, seed: 6 },
  ])('leaves within a chunk of the optimum when it knows R*, and gains 95% of it: $decay, $travel', ({ decay, travel, seed }) => {
    const environment = environmentOf(decay, seed);
    const best = bestRateOf(environment.curves, travel);
    const { reads, rate } = forage(environment, { travel, bestRate: best, discount: 1 });
    const off = reads.map((count, i) => count - stayUnder(environment.curves[i] as GainCurve, best) / CHUNK);
    expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-9);
    expect(rate / best).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    { decay: 1 / 400, travel: 200, seed: 7 },
    { decay: 1 / 400, travel: 1000, seed: 6 },
    { decay: 1 / 1000, travel: 200, seed: 6 },
    { decay: 1 / 1000, travel: 1000, seed: 7 },
  ])('gains 85% of the optimum when it learns R* over thirty patches: $decay, $travel', ({ decay, travel, seed }) => {
    const environment = environmentOf(decay, seed);
    const { reads, rate } = forage(environment, { travel });
    expect(reads.filter((count) => count > 0)).toHaveLength(30);
    expect(rate / bestRateOf(environment.curves, travel)).toBeGreaterThanOrEqual(0.85);
  });

  it('gains more than whoever takes every patch when scent tells the rich ones', () => {
    const environment = environmentOf(1 / 400, 7);
    const scents = environment.curves.map((curve) => 2 * gainAt(curve, CHUNK));
    const { rate, reads } = forage({ ...environment, scents }, { travel: 200 });
    expect(rate).toBeGreaterThan(bestRateOf(environment.curves, 200));
    expect(reads).toContain(0);
  });

  it('stays longer where it is far to the next patch', () => {
    const environment = environmentOf(1 / 400, 6);
    const stays = [100, 400, 1600].map((travel) => forage(environment, { travel, bestRate: bestRateOf(environment.curves, travel) }));
    const means = stays.map(({ reads }) => reads.reduce((sum, count) => sum + count, 0) / reads.length);
    expect(means).toEqual([...means].sort((a, b) => a - b));
  });
});

describe('a forager that finds nothing', () => {
  it.each([
    [30, 5],
    [30, 10],
    [8, 20],
  ])('stops within the cost of two patches: %i patches of %i chunks', (patches, chunks) => {
    const { cost, moves } = forage(barren(patches, chunks));
    expect(cost).toBeLessThanOrEqual(2 * chunks * CHUNK);
    expect(moves.at(-1)).toMatchObject({ verdict: 'stop', reason: 'no patch left promises enough' });
  });

  it('has looked into several patches by then, not only into the first', () => {
    expect(forage(barren(30, 10)).reads.filter((count) => count > 0).length).toBeGreaterThanOrEqual(4);
  });
});

describe('the moves of a forager', () => {
  const environment = environmentOf(1 / 400, 6);

  it('are an entrance, stays while a chunk promises enough, and a leave, patch by patch', () => {
    const { moves } = forage(environment, { travel: 200 });
    moves.slice(0, -1).forEach(({ verdict, patch, rate, threshold, chunkIds }, i) => {
      const before = moves[i - 1];
      const isInside = before?.verdict === 'enter' || before?.verdict === 'stay';
      expect(verdict === 'enter').toBe(!isInside);
      if (isInside) expect(patch).toBe(before.patch);
      expect(rate >= threshold).toBe(verdict !== 'leave');
      expect(chunkIds.length > 0).toBe(verdict !== 'leave');
    });
  });

  it('read no more than may be read, in batches no larger than set', () => {
    const { reads, moves } = forage(environment, { travel: 200, maxReads: 7, batch: 3 });
    expect(reads.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(Math.max(...moves.map(({ chunkIds }) => chunkIds.length))).toBeLessThanOrEqual(3);
    expect(moves.at(-1)?.reason).toContain('7 chunks were read');
  });

  it('stay longer in the last patch, for want of another, unless it is known what a unit of cost gains', () => {
    const one = { curves: [{ total: 3, decay: 0.004 }], scents: [0.5], chunks: 20 };
    const reads = (change: Partial<ForageOptions> = {}) => forage(one, change).reads[0] ?? 0;
    expect(reads()).toBeGreaterThan(reads({ lastDiscount: 0.8 }));
    const known = { bestRate: 0.006, floor: 0 };
    expect(reads(known)).toBe(reads({ ...known, lastDiscount: 0.8 }));
    // Another patch to go to, and the first is left as always.
    const two = { curves: [...one.curves, ...one.curves], scents: [0.5, 0.5], chunks: 20 };
    expect(forage(two).reads[0]).toBe(forage(two, { lastDiscount: 0.8 }).reads[0]);
  });

  it('are none where a unit of cost is worth more than any patch promises', () => {
    expect(forage(environment, { bestRate: 1e6 }).moves.map(({ verdict }) => verdict)).toEqual(['stop']);
  });

  it('keep away from a source that gave nothing, and go on with the other', () => {
    const scent = 0.5;
    const patchOf = (source: string, i: number, gain?: number): Patch => ({
      id: `${source}${i}`,
      source,
      chunks: [{ chunkId: `${source}${i}/0`, scent, cost: CHUNK, ...(gain === undefined ? {} : { gain }) }],
    });
    const read = [0, 1, 2, 3].flatMap((i) => [patchOf('poor', i, 0), patchOf('rich', i, 0.4)]);
    const patches = [...read, patchOf('poor', 4), patchOf('rich', 4)];
    const move = judge({ patches, left: new Set(read.map(({ id }) => id)) }, OPTIONS);
    expect(move).toMatchObject({ verdict: 'enter', patch: 'rich4' });
  });
});
