import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { openPostgresStore } from '../database/open-store.ts';
import { type BullJobQueueOptions, createBullJobQueue } from './job-queue.ts';

const CHILD = fileURLToPath(new URL('../../testing/worker-child.ts', import.meta.url));
const { redisUrl, databaseUrl } = inject('servers');

/** Kills a worker in the middle of a job; another one must end that job, and only once. */
async function survivesKill(url: string, options: BullJobQueueOptions): Promise<void> {
  const name = `killed-${process.pid}-${Date.now()}`;
  const queue = await createBullJobQueue(options);
  await queue.add(name, [{ id: 'a', payload: 'words' }]);
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, url, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('a\n');
  const attempts: unknown[] = [];
  await queue.consume(name, { concurrency: 1 }, async (payload, { attempt, lostAttempts }) => {
    attempts.push({ attempt, lostAttempts });
    return payload;
  });
  child.kill('SIGKILL');
  await waitFor(
    'the job to be taken over',
    async () => ((await queue.states(name, ['a'])).get('a')?.state === 'completed' ? true : undefined),
    40_000,
  );
  expect(attempts).toEqual([{ attempt: 2, lostAttempts: 1 }]);
  await queue[Symbol.asyncDispose]();
}

describe('a worker that is killed', () => {
  it.skipIf(redisUrl === null)('leaves its job to another one on Redis', async () => {
    await survivesKill(redisUrl ?? '', { backend: 'redis', url: redisUrl ?? '' });
  });

  it.skipIf(databaseUrl === null)('leaves its job to another one on Postgres', async () => {
    const store = await openPostgresStore({ url: databaseUrl ?? '' });
    await survivesKill(databaseUrl ?? '', { backend: 'postgres', pool: store.pool });
    await store.close();
  });
});
