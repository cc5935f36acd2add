import { expect, test, vi } from 'vitest';
import { openPglite } from './pglite.ts';
import { clearCatalogs, startUpkeep } from './upkeep.ts';

/** A busy machine needs more than the second that `waitFor` gives. */
const PATIENCE = { timeout: 20_000 };

test('the embedded Postgres is cleared of old versions of rows, and only where something was changed', { timeout: 60_000 }, async () => {
  const { pool, close } = await openPglite(undefined);
  await pool.query('CREATE SCHEMA bullmq');
  await pool.query('CREATE TABLE bullmq.job (id int PRIMARY KEY, state text)');
  await pool.query("INSERT INTO bullmq.job SELECT i, 'waiting' FROM generate_series(1, 200) AS i");
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const asked: string[] = [];
  const watched = {
    query: (statement: string, values?: unknown[]) => {
      asked.push(statement);
      return pool.query(statement, values);
    },
  } as unknown as Parameters<typeof startUpkeep>[0];
  const stop = startUpkeep(watched);
  try {
    const vacuums = () => asked.filter((statement) => statement.startsWith('VACUUM')).length;
    const pages = async () =>
      (await pool.query<{ readonly n: number }>("SELECT reltuples::int AS n FROM pg_class WHERE oid = 'bullmq.job'::regclass")).rows[0]?.n;
    expect(await pages()).toBe(-1);
    for (let i = 1; i <= 200; i += 1) await pool.query("UPDATE bullmq.job SET state = 'done' WHERE id = $1", [i]);
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(vacuums()).toBe(1), PATIENCE);
    // The table that is not there is passed over.
    expect(asked.filter((statement) => statement.includes('VACUUM'))).toEqual(['VACUUM (ANALYZE) bullmq.job']);
    await vi.waitFor(async () => expect(await pages()).toBe(200), PATIENCE);
    // The catalogs' turn comes with every twelfth time that there is something to clear.
    for (let time = 2; time <= 12; time += 1) {
      expect(asked.filter((statement) => statement.includes('pg_catalog'))).toEqual([]);
      for (let i = 1; i <= 200; i += 1) await pool.query("UPDATE bullmq.job SET state = 'done' WHERE id = $1", [i]);
      await vi.advanceTimersByTimeAsync(60_000);
      await vi.waitFor(() => expect(asked.filter((statement) => statement === 'VACUUM (ANALYZE) bullmq.job')).toHaveLength(time), PATIENCE);
    }
    await vi.waitFor(() => expect(asked).toContain('VACUUM FULL pg_catalog.pg_statistic'), PATIENCE);
    const [before, cleared] = [asked.length, vacuums()];
    await vi.advanceTimersByTimeAsync(600_000);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before), PATIENCE);
    expect(vacuums()).toBe(cleared);
  } finally {
    stop();
    vi.useRealTimers();
    await close();
  }
});

test('tables that were there for a moment leave nothing, in the catalogs or in memory', { timeout: 60_000 }, async () => {
  const { pool, close } = await openPglite(undefined);
  const addOften = async () => {
    for (let i = 0; i < 150; i += 1) {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(
        'CREATE TEMP TABLE added ON COMMIT DROP AS SELECT i AS a, i AS b, i AS c, i AS d, i AS e FROM generate_series(1, 3) AS i',
      );
      await client.query('SELECT * FROM added WHERE a > 1 AND b > 1 AND c > 1 AND d > 1 AND e > 1');
      await client.query('COMMIT');
      client.release();
    }
  };
  const measure = async () => {
    const { rows } = await pool.query<{ readonly memory: number; readonly disk: number }>(
      `SELECT pg_relation_size('pg_attribute')::int AS disk,
              (SELECT used_bytes::int FROM pg_backend_memory_contexts WHERE name = 'CacheMemoryContext') AS memory`,
    );
    return rows[0] ?? { memory: Number.NaN, disk: Number.NaN };
  };
  try {
    await addOften();
    const first = await measure();
    await addOften();
    const second = await measure();
    await clearCatalogs(pool);
    const before = await measure();
    await addOften();
    const grown = await measure();
    await clearCatalogs(pool);
    const cleared = await measure();
    expect(grown.memory - before.memory).toBeGreaterThan(100_000);
    expect(cleared.memory - before.memory).toBeLessThan((grown.memory - before.memory) / 4);
    // Rows of the third time took the places of the first.
    expect(second.disk).toBeGreaterThan(first.disk);
    expect(grown.disk).toBeLessThanOrEqual(second.disk);
  } finally {
    await close();
  }
});
