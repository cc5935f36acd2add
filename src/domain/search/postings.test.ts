import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePostings, PostingsWriter, readPostings } from './postings.ts';

const entries = fc
  .uniqueArray(fc.record({ position: fc.nat(3_000_000_000), count: fc.integer({ min: 1, max: 100_000 }) }), {
    selector: ({ position }) => position,
    maxLength: 60,
  })
  .map((list) => list.sort((a, b) => a.position - b.position));

function write(list: readonly { readonly position: number; readonly count: number }[]): Uint8Array {
  const writer = new PostingsWriter();
  for (const { position, count } of list) writer.add(position, count);
  expect(writer.frequency).toBe(list.length);
  return writer.finish();
}

describe('postings', () => {
  it('come back as they were written, without what was removed', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(59)), (list, gone) => {
        const removed = new Set(gone.flatMap((at) => list[at]?.position ?? []));
        const { positions, counts } = readPostings(write(list), removed);
        const kept = list.filter(({ position }) => !removed.has(position));
        expect([...positions]).toEqual(kept.map(({ position }) => position));
        expect([...counts]).toEqual(kept.map(({ count }) => count));
      }),
    );
  });

  it('take a byte for a word that stands once in each of many chunks', () => {
    expect(write(Array.from({ length: 1_000 }, (_, position) => ({ position, count: 1 }))).byteLength).toBe(1_000);
  });

  it('of several forms are those of one word', () => {
    const [a, b] = [
      [
        { position: 1, count: 2 },
        { position: 5, count: 1 },
      ],
      [
        { position: 0, count: 1 },
        { position: 5, count: 3 },
      ],
    ];
    const merged = mergePostings([a, b].map((list) => readPostings(write(list), new Set())));
    expect([...merged.positions]).toEqual([0, 1, 5]);
    expect([...merged.counts]).toEqual([1, 2, 4]);
  });
});
