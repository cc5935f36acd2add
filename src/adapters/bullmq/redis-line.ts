import type { Redis } from 'ioredis';
import { type Line, SHIFT_FROM } from '../../domain/fair-share.ts';

/** BullMQ's score of a job is its priority times this, plus a counter. */
const UNIT = '4294967296';
/** A job is noted before it is added; what does not wait after so long has been taken, or was cancelled. */
const NOTED_MS = 10_000;
const PER_LOOK = 500;

/**
 * Of each flow the job that joined last is known, and whether it still waits is asked of BullMQ's own set: so what was taken or cancelled
 * holds nobody back. KEYS: BullMQ's waiting jobs, the last of each flow, when each was added. ARGV: flow, now, ids in order.
 */
const READ = `
local head = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if not head then redis.call('DEL', KEYS[2]) end
local known = redis.call('HGET', KEYS[2], ARGV[1])
local last = known and redis.call('ZSCORE', KEYS[1], known)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[#ARGV])
for i = 3, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then redis.call('ZADD', KEYS[3], 'NX', ARGV[2], ARGV[i])
  else redis.call('ZADD', KEYS[3], ARGV[2], ARGV[i]) end
end
local function place(score) return score and math.floor(tonumber(score) / ${UNIT}) or -1 end
return { place(head), place(last) }`;

/** The one noted first that still waits; what was noted before it and does not is forgotten. ARGV: the time before which that is certain. */
const OLDEST = `
while true do
  local noted = redis.call('ZRANGE', KEYS[2], 0, ${PER_LOOK - 1}, 'WITHSCORES')
  local gone = {}
  for i = 1, #noted, 2 do
    if redis.call('ZSCORE', KEYS[1], noted[i]) then
      if #gone > 0 then redis.call('ZREM', KEYS[2], unpack(gone)) end
      return noted[i + 1]
    end
    if tonumber(noted[i + 1]) < tonumber(ARGV[1]) then gone[#gone + 1] = noted[i] end
  end
  if #gone == 0 then return false end
  redis.call('ZREM', KEYS[2], unpack(gone))
end`;

/** Those at work and those that wait for another attempt come back with the place they had. KEYS: waiting, active, delayed. ARGV: by, prefix of jobs. */
const SHIFT = `
local function lower(id)
  local key = ARGV[2] .. id
  local place = tonumber(redis.call('HGET', key, 'priority') or 0)
  if place > 0 then redis.call('HSET', key, 'priority', math.max(1, place - ARGV[1])) end
end
local waiting = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
if not waiting[2] or tonumber(waiting[2]) / ${UNIT} <= tonumber(ARGV[1]) then return 0 end
for i = 1, #waiting, 2 do
  redis.call('ZADD', KEYS[1], string.format('%.0f', waiting[i + 1] - ARGV[1] * ${UNIT}), waiting[i])
  lower(waiting[i])
end
for _, id in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do lower(id) end
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do lower(id) end
return 1`;

export interface RedisLine {
  readLine(queue: string, join: { readonly flow: string; readonly jobIds: readonly string[] }): Promise<Line>;
  oldestAt(queue: string): Promise<number | undefined>;
}

export function createRedisLine(redis: Redis, prefix: string): RedisLine {
  const keysOf = (queue: string, ...names: readonly string[]) => names.map((name) => `${prefix}:${queue}:${name}`);

  async function readLine(queue: string, { flow, jobIds }: Parameters<RedisLine['readLine']>[1]): Promise<Line> {
    const keys = keysOf(queue, 'prioritized', 'line:flows', 'line:added');
    const [head, last] = (await redis.eval(READ, 3, ...keys, flow, Date.now(), ...jobIds)) as [number, number];
    const by = head > SHIFT_FROM ? head - 1 : 0;
    if (by > 0) await redis.eval(SHIFT, 3, ...keysOf(queue, 'prioritized', 'active', 'delayed'), by, `${prefix}:${queue}:`);
    return { ...(head < 0 ? {} : { head: head - by }), ...(last < 0 ? {} : { last: Math.max(0, last - by) }) };
  }

  async function oldestAt(queue: string): Promise<number | undefined> {
    const at = (await redis.eval(OLDEST, 2, ...keysOf(queue, 'prioritized', 'line:added'), Date.now() - NOTED_MS)) as string | null;
    return at === null ? undefined : Number(at);
  }

  return { readLine, oldestAt };
}
