import {
  createPostgresBackend,
  type JobProgress,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  Queue,
  QueueEvents,
  runMigrations,
  Worker,
} from 'bullmq';
import type { SqlPool } from '../database/database.ts';
import type { BullDriver, BullState, JobData } from './driver.ts';
import { checkClock } from './postgres-clock.ts';
import { oldestAt, readLine } from './postgres-line.ts';

// BullMQ's classes with the types of this backend; TypeScript cannot infer the last ones and give the first.
const PostgresQueue = Queue<JobData, string, string, JobData, string, string, PostgresQueueBackend, PostgresConnectionOptions>;
const PostgresWorker = Worker<JobData, string, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>;
const PostgresEvents = QueueEvents<string, PostgresQueueBackend, PostgresConnectionOptions>;

export interface PostgresDriverOptions {
  readonly pool: SqlPool;
  /**
   * True when no other process can work on these queues, as on the locked embedded store. Then a job that is active before we
   * have started was left by a dead process, and waits for nobody.
   */
  readonly isExclusive?: boolean;
}

/** BullMQ in its own schema `bullmq`, brought up to date here. The pool's `search_path` must name that schema first. */
export async function createPostgresDriver({ pool, isExclusive = false }: PostgresDriverOptions): Promise<BullDriver> {
  const client = await pool.connect();
  try {
    await runMigrations(client as Parameters<typeof runMigrations>[0]);
  } finally {
    client.release();
  }
  if (isExclusive) await requeueOrphans(pool);
  // BullMQ's type asks for members of `pg.Pool` that it does not use; `SqlPool` names those it does.
  const connection = pool as unknown as PostgresConnectionOptions;
  return {
    createQueue: (name, defaultJobOptions) => new PostgresQueue(name, { connection, defaultJobOptions }, createPostgresBackend),
    createWorker: (name, processor, options) => new PostgresWorker(name, processor, { ...options, connection }, createPostgresBackend),
    // The embedded database has this process's clock.
    checkClock: async () => (isExclusive ? undefined : checkClock(pool)),
    createEvents: (name, options) => new PostgresEvents(name, { ...options, connection }, createPostgresBackend),
    lastEventId: async (queue) => {
      const { rows } = await pool.query<{ id: string }>('SELECT coalesce(max(id), 0)::text AS id FROM bullmq.event WHERE queue = $1', [
        queue,
      ]);
      return rows[0]?.id ?? '0';
    },
    clearEvents: async (queue) => {
      await pool.query('DELETE FROM bullmq.event WHERE queue = $1', [queue]);
    },
    readLine: (queue, { flow }) => readLine(pool, queue, flow),
    oldestAt: (queue) => oldestAt(pool, queue),
    readStates: (queue, jobIds) => readStates(pool, queue, jobIds),
    close: async () => {},
  };
}

/**
 * Puts the jobs of a dead process back in line, by BullMQ's own function; its stalled check would wait for their locks to expire
 * (10 s) and then for two rounds.
 */
async function requeueOrphans(pool: SqlPool): Promise<void> {
  await pool.query("SELECT bullmq.move_active_to_wait(queue, id, '0', $1) FROM bullmq.job WHERE state = 'active'", [Date.now()]);
}

/** BullMQ asks job by job, which for thousands of them would keep the embedded database busy for seconds. */
async function readStates(pool: SqlPool, queue: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, BullState>> {
  const { rows } = await pool.query<{ readonly id: string } & Required<BullState>>(
    `SELECT id, state::text, return_value AS result, failed_reason AS "failedReason",
            attempts_started AS "attemptsStarted", attempts_made AS "attemptsMade", (data->>'declined')::int AS declined
     FROM bullmq.job WHERE queue = $1 AND id = any($2::text[])`,
    [queue, [...jobIds]],
  );
  return new Map(rows.map(({ id, ...state }) => [id, state]));
}
