import type { ErrorRecord } from '../domain/errors.ts';

export interface Job {
  /** Names one attempt at one piece of work. No `:` and not all digits. Adding a known id again does nothing. */
  readonly id: string;
  /** JSON, under 256 KiB. */
  readonly payload: unknown;
}

/** What a queue remembers beside a job's state. */
interface Tries {
  /**
   * Attempts that began and whose end nobody told: the worker was killed, or closed and handed the job back. What they called may
   * have been billed. Absent: none. The attempt under way is not one of them.
   */
  readonly lostAttempts?: number;
}

export type JobState =
  | { readonly state: 'missing' }
  | ({ readonly state: 'waiting' | 'active' } & Tries)
  | ({ readonly state: 'completed'; readonly result: unknown } & Tries)
  | ({ readonly state: 'failed'; readonly error: ErrorRecord } & Tries);

export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  /** Waiting until their next attempt is due. */
  readonly delayed: number;
  /** Failed ones that the queue still remembers. */
  readonly failed: number;
}

export interface JobContext {
  readonly jobId: string;
  /** 1 on the first try. */
  readonly attempt: number;
  /** As of a job's state: earlier attempts whose end nobody told. Absent: none. */
  readonly lostAttempts?: number;
  /** Aborted when the job is cancelled or the consumer is closed without draining. */
  readonly signal: AbortSignal;
}

/** Does one job. A thrown error that is retryable is tried again with back-off; any other one ends the job. */
export type JobHandler = (payload: unknown, context: JobContext) => Promise<unknown>;

export interface JobConsumer extends AsyncDisposable {
  /** Stops taking jobs; `drain` waits for those in hand, otherwise they are aborted and handed back. A drain can be ended by a close without. */
  close(options?: { readonly drain: boolean }): Promise<void>;
}

/**
 * Named queues with at-least-once delivery. It is no cache and keeps no results for good: whoever needs a result stores it.
 * Settled jobs are announced, but an announcement may be missed; `states` is the truth.
 */
export interface JobQueue extends AsyncDisposable {
  add(queue: string, jobs: readonly Job[]): Promise<void>;
  states(queue: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, JobState>>;
  /** Waiting jobs are removed; active ones are told to stop by a stored flag and their signal. */
  cancel(queue: string, jobIds: readonly string[]): Promise<void>;
  /** Forgets settled jobs. */
  remove(queue: string, jobIds: readonly string[]): Promise<void>;
  /**
   * Deletes jobs that are not at work, with payload, result and every announcement the queue has kept: reads all of them, and asks `pick`
   * which. Returns how many went. For deleting what texts a queue holds, not for daily use.
   */
  purge(queue: string, pick: (jobs: readonly Job[]) => Promise<readonly string[]>): Promise<number>;
  /** How many jobs are in each state; for whoever watches, not to decide by. */
  counts(queue: string): Promise<JobCounts>;
  /** When the job that has waited longest was added, in milliseconds since 1970 by the clock of whoever added it; undefined where none waits. */
  oldest(queue: string): Promise<number | undefined>;
  onSettled(listener: (event: { readonly queue: string; readonly jobId: string }) => void): () => void;
  consume(queue: string, options: { readonly concurrency: number }, handler: JobHandler): Promise<JobConsumer>;
}
