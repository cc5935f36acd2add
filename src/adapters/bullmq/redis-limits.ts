import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Place, SharedLimits, Taken } from '../../ports/shared-limits.ts';
import { connectRedis, type RedisAddress } from './redis-connection.ts';

const MINUTE_MS = 60_000;
/** Tokens are fetched for so long ahead, so that a key that asks often costs a few questions a second and not one a request. */
const LEASE_MS = 200;
/** What was fetched and not used in this time is forgotten: it errs to the strict side. */
const FORGET_MS = 1_000;
const MAX_LEASES = 10_000;
/** A place whose holder has not left it, in microseconds; as the port says. */
const PLACE_LIFE = 60_000_000;

/** Takes up to ARGV[2] tokens of a bucket for ARGV[1] a minute, by the server's clock. Answers how many, and what is left. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local size = tonumber(ARGV[1])
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local at = tonumber(known[2]) or now
local tokens = math.min(size, (tonumber(known[1]) or size) + math.max(0, now - at) * size / 60000)
local given = math.min(math.floor(tokens), tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens - given), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], 61000)
return { given, string.format('%.6f', tokens - given) }`;

/** Joins the line as ARGV[1] behind everybody in it, and forgets places older than ARGV[2]. Answers the place's number. */
const JOIN = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
local place = math.max(now, (tonumber(last) or 0) + 1)
redis.call('ZADD', KEYS[1], string.format('%.0f', place), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[2] / 1000)
return string.format('%.0f', place)`;

interface Lease {
  /** Tokens that are ours already. */
  left: number;
  /** In the shared bucket when it was last asked. */
  readonly shared: number;
  readonly at: number;
}

/** Limits over a Redis that all processes of an installation share. */
export function createRedisLimits(address: RedisAddress, { prefix = 'isthmus' } = {}): SharedLimits & AsyncDisposable {
  // A server that does not answer soon is not worth waiting for: whoever asks has another way.
  const redis = connectRedis(address, { maxRetriesPerRequest: 1, commandTimeout: 1_000, connectTimeout: 1_000 }, () => {});
  return {
    rate: createRate(redis, prefix),
    line: { join: (tenant) => join(redis, `${prefix}:limit:runs:${tenant}`) },
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}

function createRate(redis: Redis, prefix: string): SharedLimits['rate'] {
  const leases = new Map<string, Lease>();
  const asking = new Map<string, Promise<void>>();

  async function fetchLease(id: string, perMinute: number): Promise<void> {
    const wanted = Math.max(1, Math.floor((perMinute * LEASE_MS) / MINUTE_MS));
    const [given, shared] = (await redis.eval(TAKE, 1, `${prefix}:limit:requests:${id}`, perMinute, wanted)) as [number, string];
    if (leases.size >= MAX_LEASES) leases.clear();
    leases.set(id, { left: given, shared: Number(shared), at: performance.now() });
  }

  /** One question at a time for each key; whoever comes meanwhile waits for its answer. */
  async function ask(id: string, perMinute: number): Promise<void> {
    const asked = asking.get(id) ?? fetchLease(id, perMinute).finally(() => asking.delete(id));
    asking.set(id, asked);
    await asked;
  }

  async function take(id: string, perMinute: number): Promise<Taken> {
    for (;;) {
      const lease = leases.get(id);
      if (lease !== undefined && performance.now() - lease.at < validFor(lease, perMinute)) return takeOf(lease, perMinute);
      await ask(id, perMinute);
    }
  }
  return { take };
}

/** An empty lease is believed until there can be a token again: nobody can have put one back. */
function validFor({ left, shared }: Lease, perMinute: number): number {
  if (left >= 1) return FORGET_MS;
  return shared >= 1 ? 0 : ((1 - shared) * MINUTE_MS) / perMinute;
}

function takeOf(lease: Lease, perMinute: number): Taken {
  const isAllowed = lease.left >= 1;
  if (isAllowed) lease.left -= 1;
  const msPerToken = MINUTE_MS / perMinute;
  const age = performance.now() - lease.at;
  const tokens = Math.min(perMinute, lease.left + lease.shared + age / msPerToken);
  return {
    isAllowed,
    limit: perMinute,
    remaining: Math.floor(lease.left + lease.shared),
    retryAfterMs: isAllowed ? 0 : Math.max(1, Math.ceil((1 - lease.shared) * msPerToken - age)),
    resetMs: Math.ceil((perMinute - tokens) * msPerToken),
  };
}

async function join(redis: Redis, key: string): Promise<Place> {
  const name = randomUUID();
  const place = await redis.eval(JOIN, 1, key, name, PLACE_LIFE);
  return {
    ahead: () => redis.zcount(key, '-inf', `(${place}`),
    leave: async () => {
      await redis.zrem(key, name);
    },
  };
}
