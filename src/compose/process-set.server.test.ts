import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createRandom } from '../domain/random.ts';
import { BENCH_CORPUS } from '../testing/engine-bench.ts';
import { type ServerProcess, startPostgres, startRedis } from '../testing/server-processes.ts';
import { waitFor } from '../testing/wait-for.ts';

const CHILD = fileURLToPath(new URL('../testing/process-set-child.ts', import.meta.url));
const RUNS = 20;
/** Leases, locks and two rounds of the queue's check, on a busy machine. */
const END_MS = 90_000;
/** When the process dies after the first paid step, at most: on the fastest machine the calls of twenty runs take longer. */
const KILL_WITHIN_MS = 1_500;

type Role = 'api' | 'worker';
interface Member {
  readonly role: Role;
  readonly child: ChildProcess;
  /** The address of an API. */
  readonly url: string;
}

const { redisUrl, databaseUrl } = inject('servers');
const random = createRandom(20_261_121);
const documents = BENCH_CORPUS.documents.map(({ uri, text }) => ({ uri, text }));

describe.skipIf(redisUrl === null || databaseUrl === null)('two APIs, three workers, one Redis, one Postgres', { timeout: 180_000 }, () => {
  let folder: string;
  let redis: ServerProcess;
  let postgres: ServerProcess;
  const members: Member[] = [];

  async function start(role: Role): Promise<Member> {
    const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: role === 'api' ? postgres.url : '' };
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, role, folder], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = await once(child.stdout, 'data');
    const member = { role, child, url: String(said).trim() };
    members.push(member);
    return member;
  }

  async function kill(role: Role): Promise<void> {
    const candidates = members.filter((member) => member.role === role);
    const victim = candidates[Math.floor(random() * candidates.length)];
    if (victim === undefined) throw new Error(`There is no ${role} to kill.`);
    members.splice(members.indexOf(victim), 1);
    victim.child.kill('SIGKILL');
    if (victim.child.exitCode === null && victim.child.signalCode === null) await once(victim.child, 'exit');
  }

  /** As a client behind a load balancer: whoever answers; the same key as long as it takes. */
  async function ask(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
    return waitFor(
      `an answer to ${path}`,
      async () => {
        const apis = members.filter(({ role }) => role === 'api');
        const api = apis[Math.floor(Math.random() * apis.length)];
        const response = await fetch(`${api?.url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
        if (response === undefined || response.status >= 500) return undefined;
        const body = await response.text();
        if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`);
        return JSON.parse(body);
      },
      END_MS,
    );
  }

  async function submit(name: string, i: number): Promise<string> {
    const question = `When was the canal at Brackwater opened, asks ${name} ${i % 15}?`;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${name}-${i}` };
    const answer = await ask('/v1/research', { method: 'POST', headers, body: JSON.stringify({ question, documents }) });
    return String(answer['id']);
  }

  async function ended(id: string): Promise<string> {
    return waitFor(
      `the end of ${id}`,
      async () => {
        const { status } = await ask(`/v1/research/${id}`);
        if (status !== 'queued' && status !== 'in_progress') return String(status);
        await delay(200);
        return undefined;
      },
      END_MS,
    );
  }

  async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function paidSteps(): Promise<number> {
    return (await query<{ count: number }>(`SELECT count(*)::int FROM isthmus.ledger_entries WHERE kind = 'call'`))[0]?.count ?? 0;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isthmus-set-'));
    const started = await Promise.all([startRedis(), startPostgres()]);
    const [first, second] = started;
    if (first === null || second === null) throw new Error('Redis and Postgres are not installed.');
    redis = first;
    postgres = second;
    await Promise.all((['api', 'api', 'worker', 'worker', 'worker'] as const).map(start));
  }, 120_000);

  afterAll(async () => {
    for (const { child } of members) child.kill('SIGKILL');
    await Promise.all([redis?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const KILLS: Readonly<Record<string, () => Promise<unknown>>> = {
    worker: async () => {
      await kill('worker');
      await start('worker');
    },
    api: async () => {
      await kill('api');
      await start('api');
    },
    redis: async () => {
      await redis.kill();
      await delay(500);
      await redis.restart();
    },
    postgres: async () => {
      await postgres.kill();
      await delay(500);
      await postgres.restart();
    },
  };

  it.each(Object.keys(KILLS))('kill -9 of the %s during twenty runs: all end, and no step is paid twice', async (name) => {
    const paidBefore = await paidSteps();
    const startedAt = Date.now();
    const submissions = Promise.all(Array.from({ length: RUNS }, (_, i) => submit(name, i)));
    await waitFor('the first paid step', async () => ((await paidSteps()) > paidBefore ? true : undefined));
    await delay(random() * KILL_WITHIN_MS);
    const killedAt = Date.now();
    const [over] = await query<{ count: number }>(
      `SELECT count(*)::int FROM isthmus.runs WHERE status = 'completed' AND question LIKE '%asks ${name} %'`,
    );
    await KILLS[name]?.();
    const ids = await submissions;
    expect(over?.count).toBeLessThan(RUNS);
    expect(new Set(ids).size).toBe(RUNS);
    const states = await Promise.all(ids.map(ended));
    expect(states).toEqual(ids.map(() => 'completed'));
    process.stdout.write(
      `${name}: killed after ${killedAt - startedAt} ms with ${over?.count} runs over, all ended after ${Date.now() - startedAt} ms\n`,
    );
    const twice = await query(
      `SELECT step_key, count(*)::int FROM isthmus.ledger_entries WHERE kind = 'call' GROUP BY step_key HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
    expect((await paidSteps()) - paidBefore).toBeGreaterThan(RUNS);
    expect(await query('SELECT * FROM isthmus.step_waiters')).toEqual([]);
    expect(await query('SELECT key FROM isthmus.idempotency_keys GROUP BY key HAVING count(*) > 1')).toEqual([]);
  });
});
