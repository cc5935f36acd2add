/** Why a call was stopped from our side. */
export type StopCause = { readonly type: 'aborted' } | { readonly type: 'timeout'; readonly waitedFor: string; readonly limitMs: number };

/**
 * One signal for everything that may stop a call: the caller, the total time, and the time until the next sign of life.
 * The SDK's own timeout ends when the headers arrive, so a stream that falls silent would hang for ever.
 */
export interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  /** Set once the signal is aborted. */
  readonly cause: StopCause | undefined;
  /** From now on: the next call must come within `limitMs`. */
  expect(waitedFor: string, limitMs: number): void;
}

export function startWatchdog(signal: AbortSignal, total: { readonly remainingMs: number; readonly limitMs: number }): Watchdog {
  const controller = new AbortController();
  let cause: StopCause | undefined;
  let silence: NodeJS.Timeout | undefined;
  const stop = (why: StopCause): void => {
    cause ??= why;
    controller.abort();
  };
  const onAbort = (): void => stop({ type: 'aborted' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const whole = setTimeout(
    () => stop({ type: 'timeout', waitedFor: 'the whole answer', limitMs: total.limitMs }),
    Math.max(0, total.remainingMs),
  );
  return {
    signal: controller.signal,
    get cause() {
      return cause;
    },
    expect(waitedFor, limitMs) {
      clearTimeout(silence);
      silence = setTimeout(() => stop({ type: 'timeout', waitedFor, limitMs }), limitMs);
    },
    [Symbol.dispose]() {
      clearTimeout(silence);
      clearTimeout(whole);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
