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
