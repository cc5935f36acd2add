import { describe, expect, inject, it } from 'vitest';
import { buildCorpus } from '../../testing/builders.ts';
import { conformVectorIndex } from '../../testing/conform-vector-index.ts';
import { createScriptedEmbedding } from '../../testing/scripted-embedding.ts';
import type { SqlPool } from './database.ts';
import { openPostgresPool, openPostgresStore } from './open-store.ts';
import { createVectorIndex } from './vector-index.ts';

const { databaseUrl } = inject('servers');
const url = databaseUrl ?? '';

async function hasVector(): Promise<boolean> {
  if (databaseUrl === null) return false;
  const pool = openPostgresPool({ url });
  const { rows } = await pool.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
  await pool.end();
  return rows.length > 0;
}

const isAvailable = await hasVector();

/** A database of its own, with a corpus of one chunk. */
async function withDatabase(work: (pool: SqlPool) => Promise<void>): Promise<void> {
  const admin = openPostgresPool({ url });
  const name = `vectors_${process.pid}_${Date.now()}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const address = new URL(url);
  address.pathname = `/${name}`;
  const store = await openPostgresStore({ url: address.href });
  try {
    await store.documentStore.saveCorpus(buildCorpus(['A canal.']));
    await work(store.pool);
  } finally {
    await store.close();
    await admin.query(`DROP DATABASE ${name}`);
    await admin.end();
  }
}

const search = async (pool: SqlPool) =>
  (await createVectorIndex({ pool, model: createScriptedEmbedding() })).search({ corpusId: 'corpus', query: 'canal', limit: 1 });

describe.skipIf(!isAvailable)('with Postgres and pgvector', () => {
  for (const scannedChunks of [20_000, 0]) {
    conformVectorIndex(`pgvector on Postgres, scanning up to ${scannedChunks}`, async () => {
      const { pool, documentStore: documents } = await openPostgresStore({ url });
      return { documents, open: (model) => createVectorIndex({ pool, model }, { scannedChunks }) };
    });
  }

  it('creates the extension in public, and several processes may at once', async () => {
    await withDatabase(async (pool) => {
      const found = await Promise.all([search(pool), search(pool), search(pool)]);
      for (const chunks of found) expect(chunks.map(({ chunkId }) => chunkId)).toEqual(['chunk-1']);
      const { rows } = await pool.query("SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'vector'");
      expect(rows).toEqual([{ schema: 'public' }]);
    });
  });
});

describe.skipIf(databaseUrl === null || isAvailable)('with Postgres and without pgvector', () => {
  it('says which package is missing, and does not try again', async () => {
    await withDatabase(async (pool) => {
      const { rows } = await pool.query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major");
      await expect(search(pool)).rejects.toMatchObject({
        code: 'provider-unavailable',
        isRetryable: false,
        message: expect.stringContaining(`postgresql-${rows[0]?.major}-pgvector`),
      });
      expect((await pool.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 'vectors%'")).rows).toEqual([]);
    });
  });
});
