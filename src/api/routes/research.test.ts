import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKit, FINISHED_RUN, openApiKit } from '../../testing/api-kit.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const JOB = { question: 'How tall is the tower?', documents: [{ uri: 'a.md', text: 'The tower is twelve metres tall.' }] };

describe('POST /v1/research', () => {
  it('answers 202 with the run and where to find it', async () => {
    const { status, headers, json } = await kit.call('/v1/research', { body: { ...JOB, metadata: { project: 'towers', n: 3 } } });
    expect(status).toBe(202);
    expect(json).toMatchObject({ object: 'research.run', status: 'queued', question: JOB.question, metadata: { project: 'towers', n: 3 } });
    expect(headers.get('location')).toBe(`/v1/research/${json.id}`);
    expect((await kit.call(`/v1/research/${json.id}`)).json.metadata).toEqual({ project: 'towers', n: 3 });
  });

  it('takes a budget in dollars, tokens, calls and seconds', async () => {
    const { json } = await kit.call('/v1/research', { body: { ...JOB, budget: { usd: 0.29, tokens: 5, calls: 6, seconds: 1.5 } } });
    expect(json.limits).toEqual({ micro_usd: 290_000, tokens: 5, calls: 6, duration_ms: 1500 });
  });

  it('tells the priority that was asked for', async () => {
    const { json } = await kit.call('/v1/research', { body: { ...JOB, priority: 'high' } });
    expect([json.priority, (await kit.call(`/v1/research/${json.id}`)).json.priority]).toEqual(['high', 'high']);
    expect((await kit.call('/v1/research', { body: JOB })).json.priority).toBe('normal');
  });

  it('tells what is kept free for the answer, until it is over, and nothing without a limit', async () => {
    const { json } = await kit.call('/v1/research', { body: { ...JOB, budget: { tokens: 500 } } });
    const heldBack = { tokens: 40, micro_usd: 7, calls: 1 };
    expect([json.held_back, (await kit.call(`/v1/research/${json.id}`)).json.held_back]).toEqual([heldBack, heldBack]);
    expect((await kit.call(`/v1/research/${json.id}/cancel`, { method: 'POST' })).json.held_back).toBeNull();
    expect((await kit.call('/v1/research', { body: JOB })).json.held_back).toBeNull();
  });

  it('answers a dry run with an estimate and starts nothing', async () => {
    const before = (await kit.call('/v1/research?limit=100')).json.data.length;
    const { status, json } = await kit.call('/v1/research', { body: { ...JOB, dry_run: true } });
    expect(status).toBe(200);
    expect(json).toMatchObject({ object: 'research.estimate', usd: { expected: 0.00025 }, minutes: { expected: 0.2 } });
    expect((await kit.call('/v1/research?limit=100')).json.data).toHaveLength(before);
  });

  it('is the same run for the same Idempotency-Key and body, and a conflict for another body', async () => {
    const headers = { 'idempotency-key': 'first-of-june' };
    const first = await kit.call('/v1/research', { body: JOB, headers });
    const again = await kit.call('/v1/research', { body: JOB, headers });
    const other = await kit.call('/v1/research', { body: { ...JOB, question: 'How wide?' }, headers });
    expect(again.json.id).toBe(first.json.id);
    expect([other.status, other.json.error.code]).toEqual([409, 'conflict']);
  });

  it.each([
    ['no question', { documents: JOB.documents }, 'question'],
    ['neither documents nor corpus', { question: 'Why?' }, 'documents'],
    ['both', { ...JOB, corpus_id: 'corpus' }, 'documents'],
    ['an unknown member', { ...JOB, questoin: 1 }, null],
    ['a wrong type deep inside', { question: 'Why?', documents: [{ uri: 'a', text: 7 }] }, 'documents.0.text'],
    ['a NUL', { ...JOB, question: 'a\u0000b' }, 'question'],
    ['half a surrogate pair', { ...JOB, question: 'a\ud800b' }, 'question'],
    ['a file as a model', { ...JOB, compressor: 'abstractive@/etc/model.gguf' }, 'compressor'],
    ['a budget of nothing', { ...JOB, budget: { tokens: 0 } }, 'budget.tokens'],
    ['too much metadata', { ...JOB, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, i])) }, 'metadata'],
  ])('refuses %s and says which member it means', async (_, body, param) => {
    const { status, json } = await kit.call('/v1/research', { body });
    expect([status, json.error.code, json.error.param]).toEqual([400, 'invalid_input', param]);
  });

  it('refuses bytes that are no UTF-8, text that is no JSON, another content type, and an odd Idempotency-Key', async () => {
    const bytes = await kit.call('/v1/research', { body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) });
    const text = await kit.call('/v1/research', { body: '{"question": ' });
    const type = await kit.call('/v1/research', { body: 'question=why', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const key = await kit.call('/v1/research', { body: JOB, headers: { 'idempotency-key': 'with spaces in it' } });
    expect([bytes.status, text.status, type.status, key.status]).toEqual([400, 400, 415, 400]);
    expect(bytes.json.error.message).toContain('UTF-8');
    expect(key.json.error.param).toBe('Idempotency-Key');
  });

  it('refuses a body over the limit, whether its length is declared or not', async () => {
    await using small = await openApiKit({ limits: { bodyBytes: 1000 } });
    const declared = await small.call('/v1/research', { body: { ...JOB, question: 'x'.repeat(2000) } });
    const { port } = new URL(small.url);
    const curl = await promisify(execFile)('sh', [
      '-c',
      `head -c 300000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' -T - -X POST http://127.0.0.1:${port}/v1/research`,
    ]).catch((error: { stdout: string }) => error);
    expect([declared.status, declared.json.error.code]).toEqual([413, 'body_too_large']);
    expect(curl.stdout).toBe('413');
  });
});

