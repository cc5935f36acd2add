import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cosine } from '../../domain/vectors.ts';
import { buildContext } from '../../testing/builders.ts';
import { KEY } from '../../testing/openai-fixture.ts';
import { type OpenAiServer, startOpenAiServer } from '../../testing/openai-server.ts';
import { createOpenAiEmbeddingModel, type OpenAiEmbeddingOptions } from './embedding-model.ts';

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({ apiKey: KEY });
});
afterEach(() => server.close());

const modelAt = (options: Partial<OpenAiEmbeddingOptions> = {}) =>
  createOpenAiEmbeddingModel({ name: 'embedding', model: 'text-embedding-3-small', baseUrl: server.baseUrl, apiKey: KEY, ...options });

const embed = (texts: readonly string[], options: Partial<OpenAiEmbeddingOptions> = {}, signal?: AbortSignal) =>
  modelAt(options).embed(texts, { purpose: 'passage' }, buildContext(signal));

const vector = (index: number, embedding: readonly number[]) => ({ object: 'embedding', index, embedding });

describe('vectors from a provider', () => {
  test('come in the order asked, at unit length, with the provider’s count of tokens', async () => {
    const { vectors, usage } = await embed(['the canal was opened', 'salt was the cargo', 'the canal was opened'], { dimensions: 32 });
    expect(vectors.map(({ length }) => length)).toEqual([32, 32, 32]);
    for (const one of vectors) expect(Math.hypot(...one)).toBeCloseTo(1, 5);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(cosine(vectors[0] as Float32Array, vectors[1] as Float32Array)).toBeLessThan(0.9);
    expect(usage).toMatchObject({ promptTokens: 12, outputTokens: 0, scoredTokens: 0 });
    expect(usage.isEstimated).toBeUndefined();
    expect(server.requests[0]?.path).toBe('/v1/embeddings');
    expect(server.requests[0]?.body).toMatchObject({ model: 'text-embedding-3-small', encoding_format: 'float', dimensions: 32 });
  });

  test('are put in order by their numbers', async () => {
    server.enqueue({ type: 'vectors', data: [vector(1, [0, 2]), vector(0, [5, 0])] });
    const { vectors } = await embed(['a', 'b'], { dimensions: 2 });
    expect(vectors.map((one) => [...one])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('are asked for in batches of 64, and without `dimensions` their number is found once', async () => {
    const model = modelAt();
    const texts = Array.from({ length: 130 }, (_, i) => `text ${i}`);
    const { vectors } = await model.embed(texts, { purpose: 'passage' }, buildContext());
    expect(vectors).toHaveLength(130);
    expect(await model.dimensions()).toBe(64);
    expect(server.requests.map(({ body }) => (body['input'] as unknown[]).length)).toEqual([1, 64, 64, 2]);
    expect(server.requests[1]?.body).not.toHaveProperty('dimensions');
  });

  test('carry the prefix of their purpose', async () => {
    const model = modelAt({ queryPrefix: 'query: ', passagePrefix: 'passage: ', dimensions: 8 });
    await model.embed(['a'], { purpose: 'query' }, buildContext());
    await model.embed(['a'], { purpose: 'passage' }, buildContext());
    expect(server.requests.map(({ body }) => body['input'])).toEqual([['query: a'], ['passage: a']]);
    expect(model.identity.settings).toMatchObject({ queryPrefix: 'query: ', passagePrefix: 'passage: ', dimensions: 8 });
  });

  test('without usage are counted by an upper bound, and say so', async () => {
    server.enqueue({ type: 'vectors', usage: 'none' });
    const { usage } = await embed(['naïve words'], { dimensions: 8 });
    expect(usage).toMatchObject({ isEstimated: true, promptTokens: 14 });
  });
});

describe('an answer that will not do', () => {
  test.each([
    ['a missing vector', [vector(0, [1, 0])], /Expected 2 vectors .* but 1 came/],
    ['one vector twice', [vector(0, [1, 0]), vector(0, [0, 1])], /Expected 2 vectors .* but 1 came/],
    ['another dimension', [vector(0, [1, 0, 0]), vector(1, [0, 1, 0])], /Expected vectors of 2 dimensions .* one of 3 came/],
    ['a vector of nothing', [vector(0, [0, 0]), vector(1, [0, 1])], /Expected a vector with a direction/],
    ['no vectors', [{ text: 'hello' }, 'x'], /no list of vectors/],
  ])('with %s is an error, and not asked for again', async (_what, data, message) => {
    server.enqueue({ type: 'vectors', data });
    await expect(embed(['a', 'b'], { dimensions: 2 })).rejects.toMatchObject({
      code: 'output-unparseable',
      isRetryable: false,
      message: expect.stringMatching(message),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a failure', () => {
  test('that the provider did not bill is tried again', async () => {
    server.enqueue(
      { type: 'error', status: 429, headers: { 'retry-after-ms': '1' } },
      { type: 'error', status: 500, headers: { 'retry-after-ms': '1' } },
    );
    expect((await embed(['a'], { dimensions: 8 })).vectors).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
  });

  test('of the key names the variable and is not tried again', async () => {
    const failed = embed(['a'], { dimensions: 8, apiKey: 'sk-wrong', apiKeyVariable: 'MY_KEY' });
    await expect(failed).rejects.toMatchObject({ code: 'provider-rejected', message: expect.stringContaining('MY_KEY') });
    expect(server.requests).toHaveLength(1);
  });

  test('to be told apart: an abort, and a server that never answers', async () => {
    await expect(embed(['a'], { dimensions: 8 }, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    server.enqueue({ type: 'silence' });
    await expect(embed(['a'], { dimensions: 8, timeoutMs: 100 })).rejects.toMatchObject({ code: 'provider-timeout' });
  });

  test('to find the dimensions is forgotten', async () => {
    const model = modelAt({ maxRetries: 0 });
    server.enqueue({ type: 'error', status: 500 });
    await expect(model.dimensions()).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(await model.dimensions()).toBe(64);
  });
});
