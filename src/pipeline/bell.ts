import type { Clock } from '../ports/clock.ts';
import type { Session } from './session.ts';

/** How long a missed announcement or a lost job can go unnoticed: the queue is asked about all pending steps about this often. */
export const RECONCILE_MS = 2000;
/** A look at everything is not taken more often than leaves nine tenths of the time for the rest. */
const FULL_LOOK_SHARE = 10;
/** What an announcement may wait for others, so that one transaction takes them in together. */
const WINDOW_MS = 50;
/** A decision of a run over thousands of chunks takes long: then it is taken seldom, and a fourth of the time is for deciding at most. */
const DECISION_SHARE = 3;
const MAX_WINDOW_MS = 500;

/** Rings when a job of the run ends, and notes which. */
export interface Bell {
  /** Resolves at the next announcement, or now where one was not taken in yet. Armed before the queue is asked, so that nothing ends unheard in between. */
  arm(): Promise<void>;
  /** Resolves once all pending jobs were announced. */
  armForAll(): Promise<void>;
  close(): void;
}

export function createBell({ deps: { queue }, pending, heard }: Session): Bell {
  let ring = () => {};
  let ringForAll = () => {};
  const unsubscribe = queue.onSettled(({ jobId }) => {
    if (!pending.byJob.has(jobId)) return;
    heard.add(jobId);
    ring();
    if (heard.size >= pending.byJob.size) ringForAll();
  });
  return {
    arm: () =>
      new Promise((resolve) => {
        ring = resolve;
      }),
    armForAll: () =>
      new Promise((resolve) => {
        ringForAll = resolve;
      }),
    close: unsubscribe,
  };
}

/** How often an advance looks and decides, by how long that takes. */
export interface Pace {
  isFullLookDue(): boolean;
  lookFully(look: () => Promise<boolean>): Promise<boolean>;
  /** Something has ended: what follows is one pass. */
  begin(): void;
  /** The pass is over, and nothing is left to do until something ends. */
  end(): void;
  /** How long the next pass may be put off. */
  windowMs(): number;
}

export function createPace({ now }: Clock): Pace {
  let nextFullLook = Number.NEGATIVE_INFINITY;
  let begunAt = now();
  let window = WINDOW_MS;
  return {
    isFullLookDue: () => now() >= nextFullLook,
    lookFully: async (look) => {
      const startedAt = now();
      const result = await look();
      nextFullLook = now() + Math.max(RECONCILE_MS, FULL_LOOK_SHARE * (now() - startedAt));
      return result;
    },
    begin: () => {
      begunAt = now();
    },
    end: () => {
      window = Math.min(MAX_WINDOW_MS, Math.max(WINDOW_MS, DECISION_SHARE * (now() - begunAt)));
    },
    windowMs: () => window,
  };
}