describe('GET /v1/research', () => {
  it('pages, newest first, with filters', async () => {
    await using own = await openApiKit();
    for (let i = 1; i <= 5; i += 1) await own.service.start('local', i % 2 === 0 ? `even ${i}` : `odd ${i}`);
    await own.service.cancel({ tenant: 'local' }, 'run_3');
    const first = (await own.call('/v1/research?limit=2')).json;
    const second = (await own.call(`/v1/research?limit=2&after=${first.next_cursor}`)).json;
    const third = (await own.call(`/v1/research?limit=2&after=${second.next_cursor}`)).json;
    const ids = [first, second, third].map((page) => page.data.map((run: { id: string }) => run.id));
    expect(ids).toEqual([['run_5', 'run_4'], ['run_3', 'run_2'], ['run_1']]);
    expect([first.has_more, third.has_more, third.next_cursor]).toEqual([true, false, null]);
    expect((await own.call('/v1/research?status=cancelled')).json.data).toHaveLength(1);
    expect((await own.call('/v1/research?search=even')).json.data).toHaveLength(2);
  });

  it.each(['limit=0', 'limit=many', 'limit=1&limit=2', 'status=done', 'after=%00', 'search=', 'colour=red'])(
    'refuses ?%s',
    async (query) => {
      expect((await kit.call(`/v1/research?${query}`)).status).toBe(400);
    },
  );
});

