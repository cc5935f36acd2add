import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createKeyStore } from '../adapters/database/key-store.ts';
import { openPostgresStore } from '../adapters/database/open-store.ts';
import { parseConfig } from '../config.ts';
import type { NewApiKey } from '../ports/key-store.ts';
import { type ServerProcess, startPostgres, startRedis } from '../testing/server-processes.ts';
import { readPepper } from './key-pepper.ts';

const CHILD = fileURLToPath(new URL('../testing/process-set-child.ts', import.meta.url));
const { redisUrl, databaseUrl } = inject('servers');

describe.skipIf(redisUrl === null || databaseUrl === null)('two API processes on one Redis', { timeout: 120_000 }, () => {
  let folder: string;
  let redis: ServerProcess;
  let postgres: ServerProcess;
  const children: ChildProcess[] = [];
  let urls: readonly string[];

  async function startApi(): Promise<string> {
    const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url };
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, 'api', folder], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return String(said).trim();
  }

  async function createKey(limits: Partial<NewApiKey>): Promise<string> {
    const store = await openPostgresStore({ url: postgres.url });
    const keys = createKeyStore(store.database, { pepper: await readPepper({ ...parseConfig({}, 'test'), dataDir: folder }) });
    const tenant = `tenant-${Math.random()}`;
    const { secret } = await keys.create({ owner: 'test', tenant, scopes: ['research:read', 'research:write'], ...limits });
    await store.close();
    return secret;
  }

  /** Statuses of as many requests at once, in turn to one process and the other. */
  async function ask(count: number, init: RequestInit): Promise<number[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const response = await fetch(`${urls[i % urls.length]}/v1/research`, init);
        await response.arrayBuffer();
        return response.status;
      }),
    );
  }

  const of = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isthmus-limits-'));
    const [first, second] = await Promise.all([startRedis(), startPostgres()]);
    if (first === null || second === null) throw new Error('Redis and Postgres are not installed.');
    redis = first;
    postgres = second;
    await createKey({});
    urls = await Promise.all([startApi(), startApi()]);
  }, 120_000);

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([redis?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('let a key ask as often as it may, and not twice as often', async () => {
    const requestsPerMinute = 60;
    const headers = { authorization: `Bearer ${await createKey({ requestsPerMinute })}` };
    const startedAt = performance.now();
    const statuses = await ask(3 * requestsPerMinute, { headers });
    const filledUp = Math.ceil(((performance.now() - startedAt) / 60_000) * requestsPerMinute);
    const allowed = of(statuses, 200);
    expect(allowed).toBeGreaterThanOrEqual(requestsPerMinute);
    expect(allowed).toBeLessThanOrEqual(requestsPerMinute + filledUp);
    expect(of(statuses, 429)).toBe(statuses.length - allowed);
    const refused = await fetch(`${urls[0]}/v1/research`, { headers });
    expect(refused.status === 429 ? refused.headers.get('retry-after') : '1').toBe('1');
  });

  it('let a key that may ask often do so, though each process fetches its share ahead', async () => {
    const requestsPerMinute = 30_000;
    const headers = { authorization: `Bearer ${await createKey({ requestsPerMinute })}` };
    const statuses = await ask(400, { headers });
    expect(of(statuses, 200)).toBe(400);
  });

  it('start no more runs at once than a key may have at work, and as many', async () => {
    const secret = await createKey({ concurrentRuns: 3 });
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ question: 'When was it opened?', documents: [{ uri: 'a', text: 'The canal was opened in 1869.' }] });
    // Nobody works here, so no run ends.
    const statuses = await ask(30, { method: 'POST', headers, body });
    expect([of(statuses, 202), of(statuses, 429)]).toEqual([3, 27]);
    const listed = await fetch(`${urls[0]}/v1/research`, { headers });
    expect(((await listed.json()) as { data: unknown[] }).data).toHaveLength(3);
  });

  it('go on with limits of their own while Redis is away', async () => {
    const headers = { authorization: `Bearer ${await createKey({ requestsPerMinute: 20 })}` };
    await redis.kill();
    const statuses = await ask(60, { headers });
    expect(of(statuses, 200)).toBeGreaterThanOrEqual(20);
    expect(of(statuses, 429)).toBeGreaterThanOrEqual(15);
  });
});
