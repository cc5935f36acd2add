import { afterEach, describe, expect, inject, it } from 'vitest';
import type { JobQueue } from '../../ports/job-queue.ts';
import { type ServerProcess, startPostgres, startRedis } from '../../testing/server-processes.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { openWay, type Way } from '../../testing/way.ts';
import { openPostgresStore } from '../database/open-store.ts';
import { createBullJobQueue } from './job-queue.ts';

const { redisUrl, databaseUrl } = inject('servers');
const NAME = 'lost-server';
/** A server's start, and locks of 10 s on what was in hand when it went away. */
const BACK_MS = 60_000;
/** Long enough that whoever tries to connect again has failed a few times. */
const AWAY_MS = 1_000;

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

interface Bench {
  readonly server: ServerProcess;
  readonly way: Way;
  /** One process adds and follows, another works. */
  readonly queues: readonly [JobQueue, JobQueue];
}

async function openBench(backend: 'redis' | 'postgres'): Promise<Bench> {
  const server = await (backend === 'redis' ? startRedis() : startPostgres());
  if (server === null) throw new Error('The server is not installed.');
  open.push({ [Symbol.asyncDispose]: () => server.stop() });
  const way = await openWay(server.url);
  open.push(way);
  const openQueue = async (): Promise<JobQueue> => {
    if (backend === 'redis') return createBullJobQueue({ backend, url: way.url, retryDelayMs: 20 });
    const store = await openPostgresStore({ url: way.url });
    open.push({ [Symbol.asyncDispose]: () => store.close() });
    return createBullJobQueue({ backend, pool: store.pool, retryDelayMs: 20 });
  };
  const queues = [await openQueue(), await openQueue()] as const;
  open.push(...queues);
  return { server, way, queues };
}

const HARMS: Readonly<Record<string, (bench: Bench) => { away(): Promise<void>; back(): Promise<void> }>> = {
  'is killed': ({ server }) => ({ away: () => server.kill(), back: () => server.restart() }),
  'is cut off': ({ way }) => ({ away: async () => way.cut(), back: async () => way.mend() }),
};

/** A job in hand and one that waits when the server goes away, and one that is added once it is back: all are done, and the last is announced. */
async function goesOn(bench: Bench, harm: keyof typeof HARMS): Promise<void> {
  const [queue, worker] = bench.queues;
  const announced = new Set<string>();
  queue.onSettled(({ jobId }) => announced.add(jobId));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isInHand = false;
  await worker.consume(NAME, { concurrency: 1 }, async (payload) => {
    isInHand = true;
    await held;
    return payload;
  });
  await queue.add(NAME, [
    { id: 'in-hand', payload: 1 },
    { id: 'waiting', payload: 2 },
  ]);
  await waitFor('a job in hand', async () => (isInHand ? true : undefined));
  const { away, back } = HARMS[harm]?.(bench) ?? {};
  await away?.();
  release();
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
  await back?.();
  const isDone = async (id: string) => ((await queue.states(NAME, [id])).get(id)?.state === 'completed' ? true : undefined);
  const tried = (id: string) => isDone(id).catch(() => undefined);
  for (const id of ['in-hand', 'waiting']) await waitFor(`"${id}" to be done`, () => tried(id), BACK_MS);
  await queue.add(NAME, [{ id: 'afterwards', payload: 3 }]);
  await waitFor('"afterwards" to be done', () => tried('afterwards'), BACK_MS);
  await waitFor('"afterwards" to be announced', async () => (announced.has('afterwards') ? true : undefined), BACK_MS);
  expect([...(await queue.states(NAME, ['in-hand', 'waiting', 'afterwards'])).values()]).toMatchObject([
    { result: 1 },
    { result: 2 },
    { result: 3 },
  ]);
}

describe.each(Object.keys(HARMS))('a queue whose server %s', { timeout: 240_000 }, (harm) => {
  it.skipIf(redisUrl === null)('goes on where it stopped: Redis', async () => goesOn(await openBench('redis'), harm));
  it.skipIf(databaseUrl === null)('goes on where it stopped: Postgres', async () => goesOn(await openBench('postgres'), harm));
});
