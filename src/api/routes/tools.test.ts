import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IsthmusError } from '../../domain/errors.ts';
import { type ApiKit, FIXED_TOOLS, openApiKit } from '../../testing/api-kit.ts';
import { waitFor } from '../../testing/wait-for.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const TEXT = { text: 'It is twelve metres tall.', question: 'How tall is it?' };
const ROWS = {
  rows: [
    { x: 'a', z: 'b' },
    { id: 'second', x: 'c', q: 'why', z: 'd' },
  ],
};

describe('POST /v1/compress', () => {
  it('answers with summaries, their bits, and places in the document', async () => {
    const { status, json } = await kit.call('/v1/compress', { body: TEXT });
    expect(status).toBe(200);
    expect(json.parts[0]).toMatchObject({
      summary: 'twelve metres',
      quotes: [{ start: 16, end: 29 }],
      information: { bits: 1.44 },
      token_bits: [{ text: 'twelve', bits: 1 }],
    });
    // No figure is null, never 0.
    expect(json.estimate).toMatchObject({ bits: null, samples: 0, missing: 1 });
  });

  it.each([{}, { ...TEXT, chunks: 0 }, { ...TEXT, scorer: '/etc/model.gguf' }, { ...TEXT, text: '' }, []])('refuses %j', async (body) => {
    expect((await kit.call('/v1/compress', { body })).status).toBe(400);
  });

  it('answers with what a model is missing', async () => {
    const compress = async () =>
      Promise.reject(new IsthmusError('capability-missing', 'The scorer needs a model that can score-continuation.'));
    await using own = await openApiKit({ tools: { ...FIXED_TOOLS, compress } });
    const { status, json } = await own.call('/v1/compress', { body: TEXT });
    expect([status, json.error.code]).toEqual([422, 'capability_missing']);
  });

  it('lets a few in at a time, and stops for a client that leaves', async () => {
    let inside = 0;
    const compress = (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        inside += 1;
        signal.addEventListener('abort', () => {
          inside -= 1;
          reject(new IsthmusError('aborted', 'The caller has left.'));
        });
      });
    await using own = await openApiKit({ tools: { ...FIXED_TOOLS, compress }, limits: { toolsAtOnce: 1 } });
    const leave = new AbortController();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(TEXT), signal: leave.signal };
    const first = fetch(`${own.url}/v1/compress`, init).catch(() => 'left');
    await waitFor('the first to be inside', async () => inside || undefined);
    const second = await own.call('/v1/score', { body: ROWS });
    leave.abort();
    expect([second.status, second.json.error.code, await first]).toEqual([429, 'too_many_requests_at_once', 'left']);
    await waitFor('the model to be free', async () => inside === 0 || undefined);
    expect((await own.call('/v1/score', { body: ROWS })).status).toBe(200);
  });
});

describe('POST /v1/score', () => {
  it('answers for each row, with the reason where there is no score', async () => {
    const { status, json } = await kit.call('/v1/score', { body: ROWS });
    expect([status, json.rows.map((row: { id: string }) => row.id)]).toEqual([200, ['1', 'second']]);
    expect(json.rows[0]).toMatchObject({ information: { bits: 1.44 }, missing: null });
    expect(json.rows[1]).toMatchObject({ information: null, missing: 'a scoring it needs has failed' });
  });

  it.each([{ rows: [] }, { rows: [{ x: 'a', z: 'b' }] }, { rows: 'a' }, { rows: [{ x: '', z: 'b' }, {}] }])('refuses %j', async (body) => {
    expect((await kit.call('/v1/score', { body })).status).toBe(400);
  });
});
