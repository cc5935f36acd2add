import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Continuation } from '../../domain/summary.ts';
import type { Prompt } from '../../ports/language-model.ts';
import { callContext, nanoPrompt, openNano } from '../../testing/llama-fixtures.ts';
import type { LlamaModel } from './llama-model.ts';

const TEXTS = ['the society moved to carlton house terrace in 1967.', 'its library holds over 70,000 titles.', 'no.', 'a'];
const continuations: readonly Continuation[] = TEXTS.map((text, i) => ({ text, ended: i % 2 === 0 }));

describe('scoring', () => {
  let model: LlamaModel;
  beforeAll(async () => {
    model = await openNano();
  });
  afterAll(() => model[Symbol.asyncDispose]());

  async function score(
    prompt: Prompt,
    wanted: readonly Continuation[] = continuations,
    scorer = model,
  ): Promise<readonly (readonly number[])[]> {
    return (await scorer.scoreContinuations({ prompt, continuations: wanted }, callContext())).tokenLogProbs;
  }

  test('rolled back equals evaluated afresh, bit for bit, whatever was read before', async () => {
    await model.generate({ prompt: nanoPrompt('Who founded it?'), maxTokens: 20, temperature: 0, seed: 0 }, callContext());
    const rolledBack = await score(nanoPrompt());
    // As many calls at once as there are sequences: each finds an empty one.
    await using fresh = await openNano({ sequences: continuations.length });
    const results = await Promise.all(
      continuations.map((one) => fresh.scoreContinuations({ prompt: nanoPrompt(), continuations: [one] }, callContext())),
    );
    expect(results.map(({ usage }) => usage.cachedTokens)).toEqual(continuations.map(() => 0));
    expect(results.map(({ tokenLogProbs }) => tokenLogProbs[0])).toEqual(rolledBack);
  });

  test('the prompt of a compression serves its scoring', async () => {
    const prompt = nanoPrompt('Where is its library?');
    await model.generate({ prompt, maxTokens: 5, temperature: 0, seed: 0 }, callContext());
    const { usage } = await model.scoreContinuations({ prompt, continuations }, callContext());
    expect(usage.cachedTokens).toBe(usage.promptTokens - 1);
    expect(usage.scoredTokens).toBe((await model.countTokens(TEXTS)).reduce((a, b) => a + b, 0) + 2);
  });

  async function scoreInParallel(parallel: LlamaModel): Promise<void> {
    const prompts = ['Who?', 'When did the society move?', 'How many titles does it hold?', 'Why?', 'What?'].map((question) =>
      nanoPrompt(question),
    );
    const decoding = parallel.generate({ prompt: nanoPrompt('Which?'), maxTokens: 60, temperature: 0, seed: 0 }, callContext());
    const concurrent = await Promise.all(prompts.map((prompt) => score(prompt, continuations, parallel)));
    await decoding;
    for (const [i, prompt] of prompts.entries()) expect(await score(prompt)).toEqual(concurrent[i]);
  }

  test('in parallel, scorings in step: equal to one after the other, bit for bit', () => scoreInParallel(model));

  test('in parallel, one sequence a batch: equal too', async () => {
    await using apart = await openNano({ batching: 'alone' });
    await scoreInParallel(apart);
  });

  test('in parallel, decoding steps batched: still equal, bit for bit', async () => {
    await using shared = await openNano({ batching: 'together' });
    await scoreInParallel(shared);
  });

  // One batch or two only: on busy cores a batch on two threads can take a second.
  test('does not depend on the number of threads', { timeout: 120_000 }, async () => {
    await using two = await openNano({ threads: 2, sequences: 1 });
    const wanted = continuations.slice(0, 1);
    expect(await score(nanoPrompt(), wanted, two)).toEqual(await score(nanoPrompt(), wanted));
  });

  test('markers at one position: as scored one by one, with the cache of the prompt, and refused when unknown', async () => {
    const markers = ['<|s1|>', '<|s2|>', '<|s3|>', '<|s4|>', '<|none|>'];
    const prompt = nanoPrompt('how old is it?');
    const { logProbs, usage } = await model.scoreMarkers({ prompt, markers }, callContext());
    const ids = await Promise.all(markers.map(async (marker) => (await model.tokenize({ type: 'marked', parts: [{ marker }] })).slice(-1)));
    const oneByOne = await score(
      prompt,
      ids.map((tokenIds) => ({ text: '', tokenIds, ended: false })),
    );
    expect(oneByOne).toEqual(logProbs.map((value) => [value]));
    expect(usage).toMatchObject({ scoredTokens: 1, outputTokens: 0, promptTokens: (await model.tokenize(prompt)).length });
    const again = await model.scoreMarkers({ prompt, markers }, callContext());
    expect(again.logProbs).toEqual(logProbs);
    expect(again.usage.cachedTokens).toBe(usage.promptTokens - 1);
    await expect(model.scoreMarkers({ prompt, markers: ['<|s49|>'] }, callContext())).rejects.toMatchObject({ code: 'invalid-input' });
    expect((await model.scoreMarkers({ prompt, markers: [] }, callContext())).logProbs).toEqual([]);
  });

  test('adds up over a split at a token border', async () => {
    const tokenIds = (await model.tokenize({ type: 'marked', parts: [{ text: TEXTS[0] ?? '' }] })).slice(1);
    const whole = (await score(nanoPrompt(), [{ text: '', tokenIds, ended: false }]))[0] ?? [];
    for (const at of [1, 5, tokenIds.length - 1]) {
      const head = (await score(nanoPrompt(), [{ text: '', tokenIds: tokenIds.slice(0, at), ended: false }]))[0] ?? [];
      expect(head).toEqual(whole.slice(0, at));
    }
  });

  test('is what generation followed: greedy tokens are likelier than any others tried', async () => {
    const { tokenIds = [], text } = await model.generate({ prompt: nanoPrompt(), maxTokens: 80, temperature: 0, seed: 0 }, callContext());
    const [own = [], other = []] = await score(nanoPrompt(), [
      { text, tokenIds, ended: true },
      { text: 'bananas are yellow.', ended: true },
    ]);
    expect(own.length).toBe(tokenIds.length + 1);
    expect(own[0]).toBeGreaterThan(other[0] ?? 0);
    expect([...own, ...other].every((value) => value <= 0 && Number.isFinite(value))).toBe(true);
  });

  test('nothing to score gives an empty list, and only the end token gives one number', async () => {
    const [none, end] = await score(nanoPrompt(), [
      { text: '', ended: false },
      { text: '', ended: true },
    ]);
    expect(none).toEqual([]);
    expect(end).toHaveLength(1);
  });

  test('a prompt shorter than a roll-back needs', async () => {
    const bare: Prompt = { type: 'marked', parts: [] };
    const [logProbs] = await score(bare, [{ text: 'a', ended: false }]);
    expect(logProbs).toHaveLength(1);
    expect(await score(bare, [{ text: 'a', ended: false }])).toEqual([logProbs]);
    const one: Prompt = { type: 'marked', parts: [{ marker: '<|ctx|>' }] };
    expect(await score(one, [{ text: 'a', ended: false }])).toEqual(await score(one, [{ text: 'a', ended: false }]));
  });

  test('token ids of another vocabulary are refused', async () => {
    await expect(score(nanoPrompt(), [{ text: '', tokenIds: [4096], ended: false }])).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
