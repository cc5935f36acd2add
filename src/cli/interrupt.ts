import { InvalidArgumentError } from 'commander';
import type { Io } from './io.ts';

/**
 * Turns Ctrl-C and SIGTERM into an AbortSignal: the first stops the work and keeps what is done, a second one ends the process
 * at once (nothing is lost then either: the log is on disk).
 */
export function onInterrupt(io: Io): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(130);
    io.note('Stopping… what is done is kept. Once more to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}

/** Default of `--drain-seconds`: with what closing takes it stays within the 30 seconds that most supervisors allow. */
export const DRAIN_SECONDS = 20;
export function parseSeconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 86_400) throw new InvalidArgumentError('Expected a number of seconds, 0 to 86400.');
  return value;
}

/** Beside the drain: requests that end, jobs that are handed back, connections that are closed. */
const CLOSE_MS = 10_000;

/** Ends the process if closing takes too long, for instance because a server is away; returns what calls it off. */
export function endWithin(drainMs: number, say: (text: string) => void): () => void {
  const timer = setTimeout(() => {
    say('Closing takes too long; leaving. What was in hand goes back to the queue by itself.');
    process.exit(1);
  }, drainMs + CLOSE_MS);
  return () => clearTimeout(timer);
}

/** Waits for Ctrl-C or SIGTERM, for a process that works until it is told to stop; a second one ends it at once. */
export function onStop(): { readonly asked: Promise<void>; forget(): void } {
  let isAsked = false;
  let resolveAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    resolveAsked = resolve;
  });
  const handle = () => {
    if (isAsked) process.exit(130);
    isAsked = true;
    resolveAsked();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    asked,
    forget: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
