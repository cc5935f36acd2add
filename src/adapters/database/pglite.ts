import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Extensions, PGlite } from '@electric-sql/pglite';
import { PglitePool } from './pglite-pool.ts';
import { lockStore, type StoreLock } from './store-lock.ts';

export interface OpenPglite {
  readonly pool: PglitePool;
  /** Absent in memory. */
  readonly lock?: StoreLock;
  close(): Promise<void>;
}

/**
 * Opens the embedded Postgres on a data directory, or in memory. The directory is locked for this process.
 * Committed rows survive a killed process, but not a power cut: PGlite writes without fsync.
 * @throws IsthmusError `store-locked`
 */
export async function openPglite(
  dataDir: string | undefined,
  { vectors = false }: { readonly vectors?: boolean } = {},
): Promise<OpenPglite> {
  if (dataDir === undefined) return start(new PGlite({ ...SETTINGS, extensions: await extensions(vectors) }), undefined);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockStore(dataDir);
  try {
    // Once there are vectors, a chunk cannot be deleted without the extension, whether anybody embeds or not.
    const marker = join(dataDir, VECTORS_MARKER);
    const wanted = vectors || existsSync(marker);
    if (wanted) await writeFile(marker, '');
    return await start(new PGlite(join(dataDir, 'postgres'), { ...SETTINGS, extensions: await extensions(wanted) }), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * A quarter of the buffers that Postgres takes by itself: it touches all of them in time, as the database grows, and keeps them. Files that do
 * not fit are still in the system's memory, a copy away. PGlite replaces the whole file by these lines, so what `initdb` had set stands here again.
 */
const SETTINGS = {
  postgresqlconf: [
    'shared_buffers = 32MB',
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "default_text_search_config = 'pg_catalog.english'",
  ],
};

/** A file in the data directory: its database was opened with pgvector. */
const VECTORS_MARKER = 'vectors';

/** Imported late: whoever never embeds does not pay for it. */
async function extensions(vectors: boolean): Promise<Extensions> {
  return vectors ? { vector: (await import('@electric-sql/pglite-pgvector')).vector } : {};
}

async function start(db: PGlite, lock: StoreLock | undefined): Promise<OpenPglite> {
  await db.waitReady;
  const pool = await PglitePool.open(db);
  // BullMQ's statements name its tables without a schema. All clients share the session, so once is enough.
  await pool.query('SET search_path TO bullmq, public');
  const close = async (): Promise<void> => {
    await pool.end();
    await db.close();
    await lock?.release();
  };
  return lock === undefined ? { pool, close } : { pool, lock, close };
}
