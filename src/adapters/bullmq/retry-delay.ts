import type { BullJob } from './driver.ts';

/** Less than this is not worth a correction: the first delay is a second. */
const MIN_SKEW_MS = 500;

/**
 * Corrects how long a job waits for its next attempt. BullMQ adds the delay to the clock of the worker that has failed, and the others look by
 * theirs: after a worker whose clock is an hour fast, they would wait for an hour. Such a worker's jobs are tried again at once instead, since
 * no time before its own now can be given.
 * @param now the time of the clock that all share, in ms
 */
export function correctDelay({ opts, attemptsMade }: Pick<BullJob, 'opts' | 'attemptsMade'>, now: number): void {
  const skewMs = Date.now() - now;
  if (Math.abs(skewMs) < MIN_SKEW_MS || typeof opts.backoff !== 'object') return;
  const { delay = 0, jitter = 0 } = opts.backoff;
  const wanted = delay * 2 ** attemptsMade * (1 - jitter * Math.random());
  opts.backoff = { type: 'fixed', delay: Math.max(0, Math.round(wanted - skewMs)) };
}
