import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../domain/vectors.ts';
import type { EmbeddingModel } from '../../ports/embedding-model.ts';
import { callContext, NANO_PATH, SENTENCES } from '../../testing/llama-fixtures.ts';
import { openLlamaEmbeddingModel } from './embedding-model.ts';

/** The bundled model writes summaries and was never trained to embed: what is shown here is that it is done, not how well. */
const open = (options: Partial<Parameters<typeof openLlamaEmbeddingModel>[0]> = {}) =>
  openLlamaEmbeddingModel({ name: 'embedding', path: NANO_PATH, contextTokens: 128, threads: 1, ...options });

const passage = { purpose: 'passage' } as const;

describe('a GGUF model that embeds', () => {
  let model: EmbeddingModel & AsyncDisposable;
  beforeAll(async () => {
    model = await open();
  });
  afterAll(() => model[Symbol.asyncDispose]());

  const embed = async (texts: readonly string[]) => (await model.embed(texts, passage, callContext())).vectors;

  test('gives vectors of unit length and of its own dimension, in the order given', async () => {
    const vectors = await embed(SENTENCES);
    expect(vectors).toHaveLength(SENTENCES.length);
    for (const vector of vectors) {
      expect(vector).toHaveLength(await model.dimensions());
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    }
    expect(await embed([...SENTENCES].reverse())).toEqual([...vectors].reverse());
  });

  test('gives equal vectors for equal texts and others for others, also side by side', async () => {
    const texts = Array.from({ length: 70 }, (_, i) => SENTENCES[i % SENTENCES.length] ?? '');
    const [all, [alone]] = await Promise.all([embed(texts), embed([SENTENCES[1]])]);
    expect(all[1]).toEqual(alone);
    expect(all[69]).toEqual(alone);
    expect(cosine(all[0] as Float32Array, all[1] as Float32Array)).toBeLessThan(0.999);
  });

  test('reads a text longer than its context in parts: its end still counts', async () => {
    const long = SENTENCES.join(' ').repeat(6);
    const [one, other] = await embed([`${long} it is old.`, `${long} the lock of the canal was filled with salt and ships.`]);
    expect(Math.hypot(...(one ?? []))).toBeCloseTo(1, 5);
    expect(cosine(one as Float32Array, other as Float32Array)).toBeLessThan(0.99999);
  });

  test('tells what it read', async () => {
    const { usage } = await model.embed(SENTENCES, passage, callContext());
    expect(usage).toMatchObject({ model: model.identity, outputTokens: 0, scoredTokens: 0, cachedTokens: 0 });
    expect(usage.promptTokens).toBeGreaterThan(SENTENCES.length * 5);
    expect(usage.durationMs).toBeGreaterThan(0);
    expect(usage.shape?.layers).toBeGreaterThan(0);
  });

  test('stops when it is told to, and refuses a text without words', async () => {
    await expect(model.embed(SENTENCES, passage, callContext(AbortSignal.abort()))).rejects.toMatchObject({ code: 'aborted' });
    await expect(embed([''])).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

test('prefixes say what a text is, and are part of the identity', async () => {
  await using model = await open({ queryPrefix: 'query: ', passagePrefix: 'passage: ' });
  await using plain = await open();
  const text = 'who founded it?';
  const [[query], [said]] = await Promise.all([
    model.embed([text], { purpose: 'query' }, callContext()).then(({ vectors }) => vectors),
    plain.embed([`query: ${text}`], { purpose: 'query' }, callContext()).then(({ vectors }) => vectors),
  ]);
  expect(query).toEqual(said);
  const [stored] = (await model.embed([text], passage, callContext())).vectors;
  expect(stored).not.toEqual(query);
  expect(model.identity.settings).toMatchObject({ queryPrefix: 'query: ', passagePrefix: 'passage: ' });
  expect(model.identity.settings).not.toEqual(plain.identity.settings);
});

test('a file that is no model is refused', async () => {
  await expect(open({ path: import.meta.filename })).rejects.toMatchObject({ code: 'model-load-failed' });
});
