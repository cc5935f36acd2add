import type { Backlog, Job, JobCounts, JobHandler, JobQueue, JobState } from '../../ports/job-queue.ts';
import type { BullDriver, BullEvents, BullQueue, BullState } from './driver.ts';
import { BullConsumer } from './job-consumer.ts';
import { checkJob, toEntries } from './job-entries.ts';
import { readState, toJobState } from './job-states.ts';
import { createPostgresDriver, type PostgresDriverOptions } from './postgres-driver.ts';
import { createRedisDriver, type RedisDriverOptions } from './redis-driver.ts';
import { cancelStored, pickJobs, removeQuietly } from './stored-jobs.ts';

export type BullJobQueueOptions = (
  | ({ readonly backend: 'postgres' } & PostgresDriverOptions)
  | ({ readonly backend: 'redis' } & RedisDriverOptions)
) & {
  /** Of the first retry; doubled for each further one, less up to half of it at random. */
  readonly retryDelayMs?: number;
  /** Told of errors that nobody waits for, such as a lost connection. BullMQ recovers by itself. */
  readonly onError?: (error: Error) => void;
};

const ATTEMPTS = 3;
const HOUR_S = 3_600;
/** Results are fetched within seconds; these are for a reader that was away. */
const KEEP_COMPLETED_S = 24 * HOUR_S;
const KEEP_FAILED_S = 7 * 24 * HOUR_S;
/** Jobs per statement, so that none holds up the embedded database for long. */
const JOBS_PER_ADD = 200;
/** Look-ups under way at once; a pool has only so many connections. */
const PARALLEL_READS = 8;

/** A job queue on BullMQ: inside Postgres (the embedded one too), or on Redis. */
export async function createBullJobQueue(options: BullJobQueueOptions): Promise<JobQueue> {
  const driver = options.backend === 'redis' ? createRedisDriver(options) : await createPostgresDriver(options);
  return new BullJobQueue(driver, options);
}

const MISSING: BullState = { state: 'unknown' };

type SettledListener = Parameters<JobQueue['onSettled']>[0];

class BullJobQueue implements JobQueue {
  readonly #driver: BullDriver;
  readonly #retryDelayMs: number;
  readonly #onError: (error: Error) => void;
  readonly #queues = new Map<string, BullQueue>();
  readonly #events = new Map<string, Promise<BullEvents>>();
  readonly #listeners = new Set<SettledListener>();
  readonly #consumers = new Map<BullConsumer, string>();
  #closing: Promise<void> | undefined;

  constructor(driver: BullDriver, { retryDelayMs = 1_000, onError = () => {} }: BullJobQueueOptions) {
    this.#driver = driver;
    this.#retryDelayMs = retryDelayMs;
    this.#onError = onError;
  }

  async add(queue: string, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) checkJob(job);
    await this.#watch(queue);
    for (let start = 0; start < jobs.length; start += JOBS_PER_ADD) {
      const entries = await toEntries(this.#driver, queue, jobs.slice(start, start + JOBS_PER_ADD));
      await this.#queue(queue).addBulk(entries);
    }
  }

  async states(queue: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    await this.#watch(queue);
    const known = await this.#driver.readStates?.(queue, jobIds);
    const read = async (jobId: string) => known?.get(jobId) ?? (known ? MISSING : await readState(this.#queue(queue), jobId));
    return new Map(await mapParallel(jobIds, async (jobId) => [jobId, toJobState(await read(jobId))] as const));
  }

  async cancel(queue: string, jobIds: readonly string[]): Promise<void> {
    await mapParallel(jobIds, async (jobId) => {
      await cancelStored(this.#queue(queue), jobId);
      for (const [consumer, name] of this.#consumers) if (name === queue) consumer.cancel(jobId);
    });
  }

  async remove(queue: string, jobIds: readonly string[]): Promise<void> {
    await mapParallel(jobIds, async (jobId) => {
      const state = await this.#queue(queue).getJobState(jobId);
      if (state === 'completed' || state === 'failed') await removeQuietly(this.#queue(queue), jobId);
    });
  }

  async purge(queue: string, pick: (jobs: readonly Job[]) => Promise<readonly string[]>): Promise<number> {
    const ids = await pickJobs(this.#queue(queue), pick);
    await mapParallel(ids, (jobId) => removeQuietly(this.#queue(queue), jobId));
    // An announcement may be missed, as the port says; who waits looks again.
    await this.#driver.clearEvents(queue);
    return ids.length;
  }

  async counts(queue: string): Promise<JobCounts> {
    const counts = await this.#queue(queue).getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
    const { active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: waitingOf(counts), active, delayed, failed };
  }

  async backlog(queue: string): Promise<Backlog> {
    const waiting = waitingOf(await this.#queue(queue).getJobCounts('waiting', 'prioritized'));
    const oldestAt = waiting === 0 ? undefined : await this.#driver.oldestAt(queue);
    return oldestAt === undefined ? { waiting } : { waiting, oldestAt };
  }

  onSettled(listener: SettledListener): () => void {
    this.#listeners.add(listener);
    for (const queue of this.#queues.keys()) this.#watch(queue).catch(this.#onError);
    return () => this.#listeners.delete(listener);
  }

  async consume(queue: string, { concurrency }: { readonly concurrency: number }, handler: JobHandler): Promise<BullConsumer> {
    await this.#driver.checkClock?.();
    const shared = { queue: this.#queue(queue), onError: this.#onError };
    const consumer = new BullConsumer(this.#driver, { name: queue, concurrency, handler, ...shared });
    this.#consumers.set(consumer, queue);
    await consumer.waitUntilReady();
    return consumer;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((consumer) => consumer.close()));
    await Promise.all([...this.#events.values()].map(async (events) => (await events).close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.#driver.close();
  }

  #queue(name: string): BullQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = this.#driver.createQueue(name, {
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: this.#retryDelayMs, jitter: 0.5 },
      removeOnComplete: { age: KEEP_COMPLETED_S },
      removeOnFail: { age: KEEP_FAILED_S },
      stackTraceLimit: 0,
    });
    queue.on('error', this.#onError);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Follows a queue's events, once there is somebody to tell. */
  async #watch(queue: string): Promise<void> {
    if (this.#listeners.size === 0) return;
    const known = this.#events.get(queue);
    const events = known ?? this.#follow(queue);
    if (known === undefined) this.#events.set(queue, events);
    await events;
  }

  async #follow(queue: string): Promise<BullEvents> {
    const events = this.#driver.createEvents(queue, { lastEventId: await this.#driver.lastEventId(queue) });
    const tell = ({ jobId }: { jobId: string }): void => {
      for (const listener of this.#listeners) listener({ queue, jobId });
    };
    events.on('completed', tell);
    events.on('failed', tell);
    events.on('error', this.#onError);
    return events;
  }
}

/** Those with a place, and those that came back without one: a killed worker's on Redis. */
function waitingOf({ waiting = 0, prioritized = 0 }: { readonly [state: string]: number }): number {
  return waiting + prioritized;
}

async function mapParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += PARALLEL_READS) {
    results.push(...(await Promise.all(items.slice(start, start + PARALLEL_READS).map(work))));
  }
  return results;
}
