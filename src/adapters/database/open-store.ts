import pg from 'pg';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { RunStore } from '../../ports/run-store.ts';
import { createDatabase, type Database, type SqlPool } from './database.ts';
import { createDocumentStore } from './document-store.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { createRunStore } from './run-store.ts';
import { startUpkeep } from './upkeep.ts';

export interface OpenStore {
  readonly database: Database;
  /** For BullMQ, when the queue lives in the same database. */
  readonly pool: SqlPool;
  readonly runStore: RunStore;
  readonly documentStore: DocumentStore;
  /** Of the embedded store: tells a second process where this one serves HTTP. */
  announce?(url: string): Promise<void>;
  /** Last of all: after the queue that uses the pool. */
  close(): Promise<void>;
}

export interface EmbeddedStore extends OpenStore {
  /** Tells a second process where this one serves HTTP. */
  announce(url: string): Promise<void>;
}

/**
 * Opens the store in a data directory, or in memory without one, and brings it up to date. `vectors`: with pgvector, for a vector index.
 * @throws IsthmusError `store-locked` when another process holds the directory.
 */
export async function openEmbeddedStore(
  options: { readonly dataDir?: string; readonly now?: () => number; readonly vectors?: boolean } = {},
): Promise<EmbeddedStore> {
  const { pool, lock, close } = await openPglite(options.dataDir, options);
  const store = await open(pool, options, close);
  const stopUpkeep = startUpkeep(pool);
  return {
    ...store,
    close: async () => {
      stopUpkeep();
      await close();
    },
    announce: async (url) => lock?.announce(url),
  };
}

export interface PostgresStoreOptions {
  readonly url: string;
  /** Each consumed or watched queue listens on a connection of its own; the rest serve statements. */
  readonly maxConnections?: number;
  readonly now?: () => number;
}

/** Opens the store in a Postgres database and brings it up to date; any number of processes may do so at once. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<OpenStore> {
  const pool = openPostgresPool(options);
  return open(pool, options, () => pool.end());
}

/** Connections for a queue that lives in Postgres; nothing of ours is read or written. */
export function openPostgresPool(options: Omit<PostgresStoreOptions, 'now'>): SqlPool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 24,
    keepAlive: true,
    // BullMQ's statements name its tables without a schema.
    options: '-c search_path=bullmq,public',
  });
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that breaks in use: its statement rejects, and whoever made it hears of it there.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // BullMQ adds listeners for each queue and worker.
  pool.setMaxListeners(0);
  return pool;
}

async function open(pool: SqlPool, options: { readonly now?: () => number }, close: () => Promise<void>): Promise<OpenStore> {
  try {
    await migrate(pool);
  } catch (error) {
    await close();
    throw error;
  }
  const database = createDatabase(pool);
  return {
    database,
    pool,
    runStore: createRunStore({ database, pool }, options),
    documentStore: createDocumentStore(database, options),
    close,
  };
}