describe('one run', () => {
  it('is read with progress, usage and report', async () => {
    const id = await kit.service.start('local');
    await kit.service.append(id, ...FINISHED_RUN);
    const { json } = await kit.call(`/v1/research/${id}`);
    expect(json).toMatchObject({
      status: 'completed',
      progress: { planned: 1, done: 1, pending: 0, by_role: { plan: { done: 1 } } },
      usage: { calls: 1, prompt_tokens: 100, micro_usd: null, unpriced_calls: 1 },
      report: { text: 'It is twelve metres tall [1].', citations: [{ quote: 'twelve metres' }] },
      last_sequence: 4,
    });
  });

  it('tells why it failed, and not where on this disk', async () => {
    const id = await kit.service.start('local');
    const error = { code: 'model-load-failed', message: 'Cannot read /home/someone/models/big.gguf.', isRetryable: false } as const;
    await kit.service.append(id, { type: 'run-failed', error });
    const { json } = await kit.call(`/v1/research/${id}`);
    expect([json.status, json.error]).toEqual(['failed', { code: 'model_load_failed', message: 'Cannot read [path]' }]);
  });

  it('is cancelled, as often as one likes', async () => {
    const id = await kit.service.start('local');
    const first = await kit.call(`/v1/research/${id}/cancel`, { method: 'POST' });
    const again = await kit.call(`/v1/research/${id}/cancel`, { method: 'POST' });
    expect([first.status, first.json.status, again.status, again.json.last_sequence]).toEqual([
      200,
      'cancelled',
      200,
      first.json.last_sequence,
    ]);
  });

  it('is forked, with changes or without', async () => {
    const id = await kit.service.start('local');
    const same = await kit.call(`/v1/research/${id}/fork`, { method: 'POST' });
    const other = await kit.call(`/v1/research/${id}/fork`, { body: { compressor: 'extractive', budget: { tokens: 9 } } });
    const refused = await kit.call(`/v1/research/${id}/fork`, { body: { question: 'Another?' } });
    expect([same.status, same.json.forked_from, same.headers.get('location')]).toEqual([202, id, `/v1/research/${same.json.id}`]);
    expect(other.json.limits.tokens).toBe(9);
    expect(refused.status).toBe(400);
  });

  it('is forked once for an Idempotency-Key and the same changes; other changes, or a submission, are a conflict', async () => {
    const id = await kit.service.start('local');
    const headers = { 'idempotency-key': 'fork-of-june' };
    const fork = (body: object) => kit.call(`/v1/research/${id}/fork`, { body, headers });
    const first = await fork({ compressor: 'extractive' });
    const again = await fork({ compressor: 'extractive' });
    const others = [await fork({ compressor: 'head' }), await kit.call('/v1/research', { body: JOB, headers })];
    expect([again.status, again.json.id, again.json.forked_from]).toEqual([202, first.json.id, id]);
    expect(others.map(({ status, json }) => [status, json.error.code])).toEqual(Array(2).fill([409, 'conflict']));
    const odd = await kit.call(`/v1/research/${id}/fork`, { body: {}, headers: { 'idempotency-key': 'with spaces in it' } });
    expect([odd.status, odd.json.error.param]).toEqual([400, 'Idempotency-Key']);
  });

  it('is deleted once it has ended, and only then', async () => {
    const id = await kit.service.start('local');
    const live = await kit.call(`/v1/research/${id}`, { method: 'DELETE' });
    await kit.service.append(id, ...FINISHED_RUN);
    const ended = await kit.call(`/v1/research/${id}`, { method: 'DELETE' });
    expect([live.status, live.json.error.code, ended.status, ended.text]).toEqual([409, 'conflict', 204, '']);
    expect((await kit.call(`/v1/research/${id}`)).status).toBe(404);
  });

  it.each(['run_999', '%00', '..%2f..%2fetc%2fpasswd', 'a'.repeat(500), '%ff%fe', '💡'])('with the id %s does not exist', async (id) => {
    const { status, json } = await kit.call(`/v1/research/${id}`);
    expect([status, json.error.type]).toEqual([404, 'invalid_request_error']);
  });
});

describe('curl', () => {
  it('submits, and reads what it is told to read', async () => {
    const run = (...args: string[]) => promisify(execFile)('curl', ['-sS', ...args]);
    const { stdout } = await run('-i', `${kit.url}/v1/research`, '-H', 'Content-Type: application/json', '-d', JSON.stringify(JOB));
    const location = /^location: (.+)$/im.exec(stdout)?.[1]?.trim();
    const read = await run(`${kit.url}${location}`);
    expect(JSON.parse(read.stdout)).toMatchObject({ object: 'research.run', question: JOB.question });
  });
});
