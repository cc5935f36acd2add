import type { EventName, EventPayload } from '../api/event-contract.ts';

/** An event of a run as it travels; narrowed by `type`. */
export type PublicEvent = {
  [Name in EventName]: EventPayload<Name> & {
    readonly type: Name;
    readonly run_id: string;
    readonly sequence: number;
    readonly at_ms: number;
  };
}[EventName];

/** EventSource hears only names that it was given; the type holds this list to the contract. */
const NAMES: Readonly<Record<EventName, true>> = {
  'run-created': true,
  'run-resumed': true,
  'steps-planned': true,
  'steps-finished': true,
  'steps-withdrawn': true,
  'intent-unknown': true,
  'web-asked': true,
  'summary-scored': true,
  'summary-unscored': true,
  'summary-gated': true,
  'patch-judged': true,
  'capsule-chosen': true,
  'run-interrupted': true,
  'run-completed': true,
  'run-incomplete': true,
  'run-failed': true,
  'run-cancelled': true,
};

/** `open`: connected. `lost`: broken, and being tried again. `ended`: everything there is and will be was received, or the server refuses. */
export type StreamState = 'open' | 'lost' | 'ended';

/** Of one frame; the rest waits for the next, so that the page stays responsive while a long run's history comes in. */
const BATCH = 400;

/** A hidden page has no frames. */
const HIDDEN_MS = 1_000;

/**
 * Follows a run's events from those after `after` (0: all) until the run ends; breaks are mended by the browser, without losing or repeating an event.
 * Events are handed over in order, in batches once per animation frame.
 * @returns what ends it
 */
export function followRun(
  id: string,
  after: number,
  onEvents: (events: readonly PublicEvent[]) => void,
  onState: (state: StreamState) => void = () => {},
): () => void {
  const source = new EventSource(`/v1/research/${encodeURIComponent(id)}/events?after=${after}`);
  const batcher = createBatcher(onEvents);
  let last = after;
  for (const name of Object.keys(NAMES)) {
    source.addEventListener(name, (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as PublicEvent;
      if (event.sequence <= last) return;
      last = event.sequence;
      batcher.add(event);
    });
  }
  source.addEventListener('open', () => onState('open'));
  source.addEventListener('error', () => onState(source.readyState === EventSource.CLOSED ? 'ended' : 'lost'));
  return () => {
    source.close();
    batcher.stop();
  };
}

function createBatcher(onEvents: (events: readonly PublicEvent[]) => void) {
  let waiting: PublicEvent[] = [];
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel = undefined;
    const batch = waiting.slice(0, BATCH);
    waiting = waiting.slice(BATCH);
    if (waiting.length > 0) cancel = schedule(flush);
    onEvents(batch);
  };
  return {
    add(event: PublicEvent) {
      waiting.push(event);
      cancel ??= schedule(flush);
    },
    stop() {
      cancel?.();
      waiting = [];
    },
  };
}

function schedule(call: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(call, HIDDEN_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(call);
  return () => cancelAnimationFrame(frame);
}
