import { setTimeout as sleep } from 'node:timers/promises';
import { IsthmusError } from '../../domain/errors.ts';

/** Longer than this a worker should not sit and wait: the error goes to the queue, with `details.retryAfterMs`. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;

interface RetryOptions {
  readonly maxRetries: number;
  readonly signal: AbortSignal;
  /** `performance.now()` at which the call must be over. */
  readonly deadline: number;
  readonly random?: () => number;
}

/**
 * Repeats a call that is worth repeating and was certainly not billed. The SDK's own repetition is switched off: it repeats
 * torn connections too (which may be billed), waits as long as a server asks without limit, and cannot be aborted in its sleep.
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  { maxRetries, signal, deadline, random = Math.random }: RetryOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const waitMs = attempt < maxRetries && error instanceof IsthmusError ? waitBefore(error, attempt, random) : undefined;
      if (waitMs === undefined || waitMs > LONGEST_WAIT_MS || performance.now() + waitMs >= deadline) throw error;
      await sleep(waitMs, undefined, { signal }).catch((cause: unknown) => {
        throw new IsthmusError('aborted', 'The call was stopped while it waited for the provider.', { cause, details: { billed: 'no' } });
      });
    }
  }
}

function waitBefore(error: IsthmusError, attempt: number, random: () => number): number | undefined {
  if (!error.isRetryable || error.details?.['billed'] !== 'no') return undefined;
  const asked = error.details['retryAfterMs'];
  if (typeof asked === 'number') return asked;
  // Up to a quarter less at random, so that the workers of one host do not come back all at once.
  return Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_BACKOFF_MS) * (1 - 0.25 * random());
}
