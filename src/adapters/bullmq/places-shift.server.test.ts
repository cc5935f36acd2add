import { Queue } from 'bullmq';
import { describe, expect, inject, it } from 'vitest';
import { SHIFT_FROM } from '../../domain/fair-share.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { openPostgresStore } from '../database/open-store.ts';
import type { BullQueue } from './driver.ts';
import { createBullJobQueue } from './job-queue.ts';
import { createPostgresDriver } from './postgres-driver.ts';

const { redisUrl, databaseUrl } = inject('servers');

type Bench = { readonly raw: BullQueue; readonly queue: Awaited<ReturnType<typeof createBullJobQueue>>; readonly name: string };

/** What a queue looks like that was never empty for a million jobs. */
async function keepsOrder({ raw, queue, name }: Bench): Promise<void> {
  const old = ['first', 'second', 'third'].map((jobId, i) => ({ jobId, priority: SHIFT_FROM + 100 + i * 4 }));
  await raw.addBulk(old.map((opts) => ({ name: 'normal a', data: { payload: '1' }, opts })));
  await queue.add(name, [{ id: 'new-b', payload: 1, tenant: 'b', priority: 'high' }]);
  const waiting = await raw.getJobs(['prioritized', 'waiting'], 0, 10);
  expect(Math.max(...waiting.map((job) => job?.priority ?? 0))).toBeLessThan(100);
  const done: string[] = [];
  await queue.consume(name, { concurrency: 1 }, async (_, { jobId }) => done.push(jobId));
  await waitFor('all', async () => (done.length === 4 ? true : undefined), 30_000);
  expect(done.filter((id) => id !== 'new-b')).toEqual(['first', 'second', 'third']);
  expect(done.indexOf('new-b')).toBeLessThan(2);
  await queue[Symbol.asyncDispose]();
  await raw.close();
}

const freshName = () => `shift-${process.pid}-${Date.now()}`;

describe('places that have grown large', () => {
  it.skipIf(redisUrl === null)('are moved down on Redis, and the order stays', async () => {
    const url = redisUrl ?? '';
    const name = freshName();
    const raw = new Queue(name, { connection: { url }, prefix: 'isthmus' }) as unknown as BullQueue;
    await keepsOrder({ raw, name, queue: await createBullJobQueue({ backend: 'redis', url }) });
  });

  it.skipIf(databaseUrl === null)('are moved down on Postgres, and the order stays', async () => {
    const store = await openPostgresStore({ url: databaseUrl ?? '' });
    const name = freshName();
    const raw = (await createPostgresDriver({ pool: store.pool })).createQueue(name, {});
    await keepsOrder({ raw, name, queue: await createBullJobQueue({ backend: 'postgres', pool: store.pool }) });
    await store.close();
  });
});
