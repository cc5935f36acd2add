import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureAt, generateAt, KEY } from '../../testing/openai-fixture.ts';
import { type OpenAiServer, startOpenAiServer } from '../../testing/openai-server.ts';
import { retryAfterOf } from './errors.ts';
import { createOpenAiModel } from './openai-model.ts';

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({ apiKey: KEY });
});
afterEach(() => server.close());

describe('a refusal of the provider', () => {
  test('of the key names the variable and not the key', async () => {
    const error = await failureAt(server, { options: { apiKey: 'sk-wrong-999', apiKeyVariable: 'MY_KEY' } });
    expect(error).toMatchObject({
      code: 'provider-rejected',
      isRetryable: false,
      details: { status: 401, billed: 'no', requestId: 'req_401' },
    });
    expect(error.message).toContain('MY_KEY');
    expect(error.message).toContain('gpt-4o');
    expect(error.message).not.toContain('sk-wrong-999');
    expect(server.requests).toHaveLength(1);
  });

  test('a missing key for OpenAI itself is noticed before anything is sent', async () => {
    const keyless = createOpenAiModel({
      name: 'big',
      model: 'gpt-4o',
      profileId: 'instruct',
      fetch: () => Promise.reject(new Error('sent')),
    });
    await expect(keyless.describe()).rejects.toMatchObject({
      code: 'provider-rejected',
      message: expect.stringContaining('OPENAI_API_KEY'),
    });
  });

  test.each([
    [400, undefined, 'provider-rejected', false],
    [404, 'model_not_found', 'provider-rejected', false],
    [413, undefined, 'provider-rejected', false],
    [422, undefined, 'provider-rejected', false],
    [429, 'insufficient_quota', 'provider-rejected', false],
    [400, 'context_length_exceeded', 'context-overflow', false],
    [408, undefined, 'provider-timeout', true],
    [502, undefined, 'provider-unavailable', true],
  ] as const)('%d %s is %s, and is not repeated here', async (status, code, expected, isRetryable) => {
    server.enqueue({ type: 'error', status, ...(code === undefined ? {} : { code }) });
    expect(await failureAt(server)).toMatchObject({ code: expected, isRetryable, details: { status } });
    expect(server.requests).toHaveLength(1);
  });

  test('for length is recognised in words too, and keeps the figures', async () => {
    server.enqueue({ type: 'error', status: 400, message: "This model's maximum context length is 8192 tokens, but you sent 9000." });
    expect(await failureAt(server)).toMatchObject({ code: 'context-overflow', message: expect.stringContaining('8192') });
  });

  test('a wrong path is told by the base URL', async () => {
    const error = await failureAt(server, { options: { baseUrl: server.baseUrl.replace('/v1', '') } });
    expect(error).toMatchObject({ code: 'provider-rejected', details: { status: 404 }, message: expect.stringContaining('/v1') });
  });
});

describe('repetition', () => {
  test.each([
    ['retry-after-ms', '150', 150],
    ['retry-after', '1', 1000],
    ['retry-after', '0.2', 200],
  ])('%s: %s is honoured', async (header, value, waitMs) => {
    server.enqueue({ type: 'error', status: 429, headers: { [header]: value } });
    expect(await generateAt(server)).toMatchObject({ text: 'An answer.' });
    const [first, second] = server.requests.map(({ receivedAtMs }) => receivedAtMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(waitMs - 2);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(waitMs + 400);
    expect(server.bill().calls).toBe(1);
  });

  test('stops after the last attempt, and the error says how long the provider wants', async () => {
    server.enqueue(...Array.from({ length: 3 }, () => ({ type: 'error', status: 503, headers: { 'retry-after-ms': '20' } }) as const));
    const error = await failureAt(server, { options: { maxRetries: 2 } });
    expect(error).toMatchObject({ code: 'provider-unavailable', isRetryable: true, details: { retryAfterMs: 20, billed: 'no' } });
    expect(server.requests).toHaveLength(3);
  });

  test('does not sit out two minutes, though the total time would allow it', async () => {
    server.enqueue({ type: 'error', status: 429, headers: { 'retry-after': '120' } });
    const startedAt = performance.now();
    expect(await failureAt(server)).toMatchObject({ code: 'provider-unavailable', details: { retryAfterMs: 120_000 } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('is given up when the total time would be over before the wait is', async () => {
    server.enqueue({ type: 'error', status: 500, headers: { 'retry-after': '5' } });
    expect(await failureAt(server, { options: { timeoutMs: 1_000 } })).toMatchObject({ code: 'provider-unavailable' });
  });

  test('waiting can be aborted', async () => {
    server.enqueue({ type: 'error', status: 429, headers: { 'retry-after': '30' } });
    const signal = AbortSignal.timeout(100);
    await expect(generateAt(server, { signal })).rejects.toMatchObject({ code: 'aborted', isRetryable: false });
  });

  test('reaches a server that comes up while it waits', async () => {
    const port = Number(new URL(server.baseUrl).port);
    await server.close();
    const pending = generateAt(server);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await using late = await startOpenAiServer({ port });
    expect(await pending).toMatchObject({ text: 'An answer.' });
    expect(late.requests).toHaveLength(1);
  });

  test('of a server that is not there ends with its address and the cause', async () => {
    await server.close();
    const error = await failureAt(server, { options: { maxRetries: 0 } });
    expect(error).toMatchObject({
      code: 'provider-unavailable',
      details: { billed: 'no' },
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(error.message).toContain(server.baseUrl);
  });
});

test.each([
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after-ms': 'soon', 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after': 'later' }, undefined],
  [{}, undefined],
])('%j asks to wait %s ms', (headers, expected) => {
  expect(retryAfterOf(new Headers(headers as Record<string, string>), Date.parse('2026-11-20T12:00:00Z'))).toBe(expected);
});

test('repeats no password or key of a base URL', async () => {
  const { message } = await failureAt({ baseUrl: 'http://me:gullpassword@127.0.0.1:9/v1?api_key=gullkey' });
  expect(message).toContain('127.0.0.1:9');
  expect(message).not.toMatch(/gull/);
});
