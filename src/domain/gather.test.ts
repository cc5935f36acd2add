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

  it('asks once for all that come in a turn of the event loop, and once for all that come before the answer', async () => {
    const asked: (readonly string[])[] = [];
    const echo = gather(async (items: readonly string[]) => {
      asked.push(items);
      return items;
    });
    const first = ['a', 'b'].map((item) => echo([item]));
    await new Promise(setImmediate);
    expect(asked).toEqual([['a', 'b']]);
    await Promise.all([...first, ...['c', 'd'].map((item) => echo([item]))]);
    expect(asked).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('has no more calls on their way than allowed, and none of nothing', async () => {
    let [underWay, most] = [0, 0];
    const sizes: number[] = [];
    const wait = gather(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        return items;
      },
      { atOnce: 2 },
    );
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        for (let turn = 0; turn < i; turn += 1) await new Promise(setImmediate);
        await wait([i]);
      }),
    );
    expect(most).toBe(2);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  it('fails those whose call fails, and goes on', async () => {
    const refuse = gather(async (items: readonly string[]) => {
      if (items.includes('bad')) throw new Error('refused');
      return items;
    });
    const good = refuse(['good']);
    await new Promise(setImmediate);
    const settled = await Promise.allSettled([good, ...['bad', 'worse'].map((item) => refuse([item]))]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await refuse(['again'])).toEqual(['again']);
  });
});
