import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IsthmusError } from '../domain/errors.ts';
import { type ApiKit, openApiKit } from '../testing/api-kit.ts';
import { ANSWERS, publicMessage, redact } from './errors.ts';

describe('messages for others', () => {
  it.each([
    ['Cannot read /home/someone/models/x.gguf.', 'Cannot read [path]'],
    ["ENOENT: open '/var/lib/isthmus/keys'", "ENOENT: open '[path]'"],
    ['at file:///srv/app/main.js:3', 'at [path]'],
    ['C:\\Users\\me\\x.gguf is not there', '[path] is not there'],
    ['the key isk_abcdefghij and sk-proj-12345678', 'the key [secret] and [secret]'],
  ])('hide places and secrets: %s', (message, expected) => {
    expect(redact(message)).toBe(expected);
  });

  it.each(['Follow /v1/research/run_1/events until it ends.', 'See https://example.org/a/b/c.', 'notes/2024/a.md', '1/2 or and/or'])(
    'leave alone what is harmless: %s',
    (message) => {
      expect(redact(message)).toBe(message);
    },
  );

  it('say nothing of an unforeseen error but where to ask', () => {
    const message = publicMessage({ code: 'internal', message: 'relation "isthmus.runs" does not exist' }, 'req_1');
    expect(message).toContain('req_1');
    expect(message).not.toContain('relation');
  });
});

describe('answers', () => {
  let kit: ApiKit;
  beforeAll(async () => {
    kit = await openApiKit();
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  it('have one status for each code, and never 200', () => {
    for (const { status } of Object.values(ANSWERS)) expect(status).toBeGreaterThanOrEqual(400);
  });

  it.each(Object.entries(ANSWERS))('map %s', async (code, { status, type }) => {
    const read = async () => Promise.reject(new IsthmusError(code as 'internal', 'Expected this, got that, do so.'));
    await using own = await openApiKit({ service: { ...kit.service, read, summary: read } });
    const answer = await own.call('/v1/research/run_1');
    expect([answer.status, answer.json.error.type, answer.json.error.code]).toEqual([status, type, code.replaceAll('-', '_')]);
  });

  it('are 500 without insides for what nobody has foreseen, and the operator is told', async () => {
    const list = async () => Promise.reject(new TypeError(`cannot read /srv/isthmus/secret with isk_${'a'.repeat(43)}`));
    await using own = await openApiKit({ service: { ...kit.service, list } });
    const { status, text, headers, json } = await own.call('/v1/research');
    expect([status, json.error.code, own.errors.length]).toEqual([500, 'internal', 1]);
    expect(text).not.toMatch(/srv|isk_|TypeError|\.ts/);
    expect(text).toContain(headers.get('x-request-id') ?? 'no id');
  });

  it('say when the store is not to be had, and are well all the same', async () => {
    await using own = await openApiKit({ checkReady: async () => Promise.reject(new Error('no store')) });
    expect([(await own.call('/readyz')).status, (await own.call('/healthz')).json.status]).toEqual([503, 'ok']);
  });

  it('name their request, by the name given if it is harmless', async () => {
    const given = await kit.call('/healthz', { headers: { 'x-request-id': 'mine-1' } });
    const odd = await kit.call('/healthz', { headers: { 'x-request-id': '"><script>' } });
    expect(given.headers.get('x-request-id')).toBe('mine-1');
    expect(odd.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('know which methods a path has', async () => {
    const put = await kit.call('/v1/research', { method: 'PUT', body: {} });
    const nowhere = await kit.call('/v2/research');
    const slash = await kit.call('/v1/research/');
    expect([put.status, put.headers.get('allow'), nowhere.status, nowhere.json.error.code, slash.status]).toEqual([
      405,
      'POST, GET',
      404,
      'unknown_route',
      404,
    ]);
  });

  it('carry headers that keep browsers from misreading them, and no page may call unless it is named', async () => {
    const { headers } = await kit.call('/v1/research');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
    const named = await openApiKit({ corsOrigins: ['https://app.example'] });
    const preflight = await named.call('/v1/research', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    const foreign = await named.call('/v1/research', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    await named[Symbol.asyncDispose]();
  });
});
