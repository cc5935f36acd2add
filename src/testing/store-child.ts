import { createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { openEmbeddedStore } from '../adapters/database/open-store.ts';
import { lockStore } from '../adapters/database/store-lock.ts';
import { toErrorRecord } from '../domain/errors.ts';
import { buildRunSpec } from './build-run.ts';

/**
 * Another process on an embedded store, for tests that kill it: `node --import tsx store-child.ts <dataDir> <what>`.
 * It says one JSON value a line: `opened`, or the error; then what it has done.
 */
const [dataDir = '', what = ''] = process.argv.slice(2);

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function main(): Promise<void> {
  if (what === 'serve') return (await lockStore(dataDir)).announce('http://127.0.0.1:8787');
  const store = await openEmbeddedStore({ dataDir });
  say('opened');
  if (what === 'write') {
    for (let i = 0; ; i++) {
      const id = `run-${process.pid}-${i}`;
      await store.runStore.createRun({ id, tenant: 'child', question: 'Why?', events: [{ type: 'run-created', spec: buildRunSpec() }] });
      say(id);
    }
  }
  if (what === 'work') {
    const queue = await createBullJobQueue({ backend: 'postgres', pool: store.pool, isExclusive: true });
    const jobs = Array.from({ length: 20 }, (_, i) => ({ id: `job-${i}`, payload: i }));
    await queue.add('chat', jobs);
    await queue.consume('chat', { concurrency: 4 }, async (payload, { jobId }) => {
      say(jobId);
      return Number(payload) < 3 ? payload : await new Promise(() => {});
    });
  }
}

main().catch((error: unknown) => {
  say(toErrorRecord(error));
  process.exit(1);
});
// Stay until killed.
setInterval(() => {}, 60_000);
