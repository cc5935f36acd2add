import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgColumn, PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type pg from 'pg';

/** Drizzle over PGlite or a server: the stores do not know which. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** The part of `pg.Pool` that we and BullMQ use; `PglitePool` has it too. */
export interface SqlPool {
  query<Row extends pg.QueryResultRow>(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  connect(): Promise<SqlClient>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): this;
  removeAllListeners(event?: string): this;
}

export interface SqlClient {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  release(): void;
}

export function createDatabase(pool: SqlPool): Database {
  // Drizzle takes a real `pg.Pool` by type, and anything whose class is called …Pool in fact.
  return drizzle({ client: pool as pg.Pool });
}

/** Pieces of at most `size`, so that no single statement holds up the one thread that everything else runs on. */
export function inPieces<Item>(items: readonly Item[], size: number): Item[][] {
  const pieces: Item[][] = [];
  for (let start = 0; start < items.length; start += size) pieces.push(items.slice(start, start + size));
  return pieces;
}

/** `column IN (values)` with one parameter however many values: Postgres takes 65,535 at most. */
export function anyOf(column: PgColumn, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param([...values])}::text[])`;
}
