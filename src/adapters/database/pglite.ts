import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
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
export async function openPglite(dataDir: string | undefined): Promise<OpenPglite> {
  if (dataDir === undefined) return start(new PGlite(), undefined);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockStore(dataDir);
  try {
    return await start(new PGlite(join(dataDir, 'postgres')), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
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
