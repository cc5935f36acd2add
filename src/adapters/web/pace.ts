import { IsthmusError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** Keeps requests to one host apart, whoever asks for them in this process. */
export interface Pace {
  /** Runs the task when it is the host's turn. @throws IsthmusError `aborted` when the signal comes first */
  run<T>(host: string, task: () => Promise<T>, options: { readonly signal: AbortSignal; readonly leastIntervalMs?: number }): Promise<T>;
  /** No request to the host starts for so long: it has asked for that. */
  hold(host: string, ms: number): void;
}

export interface PaceOptions {
  readonly clock: Clock;
  /** Between the starts of two requests to a host, milliseconds. */
  readonly intervalMs: number;
  /** Requests to a host that are under way together. */
  readonly atOnce: number;
}

interface Lane {
  /** When the next request may start. */
  nextAt: number;
  running: number;
  readonly waiting: (() => void)[];
}

/** Beyond so many hosts the idle ones are forgotten. */
const MANY_LANES = 1000;

export function createPace({ clock, intervalMs, atOnce }: PaceOptions): Pace {
  const lanes = new Map<string, Lane>();

  function laneOf(host: string): Lane {
    const known = lanes.get(host);
    if (known !== undefined) return known;
    if (lanes.size >= MANY_LANES) dropIdle();
    const lane: Lane = { nextAt: 0, running: 0, waiting: [] };
    lanes.set(host, lane);
    return lane;
  }

  function dropIdle(): void {
    for (const [host, { running, waiting, nextAt }] of lanes) {
      if (running === 0 && waiting.length === 0 && nextAt <= clock.now()) lanes.delete(host);
    }
  }

  return {
    run: async (host, task, { signal, leastIntervalMs = 0 }) => {
      const lane = laneOf(host);
      await enter(lane, atOnce, signal);
      try {
        const startAt = Math.max(clock.now(), lane.nextAt);
        lane.nextAt = startAt + Math.max(intervalMs, leastIntervalMs);
        const waitMs = startAt - clock.now();
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        if (signal.aborted) throw stopped();
        return await task();
      } finally {
        leave(lane);
      }
    },
    hold: (host, ms) => {
      const lane = laneOf(host);
      lane.nextAt = Math.max(lane.nextAt, clock.now() + ms);
    },
  };
}

/** Takes one of the lane's places, or waits for the place of somebody who leaves. */
function enter(lane: Lane, atOnce: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(stopped());
  if (lane.running < atOnce) {
    lane.running++;
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const come = () => {
      signal.removeEventListener('abort', leaveQueue);
      resolve();
    };
    const leaveQueue = () => {
      lane.waiting.splice(lane.waiting.indexOf(come), 1);
      reject(stopped());
    };
    lane.waiting.push(come);
    signal.addEventListener('abort', leaveQueue, { once: true });
  });
}

/** The place goes straight to who waits longest, so that nobody slips in between. */
function leave(lane: Lane): void {
  const next = lane.waiting.shift();
  if (next === undefined) lane.running--;
  else next();
}

function stopped(): IsthmusError {
  return new IsthmusError('aborted', 'The request to the web was stopped while it waited for its turn.');
}
