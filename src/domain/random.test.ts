import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom, sample } from './random.ts';

it('draws the same numbers from the same seed on every machine', () => {
  const random = createRandom(1);
  expect([random(), random(), random()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  expect(createRandom(2)()).not.toBe(createRandom(1)());
});

it('draws evenly from [0, 1)', () => {
  const random = createRandom(42);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const tenth = Math.floor(random() * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  // Standard deviation of each count: 95.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

it('samples without repeats, never more than there is, and always the same for a seed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 30 }), fc.nat(40), fc.integer(), (items, size, seed) => {
      const before = [...items];
      const drawn = sample(items, size, seed);
      expect(drawn).toHaveLength(Math.min(size, items.length));
      expect(new Set(drawn).size).toBe(drawn.length);
      for (const item of drawn) expect(items).toContain(item);
      expect(sample(items, size, seed)).toEqual(drawn);
      expect(items).toEqual(before);
    }),
    { seed: 1 },
  );
});

it('gives every item an equal chance, at every place', () => {
  const items = [0, 1, 2, 3, 4];
  const places = items.map(() => items.map(() => 0));
  for (let seed = 0; seed < 20_000; seed++) {
    sample(items, 3, seed).forEach((item, place) => {
      const row = places[place];
      if (row !== undefined) row[item] = (row[item] ?? 0) + 1;
    });
  }
  for (const row of places.slice(0, 3)) for (const count of row) expect(Math.abs(count - 4_000)).toBeLessThan(300);
});
