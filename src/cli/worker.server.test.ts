import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { runCli, startCli } from '../testing/run-cli.ts';
import { type ServerProcess, startPostgres, startRedis } from '../testing/server-processes.ts';
import { waitFor } from '../testing/wait-for.ts';

const { redisUrl, databaseUrl } = inject('servers');

describe('isthmus worker', { timeout: 90_000 }, () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'isthmus-worker-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    await rm(cwd, { recursive: true, force: true });
  });

  /** Not the one that other tests share: a worker would take their jobs. */
  const servers: ServerProcess[] = [];
  async function own(start: () => Promise<ServerProcess | null>): Promise<ServerProcess> {
    const server = await start();
    if (server === null) throw new Error('The server is not installed.');
    servers.push(server);
    return server;
  }

  it('refuses the embedded queue and says why', async () => {
    const { code, stderr } = await runCli(['worker', '--queues', 'compress'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/one process holds at a time[\s\S]*REDIS_URL/);
  });

  it.each([
    [['--queues', 'compress,dig'], /Expected names of compress, score, predict, but got "dig"/],
    [['--concurrency', '0'], /whole number from 1, but got "0"/],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await runCli(['worker', ...flags], { cwd });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it('says which server does not answer, and no password', async () => {
    const env = { REDIS_URL: 'redis://:secret@127.0.0.1:1' };
    const { code, stderr } = await runCli(['worker'], { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('secret');
  });

  it.skipIf(redisUrl === null)('works on Redis, and ends what is in hand when it is told to stop', async () => {
    const redis = await own(startRedis);
    await using queue = await createBullJobQueue({ backend: 'redis', url: redis.url });
    const worker = startCli(['worker', '--queues', 'score', '--concurrency', '1'], { cwd, env: { REDIS_URL: redis.url } });
    await worker.saw(/working on 1 queue: score/);
    const id = 'job';
    await queue.add('score', [{ id, payload: 'no payload' }]);
    const state = await waitFor('the job to end', async () => {
      const known = (await queue.states('score', [id])).get(id);
      return known?.state === 'failed' ? known : undefined;
    });
    expect(state).toMatchObject({ error: { code: 'invalid-input' } });
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 0 });
  });

  it.skipIf(databaseUrl === null)('works on a queue in Postgres', async () => {
    const { url } = await own(startPostgres);
    const worker = startCli(['worker'], { cwd, env: { DATABASE_URL: url } });
    await worker.saw(/working on 3 queues/);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 0 });
  });
});
