import type { SqlPool } from './database.ts';

const PAUSE_MS = 5_000;
/** The upkeep takes this part of the time at most: PGlite answers nobody meanwhile. */
const SHARE = 20;
/** Fewer transactions leave too little behind. */
const WORTHWHILE = 200n;
/** Rows that are changed again and again. A server's autovacuum sees to all tables; the embedded Postgres has none. */
const TABLES = ['isthmus.runs', 'bullmq.job'] as const;
/** Each time that jobs are added BullMQ makes two tables for the moment, with a row here for each of their columns. */
const CATALOGS = ['pg_class', 'pg_attribute', 'pg_type', 'pg_depend'] as const;
/** About once a minute. */
const CATALOGS_EVERY = 12;

/**
 * Clears what updates leave behind in the embedded Postgres, and counts its rows for the planner. Without it the queue's "finish this job and
 * claim the next" walks over every version of every job there was: over a run of 1,500 chunks it took 3.2 ms on average and more with each job,
 * and takes 1.5 throughout. Returns how to stop.
 */
export function startUpkeep(pool: Pick<SqlPool, 'query'>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let seen = 0n;
  let times = 0;

  async function look(): Promise<void> {
    const startedAt = performance.now();
    // A pool that is closing refuses; nothing depends on the upkeep.
    await tidy().catch(() => undefined);
    schedule(Math.max(PAUSE_MS, SHARE * (performance.now() - startedAt)));
  }

  async function tidy(): Promise<void> {
    const { rows } = await pool.query<{ readonly next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
    const next = BigInt(rows[0]?.next ?? 0);
    if (next - seen < WORTHWHILE) return;
    for (const table of TABLES) if (!isStopped) await vacuum(table);
    times += 1;
    if (times % CATALOGS_EVERY === 0 && !isStopped) await clearCatalogs(pool);
    seen = next;
  }

  async function vacuum(table: (typeof TABLES)[number]): Promise<void> {
    const { rows } = await pool.query<{ readonly isThere: boolean }>('SELECT to_regclass($1) IS NOT NULL AS "isThere"', [table]);
    if (rows[0]?.isThere === true) await pool.query(`VACUUM (ANALYZE) ${table}`);
  }

  function schedule(ms: number): void {
    if (!isStopped) timer = setTimeout(look, ms).unref();
  }

  schedule(PAUSE_MS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/**
 * Clears the catalogs of tables that were there for a moment, and what this session remembers of them: it never forgets that a table of
 * which it once asked has no statistics, about 4 KB each time that jobs are added, until `pg_statistic` is written anew (10 ms).
 */
export async function clearCatalogs(pool: Pick<SqlPool, 'query'>): Promise<void> {
  for (const catalog of CATALOGS) await pool.query(`VACUUM pg_catalog.${catalog}`);
  await pool.query('VACUUM FULL pg_catalog.pg_statistic');
}
