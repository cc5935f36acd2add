import { describe, expect, it, test, vi } from 'vitest';
import { createHandClock } from '../../testing/clock.ts';
import { createWebKit } from '../../testing/web-kit.ts';
import { inTurn, page, type Route, redirect, startWebServer, status } from '../../testing/web-servers.ts';

const rules = (...lines: readonly string[]): Route => status(200, { 'content-type': 'text/plain' }, lines.join('\n'));

async function serve(robots: Route, options: Parameters<typeof createWebKit>[1] = {}) {
  const server = await startWebServer({ '/robots.txt': robots, '/a': page('a'), '/b': page('b'), '/secret/c': page('c') });
  const kit = createWebKit([server], options);
  return { server, ...kit, read: (path: string) => kit.web.fetch(`${server.origin}${path}`, kit.call()) };
}

describe('robots.txt', () => {
  it('keeps out of what it forbids to everybody, and is asked once', async () => {
    const { server, read, egress } = await serve(rules('User-agent: *', 'Disallow: /secret/'));
    await using _server = server;
    await read('/a');
    await read('/b');
    await expect(read('/secret/c')).rejects.toMatchObject({
      code: 'egress-refused',
      message: expect.stringContaining('robots.txt forbids it'),
    });
    expect(server.requests.map(({ path }) => path)).toEqual(['/robots.txt', '/a', '/b']);
    expect(egress.at(-1)).toMatchObject({
      purpose: 'page',
      url: `${server.origin}/secret/c`,
      refused: expect.stringContaining('robots.txt'),
    });
  });

  it('may speak to this reader by its name, whatever its version', async () => {
    const { server, read } = await serve(rules('User-agent: isthmus', 'Disallow: /a', '', 'User-agent: *', 'Disallow: /b'));
    await using _server = server;
    await expect(read('/a')).rejects.toMatchObject({ code: 'egress-refused' });
    await read('/b');
  });

  it.each([400, 401, 403, 404, 410, 429])('that is answered with %d allows everything', async (code) => {
    const { server, read } = await serve(status(code));
    await using _server = server;
    await read('/a');
    expect(server.pages()).toEqual(['/a']);
  });

  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['a torn connection', ((_request, response) => response.destroy()) as Route],
    ['silence', (() => undefined) as Route],
    ['a redirect to a private address', redirect('http://10.0.0.1/robots.txt')],
    ['a loop', redirect('/robots.txt')],
  ])('that cannot be asked (%s) forbids everything, for a minute', async (_name, broken) => {
    const clock = createHandClock();
    const { server, read } = await serve(broken, { timeoutMs: 300, clock });
    await using _server = server;
    await expect(read('/a')).rejects.toMatchObject({ code: 'egress-refused', message: expect.stringContaining('could not be asked') });
    const asked = server.requests.length;
    await expect(read('/b')).rejects.toMatchObject({ code: 'egress-refused' });
    expect(server.requests).toHaveLength(asked);
    expect(server.pages()).toEqual([]);
    clock.moveOn(61_000);
    await expect(read('/b')).rejects.toMatchObject({ code: 'egress-refused' });
    expect(server.requests.length).toBeGreaterThan(asked);
  });

  it('is asked again after a day', async () => {
    const clock = createHandClock();
    const { server, read } = await serve(inTurn(rules('User-agent: *', 'Disallow: /a'), rules('')), { clock });
    await using _server = server;
    await expect(read('/a')).rejects.toMatchObject({ code: 'egress-refused' });
    clock.moveOn(23 * 3_600_000);
    await expect(read('/a')).rejects.toMatchObject({ code: 'egress-refused' });
    clock.moveOn(2 * 3_600_000);
    await read('/a');
  });

  it('counts to its 500 KiB, and no further', async () => {
    const filler = (bytes: number) => `# ${'x'.repeat(60)}\n`.repeat(Math.ceil(bytes / 63));
    const { server, read } = await serve(
      rules('User-agent: *', 'Disallow: /a', filler(400_000), 'Disallow: /b', filler(300_000), 'Disallow: /secret/'),
    );
    await using _server = server;
    await expect(read('/a')).rejects.toMatchObject({ code: 'egress-refused' });
    await expect(read('/b')).rejects.toMatchObject({ code: 'egress-refused' });
    await read('/secret/c');
  });

  test('made to cost time costs little, and what is cut of it forbids more, not less', async () => {
    const hostile = `Disallow: /${'*a'.repeat(10)}b`;
    const { server, read } = await serve(rules('User-agent: *', ...Array(15_000).fill(hostile), 'Disallow: /a*z', 'Allow: /b*'));
    await using _server = server;
    const startedAt = performance.now();
    await expect(read(`/a?${'a'.repeat(1900)}`)).rejects.toMatchObject({ code: 'egress-refused' });
    // 7.6 s at such a file before its stars were counted; the most of what is left is the parser's own.
    expect(performance.now() - startedAt).toBeLessThan(2500);
  });

  it('is read with its stars', async () => {
    const { server, read } = await serve(rules('User-agent: * # all', 'Disallow: /*.pdf$ # no files', 'Disallow: /**/c', 'Allow: /a*'));
    await using _server = server;
    await read('/a');
    await expect(read('/b.pdf')).rejects.toMatchObject({ code: 'egress-refused', message: expect.stringContaining('forbids') });
    await expect(read('/secret/c')).rejects.toMatchObject({ code: 'egress-refused' });
  });

  it('is asked for by one of several who come at once, and outlives its leaving', async () => {
    const slow: Route = (_request, response) => void setTimeout(() => response.writeHead(404).end(), 150);
    const { server, web, call } = await serve(slow);
    await using _server = server;
    const leaving = web.fetch(`${server.origin}/a`, call(AbortSignal.timeout(50)));
    const staying = web.fetch(`${server.origin}/b`, call());
    await expect(leaving).rejects.toMatchObject({ code: 'aborted' });
    expect((await staying).url).toBe(`${server.origin}/b`);
  });
});

