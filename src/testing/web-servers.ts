import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly receivedAtMs: number;
}

export type Route = (request: SeenRequest, response: ServerResponse) => void;

export interface WebServer extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowAddresses` takes it. */
  readonly address: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** Requests for pages: all but those for robots.txt. */
  pages(): readonly string[];
}

/** A web server on loopback: a route for each path, 404 for the rest (robots.txt too, so that all is allowed). */
export async function startWebServer(routes: Readonly<Record<string, Route>> = {}): Promise<WebServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    read(incoming).then(
      (request) => {
        requests.push(request);
        const route = Object.hasOwn(routes, request.path) ? routes[request.path] : undefined;
        if (route === undefined) response.writeHead(404).end('not here');
        else route(request, response);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    pages: () => requests.map(({ path }) => path).filter((path) => path !== '/robots.txt'),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  let body = '';
  incoming.setEncoding('utf8');
  for await (const part of incoming) body += part;
  const url = new URL(incoming.url ?? '/', 'http://server.test');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body,
    receivedAtMs: performance.now(),
  };
}

export function page(text: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Route {
  return (_request, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(text);
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}, text = ''): Route {
  return (_request, response) => response.writeHead(code, headers).end(text);
}

export function redirect(to: string, code = 302): Route {
  return status(code, { location: to });
}

/** The routes one after the other; the last one stays. */
export function inTurn(...routes: readonly Route[]): Route {
  let turn = 0;
  return (request, response) => routes[Math.min(turn++, routes.length - 1)]?.(request, response);
}

export function json(value: unknown, code = 200): Route {
  return status(code, { 'content-type': 'application/json' }, JSON.stringify(value));
}
