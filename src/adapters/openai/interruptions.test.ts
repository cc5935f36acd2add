import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureAt, generateAt, KEY } from '../../testing/openai-fixture.ts';
import { type OpenAiServer, startOpenAiServer } from '../../testing/openai-server.ts';

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({ apiKey: KEY });
});
afterEach(() => server.close());

describe('a call that breaks off', () => {
  test.each(['cut', 'clean'] as const)('half a stream (%s) is no answer, and is not repeated here: it may be billed', async (ending) => {
    server.enqueue({ type: 'half', text: 'It is 412', ending });
    expect(await failureAt(server)).toMatchObject({ code: 'provider-unavailable', isRetryable: true, details: { billed: 'unknown' } });
    expect(server.requests).toHaveLength(1);
    expect(server.bill()).toMatchObject({ calls: 1, outputTokens: 3 });
  });

  test('a connection torn before the answer is not repeated either', async () => {
    server.enqueue({ type: 'hang-up' });
    expect(await failureAt(server)).toMatchObject({ code: 'provider-unavailable', isRetryable: true, details: { billed: 'unknown' } });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['data: {"choices": [\n\n', 'text/event-stream', 'provider-unavailable'],
    ['data: 42\n\ndata: null\n\ndata: {"choices":[{"delta":7}]}\n\n', 'text/event-stream', 'provider-unavailable'],
    ['', 'text/event-stream', 'provider-unavailable'],
    ['<html>Welcome</html>', 'text/html', 'provider-rejected'],
    ['{"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}', 'application/json', 'provider-rejected'],
  ])('garbage (%s) is %s %s', async (body, contentType, code) => {
    server.enqueue({ type: 'raw', body, contentType });
    expect(await failureAt(server)).toMatchObject({ code });
  });

  test.each([
    [{ message: 'overloaded', type: 'server_error', code: null }, 'provider-unavailable', true],
    [{ message: 'upstream', code: 502 }, 'provider-unavailable', true],
    [{ message: 'too long', code: 'context_length_exceeded' }, 'context-overflow', false],
  ])('an error inside the stream (%j) is %s', async (error, code, isRetryable) => {
    server.enqueue({ type: 'error-event', text: 'It is', error });
    expect(await failureAt(server)).toMatchObject({ code, isRetryable, details: { billed: 'unknown' } });
  });
});

describe('silence', () => {
  test('before the answer, within it, or a whole that takes too long: three limits', async () => {
    server.enqueue(
      { type: 'silence' },
      { type: 'stall', text: 'It is' },
      { type: 'answer', text: 'a b c d e f g h i j', tokenDelayMs: 60 },
    );
    const connect = await failureAt(server, { options: { connectTimeoutMs: 120 } });
    expect(connect).toMatchObject({ code: 'provider-timeout', isRetryable: true, message: expect.stringContaining('120 ms') });
    expect(await failureAt(server, { options: { idleTimeoutMs: 130 } })).toMatchObject({
      code: 'provider-timeout',
      message: expect.stringContaining('130 ms'),
    });
    expect(await failureAt(server, { options: { timeoutMs: 250 } })).toMatchObject({
      code: 'provider-timeout',
      message: expect.stringContaining('250 ms'),
    });
    expect(server.requests).toHaveLength(3);
  });

  test('shorter than the idle limit is patience, however long the answer takes', async () => {
    server.enqueue({ type: 'answer', text: 'one two three four five six', tokenDelayMs: 80 });
    expect(await generateAt(server, { options: { idleTimeoutMs: 400, connectTimeoutMs: 400 } })).toMatchObject({
      text: 'one two three four five six',
    });
  });
});

describe('an abort', () => {
  test('in mid-stream closes the connection, so that the provider stops writing', async () => {
    server.enqueue({ type: 'answer', text: Array.from({ length: 200 }, (_, index) => `w${index}`).join(' '), tokenDelayMs: 20 });
    const controller = new AbortController();
    const pending = generateAt(server, { signal: controller.signal });
    setTimeout(() => controller.abort(), 150);
    await expect(pending).rejects.toMatchObject({ code: 'aborted', isRetryable: false, details: { billed: 'unknown' } });
    expect(await server.requests[0]?.ended).toBe('client-closed');
    expect(server.bill().outputTokens).toBeLessThan(50);
  });

  test('before the call sends nothing', async () => {
    await expect(generateAt(server, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(server.requests).toHaveLength(0);
  });
});
