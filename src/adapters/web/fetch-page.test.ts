import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, test, vi } from 'vitest';
import { IsthmusError } from '../../domain/errors.ts';
import { createWebKit } from '../../testing/web-kit.ts';
import { inTurn, page, type Route, redirect, startWebServer, status } from '../../testing/web-servers.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const MIB = 1024 * 1024;

/** Serves one page and tells what became of it. */
async function fetchOne(route: Route, options: Parameters<typeof createWebKit>[1] = {}) {
  await using server = await startWebServer({ '/page': route });
  const { web, call, egress } = createWebKit([server], options);
  const startedAt = performance.now();
  const result = await web.fetch(`${server.origin}/page`, call()).catch((error: unknown) => error);
  return { result, egress, ms: performance.now() - startedAt, address: server.address, requests: server.requests };
}

describe('a page', () => {
  it('comes with its type, and every attempt is told of', async () => {
    await using server = await startWebServer({ '/a': page('<p>Isthmus</p>') });
    const { web, call, egress } = createWebKit([server]);
    const fetched = await web.fetch(`${server.origin}/a?token=hush&q=1#part`, call());
    expect(fetched).toMatchObject({ url: `${server.origin}/a?token=hush&q=1`, contentType: 'text/html; charset=utf-8' });
    expect(text(fetched.bytes)).toBe('<p>Isthmus</p>');
    expect(egress).toEqual([
      expect.objectContaining({ purpose: 'robots', url: `${server.origin}/robots.txt`, address: '127.0.0.1', status: 404 }),
      expect.objectContaining({ purpose: 'page', address: '127.0.0.1', status: 200, bytes: 14 }),
    ]);
    expect(egress[1]?.url).toMatch(/\/a\?token=[^h]*&q=1$/);
    expect(egress.every(({ refused }) => refused === undefined)).toBe(true);
  });

  it('is asked for without cookies, by the name of the configured agent, and past any proxy of the environment', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
    await using server = await startWebServer({ '/a': inTurn(redirect('/a'), page('x')) });
    const { web, call } = createWebKit([server], { userAgent: 'Reader/1 (+mailto:me@example.org)' });
    await web.fetch(`${server.origin}/a`, call());
    vi.unstubAllEnvs();
    expect(server.requests.map(({ headers }) => [headers['user-agent'], headers.cookie])).toEqual(
      Array(3).fill(['Reader/1 (+mailto:me@example.org)', undefined]),
    );
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is inflated: %s', async (encoding, compress) => {
    const { result } = await fetchOne(page(compress('<p>small</p>'), { 'content-encoding': encoding }));
    expect(text((result as { bytes: Uint8Array }).bytes)).toBe('<p>small</p>');
  });
});

