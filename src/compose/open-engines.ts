import { createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { checkRedis } from '../adapters/bullmq/redis-driver.ts';
import { type OpenStore, openEmbeddedStore, openPostgresPool, openPostgresStore } from '../adapters/database/open-store.ts';
import type { Config } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Closer } from './closer.ts';

/** Told of errors that nobody waits for, such as a lost connection. */
export type ErrorListener = (error: unknown) => void;

/** A failed statement is told by its cause: its text and values are long, and hold what callers have sent. */
export function tellCause(listener: ErrorListener = () => {}): ErrorListener {
  return (error) => {
    const isStatement = error instanceof Error && error.message.startsWith('Failed query') && error.cause !== undefined;
    listener(isStatement ? error.cause : error);
  };
}

/**
 * The store: Postgres where an address is given, otherwise the data directory.
 * @throws IsthmusError `store-locked` when another process holds the directory, `provider-unavailable`
 */
export async function openStore({ databaseUrl, dataDir }: Config, closer: Closer): Promise<OpenStore> {
  const store = databaseUrl === undefined ? await openEmbeddedStore({ dataDir }) : await reach(databaseUrl, openPostgresStore);
  closer.defer(() => store.close());
  return store;
}

/** The queue: on Redis where an address is given, otherwise in the store's database. */
export async function openQueue(config: Config, store: OpenStore, { closer, onError }: QueueParts): Promise<JobQueue> {
  const { redisUrl, databaseUrl } = config;
  if (redisUrl !== undefined) return closer.use(await openRedisQueue(redisUrl, onError));
  const isExclusive = databaseUrl === undefined;
  return closer.use(await createBullJobQueue({ backend: 'postgres', pool: store.pool, isExclusive, onError }));
}

interface QueueParts {
  readonly closer: Closer;
  readonly onError: ErrorListener;
}

/**
 * A queue that other hosts share, and nothing else.
 * @throws IsthmusError `invalid-input` where there is only the embedded one, `provider-unavailable`
 */
export async function openSharedQueue({ redisUrl, databaseUrl }: Config, { closer, onError }: QueueParts): Promise<JobQueue> {
  if (redisUrl !== undefined) return closer.use(await openRedisQueue(redisUrl, onError));
  if (databaseUrl === undefined)
    throw new IsthmusError(
      'invalid-input',
      'Expected the address of a queue that several processes can share. The embedded one lies in the data directory, which one process holds at a time, and that process does its work itself. Set REDIS_URL (or DATABASE_URL, for a queue in Postgres) here and where `isthmus serve` runs.',
    );
  return await reach(databaseUrl, async ({ url }) => {
    const pool = openPostgresPool({ url });
    closer.defer(() => pool.end());
    return closer.use(await createBullJobQueue({ backend: 'postgres', pool, onError }));
  });
}

async function openRedisQueue(url: string, onError: ErrorListener): Promise<JobQueue> {
  await checkRedis(url);
  return createBullJobQueue({ backend: 'redis', url, onError });
}

/** Says which address could not be reached, without the password in it. */
async function reach<Handle>(url: string, open: (options: { readonly url: string }) => Promise<Handle>): Promise<Handle> {
  try {
    return await open({ url });
  } catch (error) {
    if (error instanceof IsthmusError) throw error;
    const { host, pathname } = new URL(url);
    const message = error instanceof Error && error.message !== '' ? error.message : String((error as { code?: string }).code);
    throw new IsthmusError(
      'provider-unavailable',
      `Expected Postgres at ${host}${pathname}, but ${message}. Start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
}
