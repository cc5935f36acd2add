import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { createBullJobQueue } from '../bullmq/job-queue.ts';
import { type EmbeddedStore, openEmbeddedStore } from './open-store.ts';
import { runEvents, runs } from './schema.ts';

let store: EmbeddedStore;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await store.pool.query('CREATE TABLE public.marks (name text PRIMARY KEY)');
});
afterAll(async () => store.close());

const marks = async (): Promise<string[]> => {
  const { rows } = await store.pool.query<{ name: string }>('SELECT name FROM public.marks ORDER BY name');
  return rows.map(({ name }) => name);
};
const mark = (name: string): [string, unknown[]] => ['INSERT INTO public.marks VALUES ($1)', [name]];

it('the embedded Postgres keeps little in memory, and its other settings', async () => {
  const settings = ['shared_buffers', 'timezone', 'default_text_search_config', 'datestyle'];
  const shown = await Promise.all(settings.map(async (name) => (await store.pool.query(`SHOW ${name}`)).rows[0]));
  expect(shown.map((row) => Object.values(row ?? {})[0])).toEqual(['32MB', 'UTC', 'pg_catalog.english', 'ISO, MDY']);
});

describe('a pool over one session', () => {
  it('keeps a foreign ROLLBACK and a foreign COMMIT away from a transaction', async () => {
    const [first, second] = [await store.pool.connect(), await store.pool.connect()];
    await first.query('BEGIN');
    await first.query(...mark('rolled back'));
    const others = Promise.all([
      store.pool.query(...mark('outside')),
      second
        .query('BEGIN')
        .then(() => second.query(...mark('second')))
        .then(() => second.query('COMMIT')),
    ]);
    await setImmediate();
    await first.query('ROLLBACK');
    await others;
    expect(await marks()).toEqual(['outside', 'second']);
    first.release();
    second.release();
  });

  it('lets a failed statement fail its own transaction only', async () => {
    const client = await store.pool.connect();
    await client.query('BEGIN');
    await expect(client.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    const outside = store.pool.query('SELECT 1 AS one');
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK');
    expect((await outside).rows).toEqual([{ one: 1 }]);
    client.release();
  });

  it('rolls back what is released in the middle of a transaction', async () => {
    const client = await store.pool.connect();
    await client.query('BEGIN');
    await client.query(...mark('abandoned'));
    client.release();
    expect(await marks()).not.toContain('abandoned');
    await expect(client.query('SELECT 1')).rejects.toThrow('released');
  });

  it('refuses a transaction that nobody could end', async () => {
    await expect(store.pool.query('BEGIN')).rejects.toThrow('pool.connect()');
    expect((await store.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('lets timers have their turn between statements', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const start = performance.now();
    while (performance.now() - start < 300) await store.pool.query('SELECT 1');
    clearInterval(timer);
    // Without pauses it is none at all.
    expect(turns).toBeGreaterThan(1);
  });

  it('notifies every client that listens, and lets listeners hold nothing', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => store.pool.connect()));
    const heard: string[] = [];
    for (const client of clients) {
      await client.query('LISTEN news');
      (client as unknown as NodeJS.EventEmitter).on('notification', ({ payload }) => heard.push(payload));
    }
    await store.pool.query("SELECT pg_notify('news', 'hello')");
    await waitFor('all to hear', async () => (heard.length === clients.length ? true : undefined));
    for (const client of clients) client.release();
  });
});

/** A small seeded generator (mulberry32), so that a failing interleaving can be run again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const INTERLEAVINGS = 1_000;
const AT_ONCE = 8;

it(`survives ${INTERLEAVINGS} random interleavings of transactions with BullMQ's adds and completions`, async () => {
  const queue = await createBullJobQueue({ backend: 'postgres', pool: store.pool });
  const finished: string[] = [];
  await queue.consume('interleaved', { concurrency: 4 }, async (_payload, { jobId }) => finished.push(jobId));
  const kept: string[] = [];
  const added: string[] = [];

  const pause = async (random: () => number): Promise<void> => {
    for (let ticks = Math.floor(random() * 4); ticks > 0; ticks--) await setImmediate();
  };
  const transact = async (id: string, random: () => number): Promise<void> => {
    const isKept = random() < 0.5;
    await pause(random);
    const transaction = store.database.transaction(async (inside) => {
      const row = { tenant: 'interleaved', question: id, status: 'queued', sequence: 1, createdAt: 0, updatedAt: 0 } as const;
      await inside.insert(runs).values({ id, ...row });
      await pause(random);
      await inside.insert(runEvents).values({ runId: id, sequence: 1, at: 0, event: { type: 'run-cancelled' } });
      await pause(random);
      if (!isKept) throw new Error('rolled back');
    });
    await transaction.then(
      () => kept.push(id),
      (error: Error) => expect(error.message).toBe('rolled back'),
    );
  };
  const addJob = async (id: string, random: () => number): Promise<void> => {
    await pause(random);
    await queue.add('interleaved', [{ id, payload: id }]);
    added.push(id);
  };
  const interleave = async (seed: number): Promise<void> => {
    const random = createRandom(seed);
    await Promise.all([transact(`mix-${seed}`, random), addJob(`job-${seed}`, random)]);
  };

  for (let seed = 0; seed < INTERLEAVINGS; seed += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => interleave(seed + lane)));
  }
  await waitFor('all jobs', async () => (finished.length >= added.length ? true : undefined));
  await queue[Symbol.asyncDispose]();

  const ids = async (statement: string): Promise<string[]> =>
    (await store.pool.query<{ id: string }>(statement)).rows.map((row) => row.id).sort();
  expect(kept.length).toBeGreaterThan(INTERLEAVINGS / 3);
  expect(kept.length).toBeLessThan((INTERLEAVINGS * 2) / 3);
  expect(await ids("SELECT id FROM isthmus.runs WHERE tenant = 'interleaved'")).toEqual(kept.sort());
  expect(await ids("SELECT run_id AS id FROM isthmus.run_events WHERE run_id LIKE 'mix-%'")).toEqual(kept);
  expect(await ids("SELECT id FROM bullmq.job WHERE queue = 'interleaved'")).toEqual(added.sort());
  expect(await ids("SELECT id FROM bullmq.job WHERE queue = 'interleaved' AND state = 'completed'")).toEqual(added);
  expect(finished.sort()).toEqual(added);
}, 120_000);
