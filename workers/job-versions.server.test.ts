import { describe, inject, it } from 'vitest';
import { createBullJobQueue } from '../src/adapters/bullmq/job-queue.ts';
import { openPostgresStore } from '../src/adapters/database/open-store.ts';
import { oldAndNewSideBySide } from '../src/testing/job-versions.ts';
import { startPostgres, startRedis } from '../src/testing/server-processes.ts';

const { redisUrl, databaseUrl } = inject('servers');

// Servers of their own: workers of other tests would take these jobs.
describe('old and new workers on one queue', { timeout: 150_000 }, () => {
  it.skipIf(redisUrl === null)('share Redis', async () => {
    const server = await startRedis();
    if (server === null) throw new Error('The server is not installed.');
    await oldAndNewSideBySide(() => createBullJobQueue({ backend: 'redis', url: server.url })).finally(() => server.stop());
  });

  it.skipIf(databaseUrl === null)('share Postgres', async () => {
    const server = await startPostgres();
    if (server === null) throw new Error('The server is not installed.');
    const store = await openPostgresStore({ url: server.url });
    try {
      await oldAndNewSideBySide(() => createBullJobQueue({ backend: 'postgres', pool: store.pool }));
    } finally {
      await store.close();
      await server.stop();
    }
  });
});
