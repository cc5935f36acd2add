import type { RateLimiter, Taken } from '../ports/shared-limits.ts';

/** A bucket of tokens that fills up evenly; each request takes one. */
interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets kept before the full ones are forgotten; a full bucket is as good as none. */
const MAX_BUCKETS = 10_000;
const MINUTE_MS = 60_000;

interface LocalRateLimiter extends RateLimiter {
  take(id: string, perMinute: number): Taken;
}

/** Counts in this process: behind N processes a key may ask N times as often. */
export function createRateLimiter(now: () => number): LocalRateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take: (id, perMinute) => {
      const at = now();
      const bucket = refill(buckets.get(id) ?? { tokens: perMinute, at }, { at, perMinute });
      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) bucket.tokens -= 1;
      if (buckets.size >= MAX_BUCKETS && !buckets.has(id)) forgetFull(buckets, at);
      buckets.set(id, bucket);
      const msPerToken = MINUTE_MS / perMinute;
      return {
        isAllowed,
        limit: perMinute,
        remaining: Math.floor(bucket.tokens),
        retryAfterMs: isAllowed ? 0 : Math.ceil((1 - bucket.tokens) * msPerToken),
        resetMs: Math.ceil((perMinute - bucket.tokens) * msPerToken),
      };
    },
  };
}

function refill(bucket: Bucket, { at, perMinute }: { at: number; perMinute: number }): Bucket {
  const gained = (Math.max(0, at - bucket.at) * perMinute) / MINUTE_MS;
  return { tokens: Math.min(perMinute, bucket.tokens + gained), at };
}

/** A bucket that nobody touched for a minute is full. */
function forgetFull(buckets: Map<string, Bucket>, at: number): void {
  for (const [id, bucket] of buckets) if (at - bucket.at >= MINUTE_MS) buckets.delete(id);
}

/** A shared limiter, and this process's own while that one does not answer: better a limit for each process than none, or no service. */
export function withFallback(shared: RateLimiter, local: RateLimiter, onError: (error: unknown) => void): RateLimiter {
  return {
    take: async (id, perMinute) => {
      try {
        return await shared.take(id, perMinute);
      } catch (error) {
        onError(error);
        return local.take(id, perMinute);
      }
    },
  };
}
