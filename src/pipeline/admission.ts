import { IsthmusError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Backlog, JobQueue } from '../ports/job-queue.ts';
import { QUEUES } from './work.ts';

export interface AdmissionLimits {
  /** Jobs that wait, of all queues together. */
  readonly maxQueued: number;
  /** How long the oldest of them may have waited, ms. */
  readonly maxAgeMs: number;
}

/** Whether the queue has room for another run. */
export interface Admission {
  /** @throws IsthmusError `queue-full` where it has none; `details.retryAfterS`, 1 to 600, says when it may have */
  admit(): Promise<void>;
}

export interface AdmissionDeps extends AdmissionLimits {
  readonly queue: Pick<JobQueue, 'backlog' | 'onSettled'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A reading is shared by all who ask within this time: thousands may be taken in each second, and each job of theirs comes later anyway. */
const FRESH_MS = 500;
/** Completions are counted over so long. */
const WINDOW_MS = 60_000;
/** A rate over less is guessing. */
const LEAST_WINDOW_MS = 1_000;
const LONGEST_WAIT_S = 600;

/**
 * Bounds what waits: without it a queue that grows faster than it is worked off makes every caller wait for ever, and none is told. Work
 * that was taken in is never refused afterwards.
 */
export function createAdmission({ queue, clock, maxQueued, maxAgeMs }: AdmissionDeps): Admission & Disposable {
  const meter = createMeter(clock);
  const stop = queue.onSettled(() => meter.count());
  let reading: { readonly at: number; readonly backlog: Promise<Backlog> } | undefined;

  function read(): Promise<Backlog> {
    const at = clock.now();
    if (reading === undefined || at - reading.at >= FRESH_MS) reading = { at, backlog: readAll(queue) };
    const { backlog } = reading;
    // A failed reading is not believed for long.
    backlog.catch(() => {
      if (reading?.backlog === backlog) reading = undefined;
    });
    return backlog;
  }

  return {
    admit: async () => {
      const { waiting, oldestAt } = await read();
      const ageMs = oldestAt === undefined ? 0 : clock.now() - oldestAt;
      const reason = fullness({ waiting, ageMs }, { maxQueued, maxAgeMs });
      if (reason === undefined) return;
      // One that is too old may be the last in line: all that waits goes before it.
      const inTheWay = ageMs > maxAgeMs ? waiting : waiting - maxQueued + 1;
      const retryAfterS = waitS(inTheWay, meter.perSecond());
      const message = `Expected room in the queue, but ${reason}. Try again in ${retryAfterS} s; what was taken in before goes on.`;
      throw new IsthmusError('queue-full', message, { details: { retryAfterS } });
    },
    [Symbol.dispose]: stop,
  };
}

async function readAll(queue: Pick<JobQueue, 'backlog'>): Promise<Backlog> {
  const all = await Promise.all(QUEUES.map((name) => queue.backlog(name)));
  const times = all.flatMap(({ oldestAt }) => oldestAt ?? []);
  const waiting = all.reduce((sum, one) => sum + one.waiting, 0);
  return times.length === 0 ? { waiting } : { waiting, oldestAt: Math.min(...times) };
}

function fullness({ waiting, ageMs }: { readonly waiting: number; readonly ageMs: number }, limits: AdmissionLimits): string | undefined {
  if (waiting >= limits.maxQueued) return `${waiting} jobs wait, and ${limits.maxQueued} may (admission.maxQueued)`;
  if (ageMs <= limits.maxAgeMs) return undefined;
  return `the oldest job has waited for ${Math.round(ageMs / 1000)} s, and ${Math.round(limits.maxAgeMs / 1000)} are allowed (admission.maxAgeSeconds)`;
}

/** How long `jobs` take at a rate; the longest where none is done. */
function waitS(jobs: number, perSecond: number): number {
  return perSecond === 0 ? LONGEST_WAIT_S : Math.min(LONGEST_WAIT_S, Math.max(1, Math.ceil(jobs / perSecond)));
}

/** Jobs done in the last minute, by seconds. */
function createMeter(clock: Pick<Clock, 'now'>): { count(): void; perSecond(): number } {
  const startedAt = clock.now();
  const bySecond = new Map<number, number>();
  const forget = (): void => {
    const oldest = Math.floor((clock.now() - WINDOW_MS) / 1000);
    for (const second of bySecond.keys()) if (second <= oldest) bySecond.delete(second);
  };
  return {
    count: () => {
      const second = Math.floor(clock.now() / 1000);
      if (!bySecond.has(second)) forget();
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    },
    perSecond: () => {
      forget();
      const total = [...bySecond.values()].reduce((sum, count) => sum + count, 0);
      const ms = Math.min(WINDOW_MS, Math.max(LEAST_WINDOW_MS, clock.now() - startedAt));
      return (total * 1000) / ms;
    },
  };
}
