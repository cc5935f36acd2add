import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKit, fillPath, openApiKit } from '../testing/api-kit.ts';
import { createRateLimiter } from './rate-limit.ts';
import { ROUTES } from './route-table.ts';

const BODIES: Readonly<Record<string, unknown>> = {
  sendCorpusDocuments: { documents: [{ uri: 'a', text: 'b' }] },
  searchCorpus: { query: 'a' },
  submitResearch: { question: 'Why?', corpus_id: 'corpus' },
  forkResearch: {},
  compress: { text: 'a', question: 'b' },
  score: {
    rows: [
      { x: 'a', z: 'b' },
      { x: 'c', z: 'd' },
    ],
  },
};
const GUARDED = ROUTES.filter(({ scope }) => scope !== undefined);

function callOf({ id, method }: (typeof ROUTES)[number]) {
  return { method: method.toUpperCase(), ...(BODIES[id] === undefined ? {} : { body: BODIES[id] }) };
}

describe('with keys', () => {
  let kit: ApiKit;
  beforeAll(async () => {
    kit = await openApiKit();
    await kit.key('mine');
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  it.each(GUARDED.map((route) => [route.id, route] as const))('%s asks for one', async (_, route) => {
    const path = fillPath(route.path, 'run_1');
    const none = await kit.call(path, callOf(route));
    const wrong = await kit.call(path, { ...callOf(route), key: `isk_${'x'.repeat(43)}` });
    const basic = await kit.call(path, { ...callOf(route), headers: { authorization: 'Basic YTpi' } });
    expect([none, wrong, basic].map(({ status, json }) => [status, json.error.type])).toEqual(Array(3).fill([401, 'authentication_error']));
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(GUARDED.map((route) => [route.id, route] as const))('%s asks for its scope', async (_, route) => {
    const others = (['research:read', 'research:write', 'tools'] as const).filter((scope) => scope !== route.scope);
    const key = await kit.key('mine', { scopes: others });
    const { status, json } = await kit.call(fillPath(route.path, 'run_1'), { ...callOf(route), key });
    expect([status, json.error.code]).toEqual([403, 'missing_scope']);
    const admin = await kit.key('mine', { scopes: ['admin'] });
    expect((await kit.call('/v1/research', { key: admin })).status).toBe(200);
  });

  it('asks for none where there is nothing to protect', async () => {
    const answers = await Promise.all(['/healthz', '/readyz', '/openapi.json', '/docs'].map((path) => kit.call(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

describe('limits of a key', () => {
  it('bound its requests a minute, and say so', async () => {
    await using kit = await openApiKit();
    const key = await kit.key('mine', { requestsPerMinute: 3 });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await kit.call('/v1/research', { key }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining-requests'))).toEqual(['2', '1', '0', '0']);
    expect(answers[3]?.json.error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another key has tokens of its own.
    expect((await kit.call('/v1/research', { key: await kit.key('mine') })).status).toBe(200);
  });

  it('come back evenly', () => {
    let now = 0;
    const limiter = createRateLimiter(() => now);
    const take = () => limiter.take('a', 60);
    for (let i = 0; i < 60; i += 1) expect(take().isAllowed).toBe(true);
    expect(take()).toMatchObject({ isAllowed: false, retryAfterMs: 1000, resetMs: 60_000 });
    now += 1000;
    expect([take().isAllowed, take().isAllowed]).toEqual([true, false]);
    now += 3_600_000;
    expect(take()).toMatchObject({ isAllowed: true, remaining: 59 });
  });

  it('bound its runs at work, and a run that ends makes room', async () => {
    let now = Date.now();
    await using kit = await openApiKit({ now: () => now });
    const key = await kit.key('mine', { concurrentRuns: 2 });
    const submit = () => kit.call('/v1/research', { key, body: BODIES['submitResearch'] });
    const answers = await Promise.all([submit(), submit(), submit()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 429]);
    expect(answers.find(({ status }) => status === 429)?.json.error.code).toBe('too_many_runs');
    const fork = await kit.call('/v1/research/run_1/fork', { key, method: 'POST' });
    const dryRun = await kit.call('/v1/research', { key, body: { ...(BODIES['submitResearch'] as object), dry_run: true } });
    expect([fork.status, dryRun.status]).toEqual([429, 200]);
    await kit.call('/v1/research/run_1/cancel', { key, method: 'POST' });
    now += 1;
    expect((await submit()).status).toBe(202);
  });

  it('let a request be repeated under its Idempotency-Key, however many runs are at work', async () => {
    await using kit = await openApiKit();
    const key = await kit.key('mine', { concurrentRuns: 2 });
    const body = BODIES['submitResearch'];
    const submit = (idempotencyKey: string) => kit.call('/v1/research', { key, body, headers: { 'idempotency-key': idempotencyKey } });
    const fork = (idempotencyKey: string) =>
      kit.call('/v1/research/run_1/fork', { key, method: 'POST', headers: { 'idempotency-key': idempotencyKey } });
    const made = [await submit('a'), await fork('b')];
    const again = [await submit('a'), await fork('b')];
    expect(again.map(({ status, json }) => [status, json.id])).toEqual(made.map(({ json }) => [202, json.id]));
    expect([(await submit('c')).status, (await fork('d')).status]).toEqual([429, 429]);
    const other = await kit.call('/v1/research', { key, body: { ...(body as object), seed: 1 }, headers: { 'idempotency-key': 'a' } });
    expect([other.status, other.json.error.code]).toEqual([409, 'conflict']);
  });

  it('end with its revocation, within two seconds', async () => {
    let now = Date.now();
    await using kit = await openApiKit({ now: () => now });
    const key = await kit.key('mine');
    await kit.key('other');
    expect((await kit.call('/v1/research', { key })).status).toBe(200);
    await kit.keys.revoke('key_1');
    now += 2001;
    expect((await kit.call('/v1/research', { key })).status).toBe(401);
  });
});

describe('without keys', () => {
  it('acts as the local tenant, whatever the client sends as its key', async () => {
    await using kit = await openApiKit();
    const id = await kit.service.start('local');
    expect((await kit.call(`/v1/research/${id}`, { key: 'sk-anything' })).status).toBe(200);
  });

  it('answers no page of another origin, and no name that was made to mean this host', async () => {
    await using kit = await openApiKit();
    const { port } = new URL(kit.url);
    const evil = await kit.call('/v1/research', { headers: { origin: 'https://evil.example' } });
    const own = await kit.call('/v1/research', { headers: { origin: kit.url } });
    expect([evil.status, evil.json.error.code, own.status]).toEqual([403, 'origin_refused', 200]);
    const { request } = await import('node:http');
    const rebound = await new Promise<number | undefined>((resolve) => {
      request({ port, path: '/v1/research', headers: { host: `evil.example:${port}` } }, (response) => resolve(response.statusCode)).end();
    });
    expect(rebound).toBe(403);
  });

  it('answers nobody where others can reach it', async () => {
    await using kit = await openApiKit({ isLoopback: false });
    expect((await kit.call('/v1/research')).status).toBe(401);
  });

  it('asks for a key as soon as there is one', async () => {
    let now = Date.now();
    await using kit = await openApiKit({ now: () => now });
    expect((await kit.call('/v1/research')).status).toBe(200);
    await kit.key('mine');
    now += 2001;
    expect((await kit.call('/v1/research')).status).toBe(401);
  });
});
