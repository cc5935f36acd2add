import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './server-processes.ts';

/** A way to a server that can be cut while the server goes on. */
export interface Way extends AsyncDisposable {
  readonly url: string;
  /** Tears every connection and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
}

/** Forwards to the server at `url`, whose other parts the proxy's own address keeps. */
export async function openWay(url: string): Promise<Way> {
  const target = new URL(url);
  const port = await freePort();
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String(port);
  const tear = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: own.href,
    cut: () => {
      isCut = true;
      tear();
    },
    mend: () => {
      isCut = false;
    },
    [Symbol.asyncDispose]: async () => {
      tear();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
