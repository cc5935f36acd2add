import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import { type ErrorRecord, IsthmusError, toErrorRecord } from '../../domain/errors.ts';
import { declineDelayMs, type JobConsumer, type JobHandler } from '../../ports/job-queue.ts';
import type { BullDriver, BullJob, BullProcessor, BullQueue, BullWorker } from './driver.ts';
import { correctDelay } from './retry-delay.ts';

const WORKER_OPTIONS = {
  /** A killed worker's job is taken again after at most this long and two rounds of the check. */
  lockDuration: 10_000,
  stalledInterval: 2_500,
  /** A job is not to blame for ten killed workers. */
  maxStalledCount: 10,
} as const;

/** How often a worker looks whether another process has cancelled what it works on. */
const FLAG_POLL_MS = 500;
/** How long an aborted handler may take to stop before its job is left to the stalled check. */
const ABORT_PATIENCE_MS = 5_000;

interface RunningJob {
  readonly controller: AbortController;
  /** `cancelled` ends the job, `handed-back` returns it to the line, `lost` leaves it to the worker that has taken it over, `declined` to one that can do it. */
  stoppedBy?: 'cancelled' | 'handed-back' | 'lost' | 'declined';
}

export interface ConsumerOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly handler: JobHandler;
  readonly queue: BullQueue;
  readonly onError: (error: Error) => void;
}

/** Works on one queue, and can be told to stop one job or all. */
export class BullConsumer implements JobConsumer {
  readonly #driver: BullDriver;
  readonly #options: ConsumerOptions;
  readonly #worker: BullWorker;
  readonly #running = new Map<string, RunningJob>();
  readonly #flagTimer: NodeJS.Timeout;
  #isHandingBack = false;
  #draining: Promise<unknown> | undefined;
  #aborting: Promise<void> | undefined;

  constructor(driver: BullDriver, options: ConsumerOptions) {
    this.#driver = driver;
    this.#options = options;
    const { name, concurrency, onError } = options;
    const process: BullProcessor = (job, token) => this.#process(job, token);
    this.#worker = driver.createWorker(name, process, { ...WORKER_OPTIONS, concurrency });
    this.#worker.on('error', onError);
    this.#worker.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) this.#stop(jobId, 'lost');
    });
    this.#flagTimer = setInterval(() => this.#readFlags().catch(onError), FLAG_POLL_MS).unref();
  }

  async waitUntilReady(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** The short way for a cancellation in the same process. */
  cancel(jobId: string): void {
    this.#stop(jobId, 'cancelled');
  }

  limit(concurrency: number): void {
    this.#worker.concurrency = concurrency;
  }

  async close(options: { readonly drain: boolean } = { drain: false }): Promise<void> {
    if (options.drain) this.#draining ??= this.#worker.close();
    else this.#aborting ??= this.#abortAndClose();
    await (this.#aborting ?? this.#draining);
    clearInterval(this.#flagTimer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #process(job: BullJob, token: string | undefined): Promise<string> {
    const jobId = job.id ?? '';
    const running: RunningJob = { controller: new AbortController() };
    this.#running.set(jobId, running);
    try {
      if (this.#isHandingBack) this.#stop(jobId, 'handed-back');
      // As it was when the job was taken; a flag that was set since is found by the next look at all flags.
      else if (job.data.isCancelled) this.#stop(jobId, 'cancelled');
      running.controller.signal.throwIfAborted();
      const attempt = job.attemptsStarted - (job.data.declined ?? 0);
      const decline = (): never => {
        running.stoppedBy ??= 'declined';
        throw new DelayedError();
      };
      const context = { jobId, attempt, lostAttempts: attempt - job.attemptsMade - 1, signal: running.controller.signal, decline };
      const result = await this.#options.handler(JSON.parse(job.data.payload), context);
      return JSON.stringify(result ?? null);
    } catch (error) {
      if (running.stoppedBy === 'declined') return await this.#decline(job, token);
      return await fail(error, running, { job, token, driver: this.#driver });
    } finally {
      if (this.#running.get(jobId) === running) this.#running.delete(jobId);
    }
  }

  async #decline(job: BullJob, token: string | undefined): Promise<never> {
    // Read again: it may have been cancelled since.
    const { data } = (await this.#options.queue.getJob(job.id ?? '')) ?? job;
    const declined = data.declined ?? 0;
    await job.updateData({ ...data, declined: declined + 1 });
    await job.moveToDelayed(Date.now() + declineDelayMs(declined), token);
    throw new DelayedError();
  }

  #stop(jobId: string, by: NonNullable<RunningJob['stoppedBy']>): void {
    const running = this.#running.get(jobId);
    if (running === undefined || running.stoppedBy !== undefined) return;
    running.stoppedBy = by;
    running.controller.abort(new IsthmusError('aborted', `Job ${jobId} was ${by === 'cancelled' ? 'cancelled' : 'interrupted'}.`));
  }

  async #readFlags(): Promise<void> {
    for (const jobId of [...this.#running.keys()]) {
      const job = await this.#options.queue.getJob(jobId);
      if (job?.data.isCancelled) this.#stop(jobId, 'cancelled');
    }
  }

  async #abortAndClose(): Promise<void> {
    this.#isHandingBack = true;
    const isDraining = this.#draining !== undefined;
    if (!isDraining) await this.#worker.pause(true);
    for (const jobId of this.#running.keys()) this.#stop(jobId, 'handed-back');
    const deadline = Date.now() + ABORT_PATIENCE_MS;
    while (this.#running.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    // A drain that waits for a handler which does not stop would wait for ever; the stalled check takes care of its job.
    if (isDraining && this.#running.size > 0) return;
    await this.#worker.close(this.#running.size > 0);
  }
}

interface Failing {
  readonly job: BullJob;
  readonly token: string | undefined;
  readonly driver: Pick<BullDriver, 'now'>;
}

/**
 * Tells BullMQ in its own words how a job has failed. The error travels as JSON in the message, which is what BullMQ keeps.
 */
async function fail(error: unknown, { stoppedBy }: RunningJob, { job, token, driver }: Failing): Promise<never> {
  if (stoppedBy === 'handed-back') await job.moveToWait(token);
  // To BullMQ this means: the job's new place has been seen to.
  if (stoppedBy === 'handed-back' || stoppedBy === 'lost') throw new WaitingError();
  const record: ErrorRecord =
    stoppedBy === 'cancelled' ? { code: 'aborted', message: `Job ${job.id} was cancelled.`, isRetryable: false } : toErrorRecord(error);
  const message = JSON.stringify(record);
  if (record.isRetryable && driver.now !== undefined) correctDelay(job, await driver.now().catch(() => Date.now()));
  throw record.isRetryable ? new Error(message) : new UnrecoverableError(message);
}
