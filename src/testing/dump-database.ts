import type { SqlPool } from '../adapters/database/database.ts';

/** All rows of every table of our schema and the queue's, as text; bytes are in hexadecimal. */
export async function dumpDatabase(pool: Pick<SqlPool, 'query'>): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('isthmus', 'bullmq', 'public') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const dump = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT line::text AS row FROM ${name} AS line`);
    dump.set(name, rows.map(({ row }) => row).join('\n'));
  }
  return dump;
}
