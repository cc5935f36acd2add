import { IsthmusError } from '../../domain/errors.ts';
import type { SqlPool } from './database.ts';
import { initial } from './migrations/0001-initial.ts';
import { service } from './migrations/0002-service.ts';
import { figures } from './migrations/0003-figures.ts';
import { documentMarks } from './migrations/0004-documents.ts';
import { searchIndex } from './migrations/0005-search-index.ts';
import { collections } from './migrations/0006-collections.ts';

/** In the order in which they are applied. They are modules and not .sql files, so that a build carries them along. */
const MIGRATIONS: readonly { readonly id: string; readonly sql: string }[] = [
  initial,
  service,
  figures,
  documentMarks,
  searchIndex,
  collections,
];

/** Any number that nobody else locks: the letters of "isth". */
const ADVISORY_LOCK = 0x69737468;

/**
 * Brings our schema up to date, in one transaction: all pending migrations or none. Processes that start together wait
 * for each other.
 * @throws IsthmusError `conflict` when the database was migrated by a newer version.
 */
export async function migrate(pool: SqlPool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS isthmus');
    await client.query(
      'CREATE TABLE IF NOT EXISTS isthmus.migrations (id text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ id: string }>('SELECT id FROM isthmus.migrations');
    const applied = new Set(rows.map((row) => row.id));
    assertKnown(applied);
    for (const { id, sql } of MIGRATIONS) {
      if (applied.has(id)) continue;
      await client.query(sql);
      await client.query('INSERT INTO isthmus.migrations (id) VALUES ($1)', [id]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function assertKnown(applied: ReadonlySet<string>): void {
  const known = new Set(MIGRATIONS.map(({ id }) => id));
  const unknown = [...applied].filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new IsthmusError(
    'conflict',
    `The database has migrations that this version does not know (${unknown.join(', ')}). Update isthmus, or use another database.`,
  );
}
