import type { Job, Processor, QueueEventsOptions, WorkerOptions } from 'bullmq';
import type { Line } from '../../domain/fair-share.ts';

/** What BullMQ keeps of a job. Payload and result are JSON text, since `jsonb` refuses \u0000, which a source may contain. */
export interface JobData {
  readonly payload: string;
  /** The stored flag by which an active job is told to stop, wherever it runs. */
  readonly isCancelled?: boolean;
  /** By consumers that could not do it: begun for BullMQ, but no attempts. */
  readonly declined?: number;
}

export type BullJob = Job<JobData, string>;
export type BullProcessor = Processor<JobData, string>;

export interface BulkEntry {
  readonly name: string;
  readonly data: JobData;
  readonly opts: { readonly jobId: string; readonly priority: number };
}

/** The parts of BullMQ's classes that we use; they differ by backend in their types only. */
export interface BullQueue {
  addBulk(jobs: BulkEntry[]): Promise<unknown>;
  getJob(jobId: string): Promise<BullJob | undefined>;
  getJobs(
    types: ('waiting' | 'prioritized' | 'delayed' | 'completed' | 'failed')[],
    start: number,
    end: number,
  ): Promise<(BullJob | undefined)[]>;
  getJobState(jobId: string): Promise<string>;
  getJobCounts(...types: ('waiting' | 'prioritized' | 'active' | 'delayed' | 'failed')[]): Promise<{ [state: string]: number }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

export interface BullWorker {
  concurrency: number;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  pause(doNotWaitActive?: boolean): Promise<void>;
  close(force?: boolean): Promise<void>;
}

export interface BullEvents {
  on(event: 'completed' | 'failed', listener: (event: { jobId: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What BullMQ knows of a job, in its own words. */
export interface BullState {
  readonly state: string;
  /** JSON text, once completed. */
  readonly result?: string | null;
  readonly failedReason?: string | null;
  readonly attemptsStarted?: number;
  /** Attempts that came to an end, good or bad. */
  readonly attemptsMade?: number;
  readonly declined?: number | null;
}

/** One backend of BullMQ. */
export interface BullDriver {
  createQueue(name: string, jobOptions: Readonly<Record<string, unknown>>): BullQueue;
  createWorker(name: string, processor: BullProcessor, options: Omit<WorkerOptions, 'connection'>): BullWorker;
  /** Before a worker is created: rejects where this process's clock is too wrong to hold a lock by. Absent where the server counts its time. */
  checkClock?(): Promise<void>;
  /** By the server's clock, in ms. Absent where the workers' clocks are known to agree with it. */
  now?(): Promise<number>;
  createEvents(name: string, options: Pick<QueueEventsOptions, 'lastEventId'>): BullEvents;
  /** Where a queue's event stream ends now, as `lastEventId`: BullMQ's own "from now on" forgets what comes between two reads. */
  lastEventId(queue: string): Promise<string>;
  /** Forgets all announcements so far; they carry results. */
  clearEvents(queue: string): Promise<void>;
  /** Where a queue stands before jobs of a flow (of the name `flow`) are added; where its places have grown large, they are moved down first. */
  readLine(queue: string, join: { readonly flow: string; readonly jobIds: readonly string[] }): Promise<Line>;
  /** When the job was added that has waited longest. */
  oldestAt(queue: string): Promise<number | undefined>;
  /** Many states in one question, where the backend can; unknown jobs are left out. */
  readStates?(queue: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, BullState>>;
  close(): Promise<void>;
}
