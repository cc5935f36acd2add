import { describe, expect, it, test } from 'vitest';
import { SEARCH_SERVICES, serveSearch } from '../../testing/search-services.ts';
import { createWebKit } from '../../testing/web-kit.ts';
import { inTurn, json, page, redirect, startWebServer, status } from '../../testing/web-servers.ts';

type Name = keyof typeof SEARCH_SERVICES;
const NAMES = Object.keys(SEARCH_SERVICES) as Name[];
const KEYED = ['tavily', 'brave', 'serper'] as const;
const VARIABLES: Readonly<Record<string, string>> = { tavily: 'TAVILY_API_KEY', brave: 'BRAVE_API_KEY', serper: 'SERPER_API_KEY' };
const KEY = 'k-0123456789-very-secret';

const HITS = [
  {
    url: 'https://a.example/wiki/Carrow_Canal',
    title: 'Carrow Canal',
    snippet: 'The <strong>canal</strong> &amp; its &#39;locks&#39;\n opened in 1812.',
  },
  { url: 'https://b.example/x#part', title: 'Second', snippet: 'two' },
  { url: 'https://b.example/x', title: 'Second again', snippet: 'the same page' },
  { url: 'ftp://c.example/x', title: 'Not the web', snippet: 'three' },
  { url: 'https://d.example/', title: 'Fourth', snippet: 'four' },
];

async function open(name: Name, routes: Parameters<typeof startWebServer>[0], options: Parameters<typeof createWebKit>[1] = {}) {
  const server = await startWebServer(routes);
  const environment = (variable: string) => (variable === VARIABLES[name] ? KEY : undefined);
  const kit = createWebKit([server], { provider: name, url: `${server.origin}/`, environment, ...options });
  return { server, ...kit, search: (limit = 8) => kit.web.search('when was the canal opened?', { ...kit.call(), limit }) };
}

describe.each(NAMES)('the provider %s', (name) => {
  const { path } = SEARCH_SERVICES[name];

  it('is asked in its protocol, and its hits come tidied: pages of the web, each once, in plain text', async () => {
    const { server, search, egress, web } = await open(name, serveSearch(name, { hits: HITS, apiKey: KEY }), { language: 'de' });
    await using _server = server;
    const hits = await search();
    expect(web.provider).toBe(name);
    expect(hits[0]).toMatchObject({ title: 'Carrow Canal', snippet: "The canal & its 'locks' opened in 1812." });
    if (name === 'wikipedia') expect(hits[0]?.url).toBe(`${server.origin}/wiki/Carrow_Canal`);
    else expect(hits.map(({ url }) => url)).toEqual([HITS[0]?.url, 'https://b.example/x', 'https://d.example/']);
    expect(egress).toEqual([expect.objectContaining({ purpose: 'search', status: 200, address: '127.0.0.1' })]);
    expect(JSON.stringify(egress)).not.toContain(KEY);
    expect(await search(1)).toHaveLength(1);
  });

  it('finds nothing where it says so', async () => {
    const { server, search } = await open(name, serveSearch(name, { hits: [] }));
    await using _server = server;
    if (name === 'searxng')
      await expect(search()).rejects.toMatchObject({ code: 'provider-unavailable', message: expect.stringContaining('timeout') });
    else expect(await search()).toEqual([]);
  });

  it.each([401, 403, 422, 400])('that answers %d has refused, once and for all', async (code) => {
    const { server, search } = await open(name, { [path]: status(code, {}, `{"message":"no, ${KEY}\u0007"}`) });
    await using _server = server;
    const error = (await search().catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: 'provider-rejected', isRetryable: false, message: expect.stringContaining(`${code}`) });
    if (KEYED.some((keyed) => keyed === name)) expect(error.message).not.toContain(KEY);
    expect(error.message).not.toContain('\u0007');
    expect(server.requests).toHaveLength(1);
  });

  it.each([500, 503, 429])('that answers %d is asked again', async (code) => {
    const { [path]: good = page('') } = serveSearch(name, { hits: HITS });
    const { server, search } = await open(name, { [path]: inTurn(status(code, { 'retry-after': '0' }), good) });
    await using _server = server;
    expect((await search()).length).toBeGreaterThan(0);
    const twice = await open(name, { [path]: status(code, { 'retry-after': '0' }) });
    await using _twice = twice.server;
    await expect(twice.search()).rejects.toMatchObject({ code: 'provider-unavailable', isRetryable: true, details: { retryAfterMs: 0 } });
    expect(twice.server.requests).toHaveLength(2);
  });

  it.each([
    ['HTML', page('<html>sign in</html>')],
    ['another form', json({ results: 'none', web: 'none', organic: 'none', query: 'none' })],
    ['a list', json([1, 2])],
    ['half of it', status(200, {}, '{"results": [{"url": ')],
  ])('that answers in %s is not understood', async (_what, route) => {
    const { server, search } = await open(name, { [path]: route });
    await using _server = server;
    await expect(search()).rejects.toMatchObject({ code: 'provider-rejected', message: expect.stringContaining(name) });
  });

  it('is not followed elsewhere', async () => {
    await using other = await startWebServer(serveSearch(name, { hits: HITS }));
    const { server, search } = await open(name, { [path]: redirect(`${other.origin}${path}`) });
    await using _server = server;
    await expect(search()).rejects.toMatchObject({ code: 'provider-rejected', message: expect.stringContaining('web.url') });
    expect(other.requests).toEqual([]);
  });
});

