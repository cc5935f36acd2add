import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { IsthmusError } from '../../domain/errors.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { openPostgresStore } from '../database/open-store.ts';
import { createBullJobQueue } from './job-queue.ts';

const { redisUrl, databaseUrl } = inject('servers');
const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

const setWrong = (offsetMs: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offsetMs });
const nameFor = (offsetMs: number) => `clock-${process.pid}-${Date.now()}-${offsetMs}`;

/** On Redis the server counts a lock's time; on Postgres, BullMQ writes and reads it by the clocks of the workers. */
describe.skipIf(databaseUrl === null)('a worker on Postgres', () => {
  it.each([
    ['fast', HOUR_MS, /3600 s ahead of the database/],
    ['slow', -HOUR_MS, /3600 s behind the database/],
  ])('whose clock is an hour %s is refused: it would take what others have in hand, or lose what it has', async (_, offsetMs, message) => {
    const store = await openPostgresStore({ url: databaseUrl ?? '' });
    const queue = await createBullJobQueue({ backend: 'postgres', pool: store.pool });
    const consume = () => queue.consume(nameFor(offsetMs), { concurrency: 1 }, async () => null);
    setWrong(offsetMs);
    await expect(consume()).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(message) });
    vi.useRealTimers();
    await consume();
    await queue[Symbol.asyncDispose]();
    await store.close();
  });
});

describe.skipIf(redisUrl === null)('a worker on Redis', () => {
  it.each([
    ['fast', HOUR_MS],
    ['slow', -HOUR_MS],
  ])('whose clock is an hour %s: what it fails is tried again by another one as soon as ever', async (_, offsetMs) => {
    const name = nameFor(offsetMs);
    await using queue = await createBullJobQueue({ backend: 'redis', url: redisUrl ?? '', retryDelayMs: 1_000 });
    setWrong(offsetMs);
    let failedAt = 0;
    const wrong = await queue.consume(name, { concurrency: 1 }, async (_payload, { attempt, signal }) => {
      if (attempt > 1) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      failedAt ||= performance.now();
      throw new IsthmusError('model-crashed', 'SIGKILL');
    });
    await queue.add(name, [{ id: 'a', payload: 1 }]);
    await waitFor('the first attempt to fail', async () => (failedAt > 0 ? true : undefined));
    // Until that is noted.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await wrong.close();
    vi.useRealTimers();
    await queue.consume(name, { concurrency: 1 }, async (payload) => payload);
    await waitFor(
      'the job to be done',
      async () => ((await queue.states(name, ['a'])).get('a')?.state === 'completed' ? true : undefined),
      10_000,
    );
    expect(performance.now() - failedAt).toBeLessThan(15_000);
  });
});
