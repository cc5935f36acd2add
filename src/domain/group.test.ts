import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupBy } from './group.ts';

it('groups by key, in the order in which keys and items appear', () => {
  expect([...groupBy(['ab', 'c', 'de', 'f', ''], (text) => text.length)]).toEqual([
    [2, ['ab', 'de']],
    [1, ['c', 'f']],
    [0, ['']],
  ]);
});

it('loses nothing and doubles nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (items) => {
      const groups = groupBy(items, (item) => item % 3);
      expect([...groups.values()].flat().sort()).toEqual([...items].sort());
      for (const [key, group] of groups) for (const item of group) expect(item % 3).toBe(key);
    }),
    { seed: 1 },
  );
});
