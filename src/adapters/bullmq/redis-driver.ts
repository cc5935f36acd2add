import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { BullDriver, JobData } from './driver.ts';

export interface RedisDriverOptions {
  readonly url: string;
  /** Separates installations that share a server. */
  readonly prefix?: string;
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
