import { expect } from 'vitest';
import { IsthmusError } from '../domain/errors.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { waitFor } from './wait-for.ts';

/** Deleting what texts a queue holds. */
export function purgingCases({ test, open, freshName, stateOf, settled }: JobQueueKit): void {
  test('jobs are deleted for good by what they hold, whether they wait or have ended, but not those at work', async () => {
    const queue = await open();
    const where = freshName();
    const asWords = (words: readonly string[]) => words.map((word) => ({ id: `${where}-${word}`, payload: { word } }));
    await queue.add(where, asWords(['good', 'bad', 'slow', 'next', 'kept']));
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await queue.consume(where, { concurrency: 1 }, async (payload) => {
      const { word } = payload as { word: string };
      if (word === 'bad') throw new IsthmusError('invalid-input', 'no');
      if (word === 'slow') await held;
      return { said: word };
    });
    await waitFor('the slow one to be active', async () =>
      (await stateOf(queue, where, `${where}-slow`))?.state === 'active' ? true : undefined,
    );
    const gone = ['good', 'bad', 'slow', 'next'];
    const purged = await queue.purge(where, async (jobs) =>
      jobs.filter(({ payload }) => gone.includes((payload as { word: string }).word)).map(({ id }) => id),
    );
    expect(purged).toBe(3);
    for (const word of ['good', 'bad', 'next']) expect(await stateOf(queue, where, `${where}-${word}`)).toEqual({ state: 'missing' });
    goOn();
    expect(await settled(queue, where, `${where}-slow`)).toEqual({ state: 'completed', result: { said: 'slow' } });
    expect(await settled(queue, where, `${where}-kept`)).toEqual({ state: 'completed', result: { said: 'kept' } });
  });
}
