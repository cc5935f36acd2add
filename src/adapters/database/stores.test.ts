import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, expect, it } from 'vitest';
import { conformDocumentStore } from '../../testing/conform-document-store.ts';
import { conformKeyStore } from '../../testing/conform-key-store.ts';
import { conformRunService } from '../../testing/conform-run-service.ts';
import { conformRunStore } from '../../testing/conform-run-store.ts';
import { createKeyStore } from './key-store.ts';
import { migrate } from './migrate.ts';
import { type EmbeddedStore, openEmbeddedStore } from './open-store.ts';
import * as schema from './schema.ts';
import * as collectionSchema from './schema-collections.ts';
import * as documentSchema from './schema-documents.ts';

/** One database for the file: starting one takes seconds. */
let opened: Promise<EmbeddedStore> | undefined;
const shared = (): Promise<EmbeddedStore> => {
  opened ??= openEmbeddedStore();
  return opened;
};
afterAll(async () => (await shared()).close());

conformRunStore('Drizzle on PGlite', { create: async () => ({ store: (await shared()).runStore, close: async () => {} }) });
conformRunService('Drizzle on PGlite', { create: async () => ({ store: (await shared()).runStore, close: async () => {} }) });
conformDocumentStore('Drizzle on PGlite', { create: async () => ({ store: (await shared()).documentStore, close: async () => {} }) });

conformKeyStore('Drizzle on PGlite', {
  create: async (now) => {
    const { database, pool } = await shared();
    return {
      store: createKeyStore(database, { pepper: 'pepper', now }),
      other: createKeyStore(database, { pepper: 'salt', now }),
      dump: async () =>
        JSON.stringify([await pool.query('SELECT * FROM isthmus.api_keys'), await pool.query('SELECT * FROM isthmus.api_secrets')]),
      close: async () => {},
    };
  },
});

it('migrates to exactly the tables that the schema names', async () => {
  const { pool } = await shared();
  const { rows } = await pool.query<{ column: string }>(
    `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END AS column
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'isthmus' AND table_name <> 'migrations' AND table_type = 'BASE TABLE'`,
  );
  const tables = Object.values({ ...schema, ...collectionSchema, ...documentSchema }).filter((value) => value instanceof PgTable);
  const columns = tables.map(getTableConfig).flatMap((table) =>
    table.columns.map((column) => {
      const type = column
        .getSQLType()
        .replace('bigserial', 'bigint')
        .replace(/^.*\[\]$/, 'ARRAY');
      return `${table.name}.${column.name} ${type}${column.notNull ? ' not null' : ''}`;
    }),
  );
  expect(rows.map(({ column }) => column).sort()).toEqual(columns.sort());
});

it('finds its schema up to date when it opens again', async () => {
  const { pool } = await shared();
  await migrate(pool);
  const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM isthmus.migrations');
  expect(rows).toEqual([{ count: '6' }]);
});

it('refuses a database of a newer version', async () => {
  const { pool } = await shared();
  await pool.query("INSERT INTO isthmus.migrations (id) VALUES ('9999-from-the-future')");
  await expect(migrate(pool)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('9999-from-the-future') });
  await pool.query("DELETE FROM isthmus.migrations WHERE id = '9999-from-the-future'");
});
