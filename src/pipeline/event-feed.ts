import { isEnd, isTerminal, type StoredEvent } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';

export interface FeedDeps {
  readonly runs: Pick<RunStore, 'readEvents' | 'sequences' | 'findRun'>;
  readonly clock: Clock;
  /** How late an event of another process may come. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Follows the logs of runs, whichever process writes them. */
export interface EventFeed extends AsyncDisposable {
  /** Says that this process has appended to the run, so that nobody here waits for the next look. */
  ring(runId: string): void;
  /** Stored events after a sequence number, then live ones, until the run is over, is deleted, or the signal. */
  follow(runId: string, options: { readonly after: number; readonly signal: AbortSignal }): AsyncIterable<StoredEvent>;
}

/**
 * A bell for what this process appends, and one look at the store every `pollMs` for what others do. However many followers there are,
 * the look is one question about all their runs.
 */
export function createEventFeed({ runs, clock, pollMs, onError }: FeedDeps): EventFeed {
  const followers = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  let polling: Promise<void> | undefined;

  function ring(runId: string): void {
    for (const wake of followers.get(runId) ?? []) wake();
  }

  async function poll(): Promise<void> {
    let known: ReadonlyMap<string, number> = new Map();
    while (followers.size > 0 && !closing.signal.aborted) {
      known = await look(known).catch((error: unknown) => {
        onError(error);
        return known;
      });
      await clock.sleep(pollMs, closing.signal);
    }
    polling = undefined;
  }

  async function look(known: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    const asked = [...followers.keys()];
    const now = await runs.sequences(asked);
    for (const id of asked) if (now.get(id) === undefined || now.get(id) !== known.get(id)) ring(id);
    return now;
  }

  function join(runId: string, wake: () => void): () => void {
    const wakes = followers.get(runId) ?? new Set();
    followers.set(runId, wakes.add(wake));
    polling ??= poll();
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && followers.get(runId) === wakes) followers.delete(runId);
    };
  }

  async function* follow(runId: string, { after, signal }: Parameters<EventFeed['follow']>[1]): AsyncIterable<StoredEvent> {
    const bell = createBell(signal);
    const isClosed = () => signal.aborted || closing.signal.aborted;
    const leave = join(runId, bell.ring);
    let last = after;
    try {
      for (;;) {
        const heard = bell.arm();
        const events = isClosed() ? [] : await runs.readEvents(runId, last);
        last = events.at(-1)?.sequence ?? last;
        yield* events;
        if (isClosed() || (await isOver(runId, events))) return;
        await heard;
      }
    } finally {
      leave();
      bell.close();
    }
  }

  /** Whether nothing can come any more: the run has just ended, had ended before, or is deleted. */
  async function isOver(runId: string, news: readonly StoredEvent[]): Promise<boolean> {
    const last = news.at(-1);
    if (last !== undefined) return isEnd(last.event);
    const run = await runs.findRun(runId);
    return run === undefined || isTerminal(run.status);
  }

  return {
    ring,
    follow,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      for (const runId of followers.keys()) ring(runId);
      await polling;
    },
  };
}

/** Armed before the look at the store, so that nothing is missed between that and the waiting. */
function createBell(signal: AbortSignal): { ring(): void; arm(): Promise<void>; close(): void } {
  let wake = () => {};
  const ring = () => wake();
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    arm: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    close: () => signal.removeEventListener('abort', ring),
  };
}
