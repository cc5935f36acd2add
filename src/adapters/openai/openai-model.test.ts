import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureAt, generateAt, KEY, modelAt, REQUEST } from '../../testing/openai-fixture.ts';
import { type OpenAiServer, startOpenAiServer } from '../../testing/openai-server.ts';
import { createOpenAiModel } from './openai-model.ts';

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({ apiKey: KEY });
});
afterEach(() => server.close());

describe('an answer', () => {
  test('is streamed and put together; the usage is the provider’s', async () => {
    server.enqueue({
      type: 'answer',
      text: 'It is 412 metres long — naïve 🦉.\n',
      usage: { promptTokens: 900, cachedTokens: 640, outputTokens: 9 },
    });
    const result = await generateAt(server);
    expect(result).toMatchObject({ text: 'It is 412 metres long — naïve 🦉.\n', tokenCount: 9, finishReason: 'stop' });
    expect(result.usage).toMatchObject({ promptTokens: 900, cachedTokens: 640, outputTokens: 9, scoredTokens: 0 });
    expect(result.usage.isEstimated).toBeUndefined();
    expect(result.usage.model).toEqual(modelAt(server).identity);
    expect(result.usage.durationMs).toBeGreaterThan(0);
  });

  test('that met the token limit says length', async () => {
    server.enqueue({ type: 'answer', text: 'It is', finishReason: 'length' });
    expect(await generateAt(server)).toMatchObject({ text: 'It is', finishReason: 'length' });
  });

  test('that is a refusal is the model’s text', async () => {
    server.enqueue({ type: 'answer', text: 'I cannot help with that.', isRefusal: true });
    expect(await generateAt(server)).toMatchObject({ text: 'I cannot help with that.', finishReason: 'stop' });
  });

  test('that a filter withheld is an error which carries what it cost', async () => {
    server.enqueue({ type: 'answer', text: 'It', finishReason: 'content_filter' });
    const error = await failureAt(server);
    expect(error).toMatchObject({ code: 'provider-rejected', isRetryable: false });
    expect(error.details).toMatchObject({ billed: 'yes', usage: { promptTokens: 7, outputTokens: 1 } });
  });

  test('without usage is counted by an upper bound, and says so', async () => {
    server.enqueue({ type: 'answer', text: 'It is 412 m 🦉', usage: 'none' });
    const { usage } = await generateAt(server);
    expect(usage).toMatchObject({ isEstimated: true, cachedTokens: 0 });
    const bill = server.bill();
    expect(usage.promptTokens).toBeGreaterThanOrEqual(bill.promptTokens);
    expect(usage.outputTokens).toBe(16);
  });
});

describe('a request', () => {
  test('carries messages, limit, temperature, seed and the wish for usage', async () => {
    await generateAt(server);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(server.requests[0]?.body).toEqual({
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'Answer briefly.' },
        { role: 'user', content: 'How long is the bridge?' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 50,
      temperature: 0,
      seed: 7,
    });
  });

  test('leaves out what the server cannot take, and the identity tells', async () => {
    await generateAt(server, { options: { omit: ['temperature', 'seed', 'stream_options'], tokenLimitField: 'max_completion_tokens' } });
    const body = server.requests[0]?.body ?? {};
    expect(Object.keys(body).sort()).toEqual(['max_completion_tokens', 'messages', 'model', 'stream']);
    expect(modelAt(server, { omit: ['seed'] }).identity).not.toEqual(modelAt(server).identity);
  });

  test('holds the output to the schema, unless the server has no structured outputs', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', maxLength: 5 } }, required: ['a'], additionalProperties: false };
    await generateAt(server, { request: { schema } });
    await generateAt(server, { options: { structuredOutputs: false }, request: { schema } });
    expect(server.requests[0]?.body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', schema, strict: true },
    });
    expect(server.requests[1]?.body).not.toHaveProperty('response_format');
  });

  test('to a server without keys has no authorization header', async () => {
    await using open = await startOpenAiServer();
    const keyless = createOpenAiModel({ name: 'big', model: 'm', profileId: 'instruct', baseUrl: `${open.baseUrl}/` });
    await keyless.generate(REQUEST, { signal: new AbortController().signal, record: () => {} });
    expect(open.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('with a marked prompt is refused before it is sent', async () => {
    const error = await failureAt(server, {
      options: { profileId: 'nano' },
      request: { prompt: { type: 'marked', parts: [{ text: 'x' }] } },
    });
    expect(error).toMatchObject({ code: 'capability-missing', message: expect.stringContaining('nano') });
    expect(server.requests).toHaveLength(0);
  });
});