describe('a page is refused', () => {
  it.each([
    'file:///etc/passwd',
    'ftp://example.org/',
    'data:text/plain,hello',
    'gopher://example.org/',
    'https://me:secret@example.org/',
    'https://example.org:22/',
    'https://example.org:3000/',
    'not a url',
    `https://example.org/${'x'.repeat(5000)}`,
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://localhost/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://169.254.169.254/latest/meta-data/',
  ])('for what it is called, before anything is sent: %s', async (url) => {
    const resolve = vi.fn(async () => [{ address: '93.184.215.14', family: 4 }]);
    const { web, call, egress } = createWebKit([], { resolve });
    await expect(web.fetch(url, call())).rejects.toMatchObject({ code: 'egress-refused', isRetryable: false });
    expect(resolve).not.toHaveBeenCalled();
    expect(egress).toEqual([expect.objectContaining({ purpose: 'page', bytes: 0, refused: expect.any(String) })]);
    expect(egress[0]).not.toHaveProperty('address');
    expect(JSON.stringify(egress)).not.toContain('secret');
  });

  it.each([
    ['a bomb in gzip', gzipSync(Buffer.alloc(60 * MIB)), 'gzip'],
    ['a bomb in br', brotliCompressSync(Buffer.alloc(60 * MIB)), 'br'],
  ])('for its size: %s', async (_name, bytes, encoding) => {
    const heap = process.memoryUsage().arrayBuffers;
    const { result } = await fetchOne(page(bytes, { 'content-encoding': encoding }), { maxBytes: 70_000 });
    expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('inflates to more') });
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(20 * MIB);
  });

  test('for its size: a body without an end', async () => {
    const endless: Route = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    };
    const { result, egress } = await fetchOne(endless);
    expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('100000 bytes') });
    expect(egress.at(-1)?.bytes).toBeLessThan(300_000);
  });

  test('for its size: as it is announced', async () => {
    const { result, egress } = await fetchOne(page('x'.repeat(200_000), { 'content-length': '200000' }));
    expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('announced') });
    expect(egress.at(-1)).toMatchObject({ status: 200, bytes: 0, refused: expect.stringContaining('announced') });
  });

  test.each(['image/png', 'video/mp4', 'application/zip', 'application/octet-stream', 'application/x-executable'])(
    'for its type: %s',
    async (type) => {
      const { result, egress } = await fetchOne(page('x', { 'content-type': type }));
      expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining(type) });
      expect(egress.at(-1)?.bytes).toBe(0);
    },
  );

  test('for its headers', async () => {
    const { result } = await fetchOne(page('x', { 'x-long': 'y'.repeat(15_900), 'x-more': 'z'.repeat(900) }));
    expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('headers') });
  });

  test('for an encoding that was not offered', async () => {
    const { result } = await fetchOne(page('x', { 'content-encoding': 'gzip, gzip' }));
    expect(result).toMatchObject({ code: 'egress-refused', message: expect.stringContaining('encoding') });
  });
});

describe('a page is given up', () => {
  test.each([
    ['switches to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'],
    ['speaks no HTTP', '220 mail.example.org ESMTP\r\n'],
    ['says nothing and leaves', ''],
    ['lies about its length', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\nshort'],
  ])('when the server %s', async (_what, answer) => {
    const { result, ms } = await fetchOne((_request, response) => response.socket?.end(answer));
    expect(result).toBeInstanceOf(IsthmusError);
    expect((result as IsthmusError).code).toMatch(/^provider-(?:rejected|unavailable)$/);
    expect(ms).toBeLessThan(4000);
  });

  test('when head or body drips for longer than it may take', async () => {
    const dripping: Route = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    };
    const silent: Route = () => undefined;
    for (const route of [dripping, silent]) {
      const { result, ms } = await fetchOne(route, { timeoutMs: 300 });
      expect(result).toMatchObject({ code: 'provider-timeout', isRetryable: true });
      expect(ms).toBeLessThan(2000);
    }
  });

  test('when the caller stops, in the middle of a body and before the first byte', async () => {
    await using server = await startWebServer({
      '/page': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).write('x'),
    });
    const { web, call } = createWebKit([server]);
    await expect(web.fetch(`${server.origin}/page`, call(AbortSignal.timeout(200)))).rejects.toMatchObject({ code: 'aborted' });
    await expect(web.fetch(`${server.origin}/page`, call(AbortSignal.abort()))).rejects.toMatchObject({ code: 'aborted' });
  });

  test('when it does not exist, once; when the server is in trouble, after a second try', async () => {
    const missing = await fetchOne(status(404, {}, 'gone'));
    expect(missing.result).toMatchObject({ code: 'provider-rejected', isRetryable: false, details: { status: 404 } });
    expect(missing.requests.filter(({ path }) => path === '/page')).toHaveLength(1);
    const broken = await fetchOne(status(503, { 'retry-after': '0' }));
    expect(broken.result).toMatchObject({ code: 'provider-unavailable', isRetryable: true, details: { status: 503, retryAfterMs: 0 } });
    expect(broken.requests.filter(({ path }) => path === '/page')).toHaveLength(2);
    const short = await fetchOne(page(gzipSync('<p>cut</p>').subarray(0, 15), { 'content-encoding': 'gzip' }));
    expect(short.result).toMatchObject({ code: 'provider-rejected' });
  });
});
