import { expect } from 'vitest';
import { IsthmusError } from '../domain/errors.ts';
import type { JobContext } from '../ports/job-queue.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { waitFor } from './wait-for.ts';

/** Jobs that one consumer cannot do and another one can. */
export function decliningCases({ test, open, freshName, stateOf, settled }: JobQueueKit): void {
  test('a job that a consumer declines waits for one that can do it, and neither counts as an attempt', async () => {
    const queue = await open();
    const where = freshName();
    let declined = 0;
    const unable = await queue.consume(where, { concurrency: 1 }, async (_, { decline }) => {
      declined += 1;
      return decline();
    });
    await queue.add(where, [{ id: 'a', payload: 'words' }]);
    // More often than a job is tried that fails.
    await waitFor('four refusals', async () => (declined >= 4 ? true : undefined), 30_000);
    await waitFor('the job to wait again', async () => ((await stateOf(queue, where, 'a'))?.state === 'waiting' ? true : undefined));
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'waiting' });
    // Side by side, which of the two takes the job is chance, and each wrong one doubles its wait.
    await unable.close();
    const contexts: Pick<JobContext, 'attempt' | 'lostAttempts'>[] = [];
    await queue.consume(where, { concurrency: 1 }, async (payload, { attempt, lostAttempts = 0 }) => {
      contexts.push({ attempt, lostAttempts });
      if (contexts.length === 1) throw new IsthmusError('provider-unavailable', '503');
      return payload;
    });
    expect(await settled(queue, where, 'a')).toEqual({ state: 'completed', result: 'words' });
    expect(contexts).toEqual([
      { attempt: 1, lostAttempts: 0 },
      { attempt: 2, lostAttempts: 0 },
    ]);
  });

  test('a declined job can be cancelled', async () => {
    const queue = await open();
    const where = freshName();
    let declined = 0;
    const consumer = await queue.consume(where, { concurrency: 1 }, async (_, { decline }) => {
      declined += 1;
      return decline();
    });
    await queue.add(where, [{ id: 'a', payload: null }]);
    await waitFor('a refusal', async () => (declined >= 1 ? true : undefined));
    await consumer.close();
    await queue.cancel(where, ['a']);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'missing' });
  });
}
