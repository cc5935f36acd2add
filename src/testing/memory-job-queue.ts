import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { Job, JobConsumer, JobHandler, JobQueue, JobState } from '../ports/job-queue.ts';

const ATTEMPTS = 3;
const MAX_PAYLOAD_BYTES = 256 * 1024;

interface MemoryJob {
  readonly id: string;
  readonly addedAt: number;
  readonly payload: string;
  state: JobState['state'];
  attempts: number;
  /** Handed back before they ended. */
  lostAttempts: number;
  /** Not before this time is it taken again, after a failure that may pass. */
  notBefore: number;
  result?: string;
  error?: ErrorRecord;
  running?: { readonly controller: AbortController; stoppedBy?: 'cancelled' | 'handed-back' };
}

type SettledListener = Parameters<JobQueue['onSettled']>[0];

/** What several handles on one queue share, as several processes share a server. */
export interface JobStorage {
  readonly queues: Map<string, Map<string, MemoryJob>>;
  /** Consumers of all handles, to be told of new work. */
  readonly wake: Set<() => void>;
  readonly listeners: Set<SettledListener>;
}

export function createJobStorage(): JobStorage {
  return { queues: new Map(), wake: new Set(), listeners: new Set() };
}

/** The job queue as maps: the simplest implementation of its port, and the reference for the others. */
export function createMemoryJobQueue({
  storage = createJobStorage(),
  retryDelayMs = 1,
}: {
  readonly storage?: JobStorage;
  readonly retryDelayMs?: number;
} = {}): JobQueue {
  const consumers = new Set<JobConsumer>();
  const own = new Set<SettledListener>();
  const jobsOf = (queue: string): Map<string, MemoryJob> => {
    const jobs = storage.queues.get(queue) ?? new Map<string, MemoryJob>();
    storage.queues.set(queue, jobs);
    return jobs;
  };
  const find = (queue: string, jobIds: readonly string[]) => jobIds.flatMap((id) => jobsOf(queue).get(id) ?? []);

  return {
    add: async (queue, jobs) => {
      const added = jobs.map(toMemoryJob);
      for (const job of added) if (!jobsOf(queue).has(job.id)) jobsOf(queue).set(job.id, job);
      for (const wake of storage.wake) wake();
    },
    states: async (queue, jobIds) => new Map(jobIds.map((id) => [id, stateOf(jobsOf(queue).get(id))])),
    cancel: async (queue, jobIds) => {
      for (const job of find(queue, jobIds)) {
        if (job.state === 'waiting') jobsOf(queue).delete(job.id);
        stop(job, 'cancelled');
      }
    },
    remove: async (queue, jobIds) => {
      for (const { id, state } of find(queue, jobIds)) if (state === 'completed' || state === 'failed') jobsOf(queue).delete(id);
    },
    purge: async (queue, pick) => {
      const idle = [...jobsOf(queue).values()].filter(({ state }) => state !== 'active');
      const ids = await pick(idle.map(({ id, payload }) => ({ id, payload: JSON.parse(payload) })));
      return ids.filter((id) => jobsOf(queue).delete(id)).length;
    },
    oldest: async (queue) => [...jobsOf(queue).values()].find(({ state }) => state === 'waiting')?.addedAt,
    counts: async (queue) => {
      const jobs = [...jobsOf(queue).values()];
      const count = (isCounted: (job: MemoryJob) => boolean) => jobs.filter(isCounted).length;
      const isDelayed = ({ state, notBefore }: MemoryJob) => state === 'waiting' && notBefore > Date.now();
      return {
        waiting: count((job) => job.state === 'waiting' && !isDelayed(job)),
        active: count(({ state }) => state === 'active'),
        delayed: count(isDelayed),
        failed: count(({ state }) => state === 'failed'),
      };
    },
    onSettled: (listener) => {
      storage.listeners.add(listener);
      own.add(listener);
      return () => storage.listeners.delete(listener);
    },
    consume: async (queue, { concurrency }, handler) => {
      const settled = (jobId: string) => {
        for (const listener of storage.listeners) listener({ queue, jobId });
      };
      const consumer = startConsumer({ jobs: jobsOf(queue), concurrency, handler, storage, settled, retryDelayMs });
      consumers.add(consumer);
      return consumer;
    },
    [Symbol.asyncDispose]: async () => {
      for (const listener of own) storage.listeners.delete(listener);
      await Promise.all([...consumers].map((consumer) => consumer.close()));
    },
  };
}

