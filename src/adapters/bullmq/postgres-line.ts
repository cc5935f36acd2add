import { type Line, SHIFT_FROM } from '../../domain/fair-share.ts';
import type { SqlPool } from '../database/database.ts';

const READ = `SELECT (SELECT min(priority) FROM bullmq.job WHERE queue = $1 AND state = 'waiting' AND priority > 0) AS head,
  (SELECT max(priority) FROM bullmq.job WHERE queue = $1 AND state = 'waiting' AND name = $2) AS last`;

/** Those at work and those that wait for another attempt come back with the place they had. */
const SHIFT = `UPDATE bullmq.job SET priority = greatest(1, priority - $2)
  WHERE queue = $1 AND state IN ('waiting', 'active', 'delayed') AND priority > 0`;

/** BullMQ's tables hold all that is needed: a job's name is its flow, its priority its place. */
export async function readLine(pool: SqlPool, queue: string, flow: string): Promise<Line> {
  const { rows } = await pool.query<{ readonly head: number | null; readonly last: number | null }>(READ, [queue, flow]);
  const [{ head, last } = { head: null, last: null }] = rows;
  const by = head !== null && head > SHIFT_FROM ? head - 1 : 0;
  if (by > 0) await pool.query(SHIFT, [queue, by]);
  return { ...(head === null ? {} : { head: head - by }), ...(last === null ? {} : { last: Math.max(0, last - by) }) };
}

export async function oldestAt(pool: SqlPool, queue: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ readonly at: string | null }>(
    "SELECT min(added_at_ms)::text AS at FROM bullmq.job WHERE queue = $1 AND state = 'waiting'",
    [queue],
  );
  const at = rows[0]?.at ?? null;
  return at === null ? undefined : Number(at);
}
