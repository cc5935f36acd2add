import { Queue, QueueEvents, Worker } from 'bullmq';
import type { BullDriver, JobData } from './driver.ts';
import { connectRedis, type RedisAddress } from './redis-connection.ts';
import { createRedisLine } from './redis-line.ts';

export interface RedisDriverOptions extends RedisAddress {
  /** Separates installations that share a server. */
  readonly prefix?: string;
}

/** BullMQ on Redis. One connection serves all queues; each worker and each event stream blocks on one of its own. */
export function createRedisDriver({ prefix = 'isthmus', ...address }: RedisDriverOptions): BullDriver {
  // null: wait for a server that is away instead of failing, as BullMQ demands of connections that workers use.
  const connection = connectRedis(address, { maxRetriesPerRequest: null }, () => undefined); // BullMQ's objects report errors
  const line = createRedisLine(connection, prefix);
  return {
    ...line,
    createQueue: (name, defaultJobOptions) => new Queue<JobData, string>(name, { connection, prefix, defaultJobOptions }),
    createWorker: (name, processor, options) => new Worker<JobData, string>(name, processor, { ...options, connection, prefix }),
    createEvents: (name, options) => new QueueEvents(name, { ...options, connection, prefix }),
    now: async () => {
      const [seconds, microseconds] = await connection.time();
      return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
    },
    lastEventId: async (queue) => {
      const [last] = await connection.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1);
      return last?.[0] ?? '0-0';
    },
    clearEvents: async (queue) => {
      await connection.xtrim(`${prefix}:${queue}:events`, 'MAXLEN', 0);
    },
    close: async () => {
      await connection.quit().catch(() => connection.disconnect());
    },
  };
}
