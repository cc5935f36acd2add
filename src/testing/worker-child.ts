import { type BullJobQueueOptions, createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { openPostgresStore } from '../adapters/database/open-store.ts';

/** A worker on another host, for tests that kill it: it takes one job of a queue, says its id, and never ends it. */
const [url = '', name = ''] = process.argv.slice(2);

async function backend(): Promise<BullJobQueueOptions> {
  if (url.startsWith('redis:')) return { backend: 'redis', url };
  return { backend: 'postgres', pool: (await openPostgresStore({ url })).pool };
}

const queue = await createBullJobQueue(await backend());
await queue.consume(name, { concurrency: 1 }, async (_payload, { jobId }) => {
  process.stdout.write(`${jobId}\n`);
  return new Promise(() => {});
});