describe('a key', () => {
  it.each(KEYED)('of %s that is missing is asked for by its name, before anything is sent', async (name) => {
    const { server, search } = await open(name, serveSearch(name, { hits: HITS }), { environment: () => undefined });
    await using _server = server;
    await expect(search()).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(VARIABLES[name] ?? '') });
    expect(server.requests).toEqual([]);
  });

  it.each(KEYED)('of %s that is wrong stays out of the error', async (name) => {
    const { server, search, egress } = await open(name, serveSearch(name, { hits: HITS, apiKey: 'another' }), {
      environment: (variable) => (variable === 'MY_KEY' ? KEY : undefined),
      apiKeyEnv: 'MY_KEY',
    });
    await using _server = server;
    const error = (await search().catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: 'provider-rejected', message: expect.stringContaining('Invalid key …') });
    expect(JSON.stringify([error, error.message, egress])).not.toContain(KEY);
  });
});

describe('a search at a private address', () => {
  it.each(NAMES.filter((name) => name !== 'searxng'))('is refused: %s', async (name) => {
    const { server, search, egress } = await open(name, serveSearch(name, { hits: HITS }), { allowAddresses: [] });
    await using _server = server;
    await expect(search()).rejects.toMatchObject({ code: 'egress-refused' });
    expect(server.requests).toEqual([]);
    expect(egress).toEqual([expect.objectContaining({ purpose: 'search', refused: expect.any(String) })]);
  });

  it('is made for the searxng that is configured, which no page may be read from', async () => {
    const { server, search, web, call } = await open(
      'searxng',
      { ...serveSearch('searxng', { hits: HITS }), '/page': page('x') },
      { allowAddresses: [] },
    );
    await using _server = server;
    expect(await search()).toHaveLength(3);
    await expect(web.fetch(`${server.origin}/page`, call())).rejects.toMatchObject({ code: 'egress-refused' });
    expect(server.pages()).toEqual(['/search']);
  });
});

test('MediaWiki fails with status 200', async () => {
  const busy = json({ error: { code: 'ratelimited', info: 'slow down' } });
  const wrong = json({ error: { code: 'srsearch-error', info: 'bad query' } });
  const first = await open('wikipedia', { '/w/api.php': inTurn(wrong) });
  await using _first = first.server;
  await expect(first.search()).rejects.toMatchObject({ code: 'provider-rejected', message: 'wikipedia: srsearch-error: bad query' });
  const second = await open('wikipedia', { '/w/api.php': inTurn(busy, serveSearch('wikipedia', { hits: HITS })['/w/api.php'] ?? busy) });
  await using _second = second.server;
  expect(await second.search()).toHaveLength(5);
});

test('without a provider a search says what to configure', async () => {
  const { web, call } = createWebKit([]);
  expect(web.provider).toBeUndefined();
  await expect(web.search('q', { ...call(), limit: 3 })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('web.provider'),
  });
});
