import { IsthmusError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;
/** What this process lacks (a plugin's version, a model) it is likely to lack in a minute too; another one may have it meanwhile. */
const FINAL_TRIES = 5;
/** A database or a queue that is away comes back: about a quarter of an hour. */
const PASSING_TRIES = 20;

/** Which runs have thrown when they were advanced, and until when each of them is left alone. */
export interface Setbacks {
  isResting(runId: string): boolean;
  /** Notes a failed try; true when it was the last one that is worth while. */
  isTheLast(runId: string, error: unknown): boolean;
  forget(runId: string): void;
  size(): number;
}

export function createSetbacks(clock: Clock): Setbacks {
  const noted = new Map<string, { readonly count: number; readonly until: number }>();
  return {
    isResting: (runId) => (noted.get(runId)?.until ?? 0) > clock.now(),
    isTheLast: (runId, error) => {
      const count = (noted.get(runId)?.count ?? 0) + 1;
      const rest = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (count - 1));
      noted.set(runId, { count, until: clock.now() + rest });
      const isLast = count >= (error instanceof IsthmusError && !error.isRetryable ? FINAL_TRIES : PASSING_TRIES);
      if (isLast) noted.delete(runId);
      return isLast;
    },
    forget: (runId) => {
      noted.delete(runId);
    },
    size: () => noted.size,
  };
}
