import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

describe('gather', () => {
  it('answers everybody with their own, in calls of at most the items allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer(), { maxLength: 6 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 8 }),
        async (calls, maxItems) => {
          const sizes: number[] = [];
          const double = gather(
            async (items: readonly number[]) => {
              sizes.push(items.length);
              await Promise.resolve();
              return items.map((item) => item * 2);
            },
            { maxItems },
          );
          const answers = await Promise.all(calls.map(double));
          expect(answers).toEqual(calls.map((items) => items.map((item) => item * 2)));
          expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(Math.max(maxItems, ...calls.map(({ length }) => length)));
        },
      ),
    );
  });

  it('asks at once for the first, and once for all that come before its answer', async () => {
    const asked: (readonly string[])[] = [];
    const echo = gather(async (items: readonly string[]) => {
      asked.push(items);
      return items;
    });
    await Promise.all(['a', 'b', 'c'].map((item) => echo([item])));
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });

  it('fails those whose call fails, and goes on', async () => {
    const refuse = gather(async (items: readonly string[]) => {
      if (items.includes('bad')) throw new Error('refused');
      return items;
    });
    const settled = await Promise.allSettled(['good', 'bad', 'worse'].map((item) => refuse([item])));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await refuse(['again'])).toEqual(['again']);
  });
});
