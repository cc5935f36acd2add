import { readFile } from 'node:fs/promises';
import { createBullJobQueue } from '../adapters/bullmq/job-queue.ts';
import { checkRedis, type RedisAddress } from '../adapters/bullmq/redis-connection.ts';
import { createRedisLimits } from '../adapters/bullmq/redis-limits.ts';
import { type OpenStore, openEmbeddedStore, openPostgresPool, openPostgresStore } from '../adapters/database/open-store.ts';
import type { Config } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { SharedLimits } from '../ports/shared-limits.ts';
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
export async function openStore({ databaseUrl, dataDir, embedding }: Config, closer: Closer): Promise<OpenStore> {
  const vectors = embedding !== undefined;
  const store = databaseUrl === undefined ? await openEmbeddedStore({ dataDir, vectors }) : await reach(databaseUrl, openPostgresStore);
  closer.defer(() => store.close());
  return store;
}

/** The queue: on Redis where an address is given, otherwise in the store's database. */
export async function openQueue(config: Config, store: OpenStore, { closer, onError }: QueueParts): Promise<JobQueue> {
  const { databaseUrl } = config;
  const redis = await redisOf(config);
  if (redis !== undefined) return closer.use(await openRedisQueue(redis, onError));
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
export async function openSharedQueue(config: Config, { closer, onError }: QueueParts): Promise<JobQueue> {
  const { databaseUrl } = config;
  const redis = await redisOf(config);
  if (redis !== undefined) return closer.use(await openRedisQueue(redis, onError));
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

async function openRedisQueue(address: RedisAddress, onError: ErrorListener): Promise<JobQueue> {
  await checkRedis(address);
  return createBullJobQueue({ backend: 'redis', ...address, onError });
}

/** Limits that hold for all processes, where a Redis is there to hold them. */
export async function openSharedLimits(config: Config, closer: Closer): Promise<SharedLimits | undefined> {
  const redis = await redisOf(config);
  return redis === undefined ? undefined : closer.use(createRedisLimits(redis));
}

async function redisOf({ redisUrl: url, redisCaFile: file }: Config): Promise<RedisAddress | undefined> {
  if (url === undefined || file === undefined) return url === undefined ? undefined : { url };
  try {
    return { url, ca: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new IsthmusError(
      'invalid-input',
      `Expected the certificate authority of Redis, in PEM, at ${file} (REDIS_CA_FILE), but it cannot be read.`,
      { cause },
    );
  }
}

/** Says which address could not be reached, without the password in it. */
async function reach<Handle>(url: string, open: (options: { readonly url: string }) => Promise<Handle>): Promise<Handle> {
  try {
    return await open({ url });
  } catch (error) {
    if (error instanceof IsthmusError) throw error;
    const { host, pathname } = new URL(url);
    const { message = '', code = '' } = error as Partial<NodeJS.ErrnoException>;
    throw new IsthmusError(
      'provider-unavailable',
      `Expected Postgres at ${host}${pathname}, but ${message === '' ? code : message}. ${adviceFor(`${message} ${code}`)}`,
      { cause: error },
    );
  }
}

function adviceFor(reason: string): string {
  if (/no pg_hba.conf entry|support SSL/i.test(reason))
    return 'Correct sslmode in DATABASE_URL (?sslmode=verify-full asks for TLS, ?sslmode=disable does without), or the user and database in it.';
  if (/28P01|28000|password/i.test(reason))
    return 'Correct the user and the password in DATABASE_URL (postgres://user:password@host/database).';
  if (/certificate|altname|self.signed|unable to verify|CERT_/i.test(reason))
    return 'Name the file of its certificate authority in DATABASE_URL (…?sslmode=verify-full&sslrootcert=/path/ca.pem), and the host as the certificate has it.';
  return 'Start it, or correct DATABASE_URL.';
}