describe('the pace', () => {
  /** How long each request is told to wait, milliseconds, on a clock that stands still: so when it starts, after the first. */
  const starts = async (robots: Route, requestsPerSecond: number) => {
    const clock = createHandClock();
    const sleep = vi.spyOn(clock, 'sleep');
    const { server, read } = await serve(robots, { requestsPerSecond, clock });
    await using _server = server;
    await Promise.all([read('/a'), read('/b'), read('/a')]);
    expect(server.requests).toHaveLength(4);
    return sleep.mock.calls.map(([ms]) => ms);
  };

  it('keeps the starts of requests to one host apart, robots.txt among them', async () => {
    expect(await starts(status(404), 10)).toEqual([100, 200, 300]);
    expect(await starts(status(404), 1)).toEqual([1000, 2000, 3000]);
  });

  it('follows the wish of robots.txt, to a bound of ten seconds', async () => {
    expect(await starts(rules('User-agent: *', 'Crawl-delay: 0.3'), 1000)).toEqual([1, 301, 601]);
    expect(await starts(rules('User-agent: *', 'Crawl-delay: 86400'), 1000)).toEqual([1, 10_001, 20_001]);
  });

  it('has two requests to a host under way at most', async () => {
    let now = 0;
    let most = 0;
    const slow: Route = (_request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.writeHead(200, { 'content-type': 'text/plain' }).end('x');
      }, 30);
    };
    await using server = await startWebServer(Object.fromEntries([...'abcdef'].map((name) => [`/${name}`, slow])));
    const { web, call } = createWebKit([server]);
    await Promise.all([...'abcdef'].map((name) => web.fetch(`${server.origin}/${name}`, call())));
    expect(most).toBe(2);
  });

  it('lets go of a place in the queue when its owner leaves', async () => {
    const { server, web, call } = await serve(status(404), { requestsPerSecond: 0.5 });
    await using _server = server;
    const stop = new AbortController();
    const waiting = web.fetch(`${server.origin}/a`, call(stop.signal));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(server.pages()).toEqual([]);
  });

  it('waits as long as a busy server asks, and does not wait for long', async () => {
    const clock = createHandClock();
    const sleep = vi.spyOn(clock, 'sleep');
    await using server = await startWebServer({
      '/soon': inTurn(status(429, { 'retry-after': '7' }), page('x')),
      '/late': status(503, { 'retry-after': '3600' }),
    });
    const { web, call } = createWebKit([server], { clock });
    await web.fetch(`${server.origin}/soon`, call());
    expect(sleep.mock.calls.some(([ms]) => ms > 6900 && ms <= 7000)).toBe(true);
    await expect(web.fetch(`${server.origin}/late`, call())).rejects.toMatchObject({
      code: 'provider-unavailable',
      details: { retryAfterMs: 3_600_000 },
    });
    expect(server.pages()).toEqual(['/soon', '/soon', '/late']);
  });
});
