import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createWebKit } from './web-kit.ts';

/**
 * Serves https on loopback with the key and certificate named in the arguments, reads three pages of it by name, and prints what came of each as
 * JSON. A process of its own, since only one that starts can be given a certificate authority (NODE_EXTRA_CA_CERTS).
 */
const [key = '', cert = ''] = process.argv.slice(2);
const seen: string[] = [];
const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  seen.push(`${request.headers.host?.split(':')[0]}${request.url}`);
  if (request.url === '/robots.txt') response.writeHead(404).end();
  else if (request.url === '/down') response.writeHead(302, { location: 'http://good.test/x' }).end();
  else response.writeHead(200, { 'content-type': 'text/plain' }).end('secure');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const { web, call } = createWebKit([], {
  allowAddresses: [`127.0.0.1:${port}`],
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
});
const read = (name: string, path: string): Promise<string> =>
  web.fetch(`https://${name}:${port}${path}`, call()).then(
    ({ bytes }) => new TextDecoder().decode(bytes),
    (error: Error) => error.message,
  );
const results = { good: await read('good.test', '/a'), other: await read('bad.test', '/a'), down: await read('good.test', '/down') };
server.closeAllConnections();
server.close();
process.stdout.write(JSON.stringify({ ...results, seen }));
