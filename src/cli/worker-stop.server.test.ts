import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ServerProcess, startPostgres, startRedis } from '../testing/server-processes.ts';
import { callOf, endOfRun, expectAccounted, openStopKit, predictionsAt, submitRun } from '../testing/stop-kit.ts';

const { redisUrl, databaseUrl } = inject('servers');
const CLOSE_MS = 25_000;

describe.skipIf(redisUrl === null || databaseUrl === null)('isthmus worker with a job in hand, told to stop', { timeout: 120_000 }, () => {
  let redis: ServerProcess;
  let postgres: ServerProcess;
  let shared: { readonly REDIS_URL: string };

  beforeAll(async () => {
    const [first, second] = await Promise.all([startRedis(), startPostgres()]);
    if (first === null || second === null) throw new Error('Redis and Postgres are not installed.');
    redis = first;
    postgres = second;
    shared = { REDIS_URL: redis.url };
  });
  afterAll(async () => {
    await Promise.all([redis?.stop(), postgres?.stop()]);
  });

  const startWorker = async (kit: Awaited<ReturnType<typeof openStopKit>>, drainSeconds: number) => {
    const worker = kit.start(['worker', '--drain-seconds', String(drainSeconds)], shared);
    await worker.saw(/working on 3 queues/);
    return worker;
  };

  it('ends it first, and the run goes on without it', async () => {
    await using kit = await openStopKit();
    const { url } = await kit.serve(['--no-work'], { ...shared, DATABASE_URL: postgres.url });
    const worker = await startWorker(kit, 15);
    const id = await submitRun(url, 'When was the canal at Brackwater closed?');
    await callOf(kit.provider, 1);
    expect(await kit.stop(worker)).toMatchObject({ code: 0 });
    expect(await endOfRun(url, id)).toMatchObject({ status: 'completed', usage: { calls: 1, unknown_calls: 0 } });
    expect(kit.provider.requests).toHaveLength(1);
  });

  it('hands it back when its time is over, and another worker ends it', async () => {
    await using kit = await openStopKit();
    kit.provider.enqueue({ type: 'silence' });
    const { url } = await kit.serve(['--no-work'], { ...shared, DATABASE_URL: postgres.url });
    const first = await startWorker(kit, 1);
    const id = await submitRun(url);
    await callOf(kit.provider, 1);
    const { ms, children, ...end } = await kit.stop(first);
    expect(end).toEqual({ code: 0, orphans: 0 });
    expect(children).toBeGreaterThan(0);
    expect(ms).toBeLessThan(1_000 + CLOSE_MS);
    await expect.poll(() => predictionsAt(url), { timeout: 30_000 }).toMatchObject({ waiting: 1, active: 0 });
    await startWorker(kit, 1);
    expectAccounted(await endOfRun(url, id), kit.provider);
  });

  it('leaves within its time too when Redis is away', async () => {
    await using kit = await openStopKit();
    const worker = await startWorker(kit, 1);
    await redis.kill();
    const { ms } = await kit.stop(worker);
    expect(ms).toBeLessThan(1_000 + 12_000);
  });
});
