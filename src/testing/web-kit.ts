import { createWeb, type WebOptions } from '../adapters/web/create-web.ts';
import type { EgressRecord, Web, WebCall } from '../ports/web.ts';
import type { WebServer } from './web-servers.ts';

export interface WebKit {
  readonly web: Web;
  /** Everything the web has told of. */
  readonly egress: readonly EgressRecord[];
  /** A call whose attempts go into `egress`. */
  call(signal?: AbortSignal): WebCall;
}

/** The real door to the web, quick, and open to these servers on loopback. */
export function createWebKit(servers: readonly WebServer[], options: Partial<WebOptions> = {}): WebKit {
  const egress: EgressRecord[] = [];
  const web = createWeb({
    clock: realClock,
    userAgent: 'Isthmus/0.0.0 (test)',
    environment: () => undefined,
    allowAddresses: servers.map(({ address }) => address),
    maxBytes: 100_000,
    timeoutMs: 5000,
    requestsPerSecond: 1000,
    ...options,
  });
  return {
    web,
    egress,
    call: (signal = AbortSignal.timeout(20_000)) => ({ signal, onEgress: (record) => void egress.push(record) }),
  };
}

const realClock: WebOptions['clock'] = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
