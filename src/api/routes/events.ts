import { IsthmusError } from '../../domain/errors.ts';
import { isTerminal, type StoredEvent } from '../../domain/run.ts';
import type { Caller, ResearchService } from '../../ports/research-service.ts';
import type { ApiContext, ApiDeps, ApiLimits, Handler } from '../context.ts';
import { refuse } from '../errors.ts';
import { createEventStream } from '../event-stream.ts';
import { readQuery } from '../read-request.ts';
import { eventsQuery } from '../schemas-request.ts';
import { runIdOf } from './research.ts';

interface EventRoutesDeps extends Pick<ApiDeps, 'service' | 'onError'> {
  readonly limits: ApiLimits;
}

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

export function eventsHandler({ service, limits, onError }: EventRoutesDeps): Handler {
  let open = 0;
  return async (context) => {
    const runId = runIdOf(context);
    const after = lastEventIdOf(context) ?? readQuery(context, eventsQuery).after;
    const log = await openLog(service, { caller: context.get('caller'), runId, after });
    // 204 is how an EventSource is told not to connect again; it has the end already.
    if (log === undefined) return context.body(null, 204);
    // Hono answers HEAD with the head of GET's answer and never reads the body, so a stream would stay open for nobody.
    const isHead = context.req.raw.method === 'HEAD';
    if (isHead || open >= limits.streamsAtOnce) {
      await log.leave();
      return isHead ? context.body(null, 200, HEADERS) : tooManyStreams(context, limits);
    }
    open += 1;
    const requestId = context.get('requestId');
    const stream = createEventStream({
      runId,
      after,
      events: log.events,
      heartbeatMs: limits.heartbeatMs,
      onClose: () => {
        open -= 1;
        void log.leave();
      },
      onError: (error) => onError?.(error, requestId),
      requestId,
    });
    return context.body(stream, 200, HEADERS);
  };
}

interface Log {
  readonly events: AsyncIterator<StoredEvent>;
  leave(): Promise<unknown>;
}

interface LogPlace {
  readonly caller: Caller;
  readonly runId: string;
  readonly after: number;
}

/** A run's events after a sequence number; undefined where there is none and there will be none, so the first of an ended run is read. */
async function openLog(service: ResearchService, { caller, runId, after }: LogPlace): Promise<Log | undefined> {
  const { status } = await service.summary(caller, runId);
  const left = new AbortController();
  const events = service.events(caller, runId, { after, signal: left.signal })[Symbol.asyncIterator]();
  let first = isTerminal(status) ? await events.next() : undefined;
  if (first?.done === true) return undefined;
  const next = async (): Promise<IteratorResult<StoredEvent>> => {
    const taken = first ?? (await events.next());
    first = undefined;
    return taken;
  };
  const leave = async (): Promise<void> => {
    left.abort();
    await events.return?.();
  };
  return { events: { next }, leave };
}

/** What an EventSource sends by itself when it connects again. @throws IsthmusError `invalid-input` */
function lastEventIdOf(context: ApiContext): number | undefined {
  const header = context.req.header('last-event-id');
  if (header === undefined || header === '') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  throw new IsthmusError(
    'invalid-input',
    'Expected in the header Last-Event-ID the id of an event of this stream, a number, but got another text.',
    {
      details: { param: 'Last-Event-ID' },
    },
  );
}

function tooManyStreams(context: ApiContext, { streamsAtOnce }: ApiLimits): Response {
  const message = `Expected at most ${streamsAtOnce} event streams at a time, but there are as many already. Close one, or ask for the run itself from time to time.`;
  return refuse(context, { code: 'too-many-requests-at-once', message }, { 'retry-after': '5' });
}
