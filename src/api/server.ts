import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { toErrorBody } from './errors.ts';

export interface HttpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** Names and addresses that no other host can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

interface Fetch {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** A request that is no HTTP we can read: an address that is none, a host header that is none. */
function badRequest(): Response {
  const problem = {
    code: 'invalid-input',
    message: 'Expected an HTTP request with a valid path and Host header, but one of them is not.',
  } as const;
  return Response.json(toErrorBody(problem), { status: 400 });
}

/**
 * Listens with an application. Closing takes no new connections, lets answers that are on their way finish for `graceMs`, and then ends
 * the rest: event streams have no end of their own.
 */
export async function listen(
  app: Fetch,
  { host, port, graceMs = 2_000 }: { readonly host: string; readonly port: number; readonly graceMs?: number },
): Promise<HttpServer> {
  const server = createServer(
    // A slow sender of headers holds a connection for 20 s at most; bodies may be large.
    { headersTimeout: 20_000, requestTimeout: 300_000, keepAliveTimeout: 65_000 },
    getRequestListener((request) => app.fetch(request), { errorHandler: badRequest }),
  );
  server.on('clientError', answerBadHttp);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { host, port: address.port, url: `http://${name}:${address.port}`, [Symbol.asyncDispose]: () => close(server, graceMs) };
}

interface BadHttp extends NodeJS.ErrnoException {
  /** The bytes that could not be read. */
  readonly rawPacket?: Buffer;
}

/** What Node's parser refuses never becomes a request. */
function answerBadHttp(error: BadHttp, socket: Socket | ServerResponse['socket']): void {
  if (socket === null || !socket.writable || error.code === 'ECONNRESET') {
    socket?.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify(
    toErrorBody({ code: 'invalid-input', message: 'Expected an HTTP request, but its head cannot be read or is too large.' }),
  );
  // An answer to HEAD has no body, as far as it can be known that it was one.
  const isHead = error.rawPacket?.subarray(0, 5).toString('latin1') === 'HEAD ';
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${isHead ? '' : body}`,
  );
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
