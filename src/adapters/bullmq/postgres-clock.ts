import { IsthmusError } from '../../domain/errors.ts';
import type { SqlPool } from '../database/database.ts';

/** Locks last 10 s and are renewed when half of that is left; 3 s remain for a slow renewal. */
const MAX_SKEW_MS = 2_000;

/**
 * BullMQ writes and reads the locks in Postgres by the clocks of the workers: one that is fast takes the jobs that others have in hand,
 * and one that is slow loses its own, so that every call is made twice. What a question takes is forgiven.
 * @throws IsthmusError `conflict` where this process's clock and the database's disagree by more than two seconds
 */
export async function checkClock(pool: SqlPool): Promise<void> {
  const askedAt = Date.now();
  const { rows } = await pool.query<{ now: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now');
  const toldAt = Date.now();
  const now = rows[0]?.now ?? askedAt;
  const skewMs = now > toldAt ? toldAt - now : Math.max(0, askedAt - now);
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return;
  const how = `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's`;
  throw new IsthmusError(
    'conflict',
    `Expected the clock of this host to be right, but it is ${how}. Workers on a queue in Postgres hold their jobs by the clock: set it (NTP), or keep the queue in Redis.`,
  );
}
