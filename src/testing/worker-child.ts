import { type BullJobQueueOptions, createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { openPostgresStore } from '../adapters/database/open-store.ts';

/**
 * A worker on another host, for tests that kill or pause it: it says the id of each job that it takes, ends none, and says
 * `lost <id>` where it is told to leave one.
 */
const [url = '', name = ''] = process.argv.slice(2);

async function backend(): Promise<BullJobQueueOptions> {
  if (url.startsWith('redis:')) return { backend: 'redis', url };
  return { backend: 'postgres', pool: (await openPostgresStore({ url })).pool };
}

const queue = await createBullJobQueue(await backend());
await queue.consume(name, { concurrency: 1 }, async (_payload, { jobId, signal }) => {
  process.stdout.write(`${jobId}\n`);
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      process.stdout.write(`lost ${jobId}\n`);
      reject(signal.reason);
    });
  });
});