function toMemoryJob({ id, payload }: Job): MemoryJob {
  if (id === '' || id.includes(':') || /^\d+$/.test(id)) {
    throw new IsthmusError('invalid-input', `A job id must not be empty, contain ":" or be all digits, but ${JSON.stringify(id)} is.`);
  }
  const json = JSON.stringify(payload ?? null);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new IsthmusError('invalid-input', `The payload of job ${id} has ${bytes} bytes of JSON; ${MAX_PAYLOAD_BYTES} are allowed.`);
  }
  return { id, addedAt: Date.now(), payload: json, state: 'waiting', attempts: 0, lostAttempts: 0, notBefore: 0 };
}

function stateOf(job: MemoryJob | undefined): JobState {
  if (job === undefined) return { state: 'missing' };
  const tries = job.lostAttempts > 0 ? { lostAttempts: job.lostAttempts } : {};
  if (job.state === 'completed') return { state: 'completed', result: JSON.parse(job.result ?? 'null'), ...tries };
  if (job.state === 'failed' && job.error !== undefined) return { state: 'failed', error: job.error, ...tries };
  return { state: job.state === 'active' ? 'active' : 'waiting', ...tries };
}

function stop({ id, running }: MemoryJob, by: 'cancelled' | 'handed-back'): void {
  if (running === undefined || running.stoppedBy !== undefined) return;
  running.stoppedBy = by;
  running.controller.abort(new IsthmusError('aborted', `Job ${id} was ${by === 'cancelled' ? 'cancelled' : 'interrupted'}.`));
}

interface ConsumerParts {
  readonly jobs: Map<string, MemoryJob>;
  readonly concurrency: number;
  readonly handler: JobHandler;
  readonly storage: JobStorage;
  readonly settled: (jobId: string) => void;
  readonly retryDelayMs: number;
}

function startConsumer(parts: ConsumerParts): JobConsumer {
  const { jobs, concurrency, storage, settled, retryDelayMs } = parts;
  const inHand = new Map<MemoryJob, Promise<void>>();
  let isOpen = true;

  function take(): void {
    while (isOpen && inHand.size < concurrency) {
      const job = [...jobs.values()].find(({ state, notBefore }) => state === 'waiting' && notBefore <= Date.now());
      if (job === undefined) return;
      job.state = 'active';
      inHand.set(job, work(job));
    }
  }

  async function work(job: MemoryJob): Promise<void> {
    await attempt(job, parts.handler, retryDelayMs);
    inHand.delete(job);
    if (job.state === 'waiting') wakeLater(job.notBefore - Date.now());
    else settled(job.id);
    take();
  }

  /** A millisecond more than asked for: timers may ring a little early. */
  function wakeLater(ms: number): void {
    setTimeout(() => {
      for (const wake of storage.wake) wake();
    }, ms + 1);
  }

  async function close({ drain } = { drain: false }): Promise<void> {
    isOpen = false;
    storage.wake.delete(take);
    if (!drain) for (const job of inHand.keys()) stop(job, 'handed-back');
    await Promise.all(inHand.values());
  }

  storage.wake.add(take);
  // Not at once: whoever consumes is first told that it does.
  queueMicrotask(take);
  return { close, [Symbol.asyncDispose]: () => close() };
}

/** Leaves the job completed, failed, or waiting for another attempt. */
async function attempt(job: MemoryJob, handler: JobHandler, retryDelayMs: number): Promise<void> {
  const running: NonNullable<MemoryJob['running']> = { controller: new AbortController() };
  job.running = running;
  job.attempts += 1;
  try {
    const { signal } = running.controller;
    const result = await handler(JSON.parse(job.payload), { jobId: job.id, attempt: job.attempts, lostAttempts: job.lostAttempts, signal });
    job.result = JSON.stringify(result ?? null);
    job.state = 'completed';
  } catch (error) {
    fail(job, running.stoppedBy, { error, retryDelayMs });
  } finally {
    delete job.running;
  }
}

function fail(
  job: MemoryJob,
  stoppedBy: 'cancelled' | 'handed-back' | undefined,
  { error, retryDelayMs }: { readonly error: unknown; readonly retryDelayMs: number },
): void {
  if (stoppedBy === 'handed-back') {
    job.state = 'waiting';
    job.attempts -= 1;
    job.lostAttempts += 1;
    return;
  }
  const isCancelled = stoppedBy === 'cancelled';
  const record: ErrorRecord = isCancelled
    ? { code: 'aborted', message: `Job ${job.id} was cancelled.`, isRetryable: false }
    : toErrorRecord(error);
  if (record.isRetryable && job.attempts < ATTEMPTS) {
    job.state = 'waiting';
    job.notBefore = Date.now() + retryDelayMs * 2 ** (job.attempts - 1);
  } else {
    job.state = 'failed';
    job.error = record;
  }
}
