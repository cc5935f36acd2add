import type { StoredEvent } from '../domain/run.ts';
import { convertEvent } from './convert-event.ts';
import { toErrorBody, toProblem } from './errors.ts';

export interface EventStreamOptions {
  readonly runId: string;
  /** The last sequence number that the client has. */
  readonly after: number;
  readonly events: AsyncIterator<StoredEvent>;
  readonly heartbeatMs: number;
  /** Called once, when the stream is over or the client has left; the run goes on. */
  readonly onClose: () => void;
  readonly onError: (error: unknown) => void;
  readonly requestId: string;
}

/** A client that is not told otherwise waits this long before it connects again. */
const RETRY_MS = 2_000;

/**
 * Server-sent events: the name is the event's type and the id its sequence number. The stream pulls: an event is taken from the log when
 * the client has room for it, so that a slow client holds up nobody and fills no memory.
 */
export function createEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { runId, events, heartbeatMs, onClose } = options;
  const encoder = new TextEncoder();
  let last = options.after;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isClosed = false;

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    clearInterval(timer);
    onClose();
  }

  /** The event's message, with a gap before it where events are missing; nothing for one that the client has already. */
  function render(stored: StoredEvent): string {
    const { sequence } = stored;
    if (sequence <= last) return '';
    const missing = { run_id: runId, from_sequence: last + 1, to_sequence: sequence - 1 };
    const gap = sequence === last + 1 ? '' : message('gap', missing);
    last = sequence;
    return gap + message(stored.event.type, convertEvent(stored, runId), sequence);
  }

  /** The next message, or undefined at the end. */
  async function take(): Promise<string | undefined> {
    for (;;) {
      const { done, value } = await events.next();
      if (done === true) return undefined;
      const text = render(value);
      if (text !== '') return text;
    }
  }

  function end(controller: ReadableStreamDefaultController<Uint8Array>): void {
    close();
    controller.close();
  }

  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      timer = setInterval(() => {
        // A client that does not read what there is needs no sign of life.
        if (!isClosed && (controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'));
      }, heartbeatMs);
      timer.unref();
    },
    pull: async (controller) => {
      try {
        const text = await take();
        if (isClosed) return;
        if (text !== undefined) controller.enqueue(encoder.encode(text));
        else end(controller);
      } catch (error) {
        if (isClosed) return;
        options.onError(error);
        controller.enqueue(encoder.encode(message('error', toErrorBody(toProblem(error, options.requestId)))));
        end(controller);
      }
    },
    cancel: close,
  });
}

/** JSON has no line breaks outside strings and escapes those inside, so one data line is enough. */
function message(event: string, data: object, id?: number): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
