import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { EventSource } from 'eventsource';
import { EVENT_NAMES } from '../api/event-contract.ts';

/** What a client of the package `eventsource` has heard of a run. */
export interface Listener {
  readonly ids: readonly number[];
  readonly heard: readonly string[];
  /** The last id that each connection began with; none for the first. */
  readonly resumedAfter: readonly (string | undefined)[];
  isClosed(): boolean;
}

/** A client that does what the package does by itself, and closes when it is told that there is no more. */
export function listen(url: string, key: string): Listener {
  const ids: number[] = [];
  const heard: string[] = [];
  const resumedAfter: (string | undefined)[] = [];
  const source = new EventSource(url, {
    fetch: (address, init) => {
      resumedAfter.push(init.headers['Last-Event-ID']);
      return fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
    },
  });
  for (const name of [...EVENT_NAMES, 'gap']) {
    source.addEventListener(name, ({ lastEventId }) => {
      ids.push(Number(lastEventId));
      heard.push(name);
    });
  }
  return { ids, heard, resumedAfter, isClosed: () => source.readyState === source.CLOSED };
}

/** One address before several processes: connections go to whoever is named when they come. */
export async function startBalancer(
  target: () => string,
): Promise<{ readonly url: string; readonly targets: readonly string[] } & AsyncDisposable> {
  const targets: string[] = [];
  const server = createServer((inside) => {
    const { port } = new URL(target());
    targets.push(port);
    const outside = connect(Number(port), '127.0.0.1');
    inside.pipe(outside).pipe(inside);
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, targets, [Symbol.asyncDispose]: async () => void server.close() };
}
