import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { IsthmusError } from '../../domain/errors.ts';
import type { BullDriver, JobData } from './driver.ts';

export interface RedisDriverOptions {
  readonly url: string;
  /** Separates installations that share a server. */
  readonly prefix?: string;
}

/** How long a server that is named may take to answer when a process starts. */
const CONNECT_MS = 10_000;

/**
 * Tries the address once. Later on a server that is away is waited for, but a wrong address would be waited for in silence.
 * @throws IsthmusError `provider-unavailable`, naming host and port and no password
 */
export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_MS, maxRetriesPerRequest: 0 });
  let reason: unknown;
  client.on('error', (error) => {
    reason = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const { message } = (reason ?? error) as Error;
    const { host } = new URL(url);
    throw new IsthmusError('provider-unavailable', `Expected Redis at ${host}, but ${message}. Start it, or correct REDIS_URL.`);
  } finally {
    client.disconnect();
  }
}

/** BullMQ on Redis. One connection serves all queues; each worker and each event stream blocks on one of its own. */
export function createRedisDriver({ url, prefix = 'isthmus' }: RedisDriverOptions): BullDriver {
  // null: wait for a server that is away instead of failing, as BullMQ demands of connections that workers use.
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined); // BullMQ's objects report it
  return {
    createQueue: (name, defaultJobOptions) => new Queue<JobData, string>(name, { connection, prefix, defaultJobOptions }),
    createWorker: (name, processor, options) => new Worker<JobData, string>(name, processor, { ...options, connection, prefix }),
    createEvents: (name, options) => new QueueEvents(name, { ...options, connection, prefix }),
    lastEventId: async (queue) => {
      const [last] = await connection.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1);
      return last?.[0] ?? '0-0';
    },
    close: async () => {
      await connection.quit().catch(() => connection.disconnect());
    },
  };
}
