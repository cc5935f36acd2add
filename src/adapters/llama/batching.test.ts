import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alone, inStep, together } from './batching.ts';
import { SLICE_TOKENS } from './prefill.ts';

type Items = Parameters<typeof inStep>[0]['items'];
type Item = Items[number];

const scoring = (length: number): Item => ({ ...reading(length), logits: Array.from({ length }, () => true as const) });
const reading = (length: number): Item => ({ tokens: Array.from({ length }, () => 1) as never, logits: [], evaluationPriority: 5 });

/** Takes batches until nothing waits, as the library does; the rows of each batch by the place of their item. */
function batches(lengths: readonly number[]): { readonly place: number; readonly rows: number }[][] {
  const left = [...lengths];
  const taken: { place: number; rows: number }[][] = [];
  while (left.some((length) => length > 0)) {
    const places = left.flatMap((length, place) => (length > 0 ? [place] : []));
    const items = places.map((place) => scoring(left[place] ?? 0));
    const batch = inStep({ items, size: SLICE_TOKENS }).map(({ item, processAmount }) => ({
      place: places[items.indexOf(item)] ?? -1,
      rows: processAmount,
    }));
    for (const { place, rows } of batch) left[place] = (left[place] ?? 0) - rows;
    taken.push(batch);
  }
  return taken;
}

test('scorings of equal length share a batch', () => {
  expect(batches([60, 60])).toEqual([
    [
      { place: 0, rows: 60 },
      { place: 1, rows: 60 },
    ],
  ]);
  // 128 rows: 32 of each of four, then the rest of each.
  expect(batches([60, 60, 60, 60]).map((batch) => batch.map(({ rows }) => rows))).toEqual([
    [32, 32, 32, 32],
    [28, 28, 28, 28],
  ]);
});

test('a short scoring does not hold up a long one', () => {
  expect(batches([120, 3])[0]).toEqual([{ place: 0, rows: 120 }]);
});

test('whatever waits: equal rows within the limit, the first always among them, and never a single row', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: SLICE_TOKENS }), { minLength: 1, maxLength: 8 }), (lengths) => {
      const taken = batches(lengths);
      for (const [i, batch] of taken.entries()) {
        expect(new Set(batch.map(({ rows }) => rows)).size).toBe(1);
        expect(batch.every(({ rows }) => rows >= 2)).toBe(true);
        expect(batch.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(SLICE_TOKENS);
        const before = lengths.map((length, place) => length - rowsOf(taken.slice(0, i), place));
        expect(batch.map(({ place }) => place)).toContain(before.findIndex((length) => length > 0));
      }
      expect(lengths.map((_, place) => rowsOf(taken, place))).toEqual(lengths);
    }),
  );
});

function rowsOf(taken: readonly (readonly { readonly place: number; readonly rows: number }[])[], place: number): number {
  return taken.flat().reduce((sum, one) => sum + (one.place === place ? one.rows : 0), 0);
}

test('llama.cpp gets the sequences of a batch in its own order, whatever the order in which they asked', () => {
  const at = (place: number, item: Item): Item => ({ ...item, evaluationPriority: place as never });
  const step = { ...reading(1), logits: [true as const] };
  const places = (batch: ReturnType<typeof inStep>) => batch.map(({ item }) => item.evaluationPriority);
  expect(places(together({ items: [3, 0, 2, 1].map((place) => at(place, step)), size: SLICE_TOKENS }))).toEqual([0, 1, 2, 3]);
  expect(places(inStep({ items: [3, 0, 2, 1].map((place) => at(place, scoring(30))), size: SLICE_TOKENS }))).toEqual([0, 1, 2, 3]);
});

test('a prompt before its first token is not read in step: one row of it is looked at', () => {
  const lead = { ...reading(60), logits: [...Array.from({ length: 59 }, () => undefined), true as const] };
  expect(inStep({ items: [lead, lead], size: SLICE_TOKENS })).toEqual([{ item: lead, processAmount: 60 }]);
});

test('decoding steps and prompts stay alone', () => {
  const items = [reading(100), scoring(50), scoring(50)];
  expect(inStep({ items, size: SLICE_TOKENS })).toEqual(alone({ items, size: SLICE_TOKENS }));
  const step = { ...reading(1), logits: [true as const] };
  expect(inStep({ items: [step, step], size: SLICE_TOKENS })).toEqual([{ item: step, processAmount: 1 }]);
  expect(inStep({ items: [scoring(50), step, reading(50)], size: SLICE_TOKENS })).toHaveLength(1);
});
