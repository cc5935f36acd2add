import { createRandom } from '../domain/random.ts';
import type { Clock } from '../ports/clock.ts';

/** A clock on which sleeping takes no time worth speaking of: it moves on by what was slept, after one turn of the event loop. */
export function createQuickClock(): Clock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    sleep: async (ms, signal) => {
      if (signal?.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
      slept += ms;
    },
  };
}

/** Pauses of up to 3 ms, drawn from a seed: they shuffle what runs side by side. */
export function createJitter(seed: number): () => Promise<void> {
  const random = createRandom(seed);
  return () => new Promise((resolve) => setTimeout(resolve, random() * 3));
}

/** The same methods, each call some time before and after it is done. */
export function withJitter<Port extends object>(port: Port, jitter: () => Promise<void>, methods: readonly (keyof Port)[]): Port {
  const slow = methods.map((method) => {
    const call = port[method] as (...args: unknown[]) => Promise<unknown>;
    return [
      method,
      async (...args: unknown[]) => {
        await jitter();
        const result = await call(...args);
        await jitter();
        return result;
      },
    ];
  });
  return { ...port, ...Object.fromEntries(slow) };
}

/** A clock that stands still until it is told to move on; sleeping on it lets others work and takes no time. */
export function createHandClock(): Clock & { moveOn(ms: number): void } {
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: () => new Promise((resolve) => setTimeout(resolve, 2)),
    moveOn: (ms) => {
      now += ms;
    },
  };
}
