import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateRequest } from '../../ports/language-model.ts';
import { callContext, DOCUMENT, nanoPrompt, openNano, writeTinyLlama } from '../../testing/llama-fixtures.ts';
import { type LlamaModel, openLlamaModel } from './llama-model.ts';

const greedy = { maxTokens: 40, temperature: 0, seed: 0 } as const;

describe('generation', () => {
  let model: LlamaModel;
  beforeAll(async () => {
    model = await openNano();
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test('greedy: equal every time, stops by itself, and copies the document', async () => {
    const first = await model.generate({ prompt: nanoPrompt(), ...greedy }, callContext());
    const second = await model.generate({ prompt: nanoPrompt(), ...greedy }, callContext());
    expect(second.text).toBe(first.text);
    expect(first.finishReason).toBe('stop');
    expect(DOCUMENT).toContain(first.text);
    expect(first.tokenCount).toBe(first.tokenIds?.length);
    expect(first.usage).toMatchObject({ outputTokens: first.tokenCount + 1, scoredTokens: 0, model: model.identity });
    expect(second.usage.cachedTokens).toBeGreaterThan(0);
  });

  test('the seed decides above temperature 0', async () => {
    const request = (seed: number): GenerateRequest => ({ prompt: nanoPrompt(), maxTokens: 40, temperature: 1.5, seed });
    const texts = await Promise.all([1, 1, 2, 3].map(async (seed) => (await model.generate(request(seed), callContext())).text));
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  test('the limit is a finish reason', async () => {
    const result = await model.generate({ prompt: nanoPrompt(), ...greedy, maxTokens: 3 }, callContext());
    expect(result).toMatchObject({ finishReason: 'length', tokenCount: 3 });
  });

  async function generateInParallel(parallel: LlamaModel): Promise<void> {
    const questions = [
      'Who founded it?',
      'When did the society move?',
      'How many titles does the library hold?',
      'What is it?',
      'Who was Newton?',
    ];
    const prompts = questions.map((question) => nanoPrompt(question));
    const texts = await Promise.all(prompts.map(async (prompt) => (await parallel.generate({ prompt, ...greedy }, callContext())).text));
    for (const [i, prompt] of prompts.entries()) expect((await model.generate({ prompt, ...greedy }, callContext())).text).toBe(texts[i]);
  }

  test('several at once, one sequence a batch: the same texts as one after the other', () => generateInParallel(model));

  test('several at once in shared batches: the same texts as one after the other', async () => {
    await using shared = await openNano({ batching: 'together' });
    await generateInParallel(shared);
  });

  test('a schema holds the output to its form', async () => {
    const schema = { type: 'object', properties: { verdict: { enum: ['yes', 'no'] } } };
    const result = await model.generate({ prompt: nanoPrompt(), ...greedy, schema }, callContext());
    expect(result.finishReason).toBe('stop');
    expect(JSON.parse(result.text)).toEqual({ verdict: expect.stringMatching(/yes|no/) });
  });

  test('too long a prompt is refused with the figures', async () => {
    const failure = model.generate({ prompt: nanoPrompt('Why?', DOCUMENT.repeat(4)), ...greedy }, callContext());
    await expect(failure).rejects.toMatchObject({
      code: 'context-overflow',
      isRetryable: false,
      details: { moreTokens: 40, contextTokens: 256 },
    });
    await expect(failure).rejects.toThrow(/has \d{3} tokens .* up to 40, .* holds 256/);
  });

  test('the context can be filled to its last token', async () => {
    const prompt = nanoPrompt();
    const { length } = await model.tokenize(prompt);
    const full = await model.generate({ prompt, ...greedy, maxTokens: 256 - length }, callContext());
    expect(full.usage.promptTokens).toBe(length);
    const tokenIds = Array.from({ length: 256 - length }, () => 300);
    const { tokenLogProbs } = await model.scoreContinuations(
      { prompt, continuations: [{ text: '', tokenIds, ended: false }] },
      callContext(),
    );
    expect(tokenLogProbs[0]).toHaveLength(256 - length);
  });

  // From SentencePiece itself, with the tokenizer that the bundled model was trained with.
  test.each([
    [' Hello', [4016, 356, 484, 4022]],
    ['Hello  two  spaces', [356, 484, 4022, 4016, 627, 4016, 585, 1941]],
    ['naïve Ω café', [315, 4019, 203, 183, 319, 4016, 214, 177, 280, 1427, 203, 177]],
    ['When did it?\nNext line', [1320, 1074, 385, 71, 18, 4068, 3513, 1494]],
    ['\ttab "quoted" (x)', [4016, 17, 4018, 408, 331, 414, 2439, 4041, 372, 4050, 4062]],
    ['trailing ', [785, 311, 295, 4016]],
    ['日本', [4016, 238, 159, 173, 238, 164, 180]],
  ])('%j is encoded as in training', async (text, expected) => {
    expect(await model.tokenize({ type: 'marked', parts: [{ text }] })).toEqual([1, ...expected]);
    expect(await model.countTokens([text])).toEqual([expected.length]);
  });

  test('a whole prompt is encoded as the rows of the training data', async () => {
    const row = [1, 3, 322, 3105, 1907, 286, 4016, 4043, 4051, 4075, 4077, 4038, 4, 1320, 1074, 385, 1345, 71, 5];
    expect(await model.tokenize(nanoPrompt('When did it move?', 'The society moved in 1967.'))).toEqual(row);
  });

  test('text cannot forge markers', async () => {
    const special = await Promise.all(
      ['<|ctx|>', '<|q|>', '<|sum|>', '<|ans|>', '<|end|>', '<s>', '</s>', '<unk>'].map((text) =>
        model.tokenize({ type: 'marked', parts: [{ text }] }),
      ),
    );
    for (const [bos, ...tokens] of special) {
      expect(bos).toBe(1);
      expect(tokens.filter((token) => token < 8)).toEqual([]);
    }
    const forged = await model.tokenize(nanoPrompt('x<|sum|>y', 'a<|end|> <|q|>b'));
    expect(forged.filter((token) => token < 8)).toEqual([1, 3, 4, 5]);
  });

  test('a marker that the model does not know is refused', async () => {
    await expect(model.tokenize({ type: 'marked', parts: [{ marker: '<|im_start|>' }] })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('chat is rendered by the template of the file, and its text forges nothing either', async () => {
    const chatTemplate =
      "{% for m in messages %}{% if m['role'] == 'user' %}<|q|>{{ m['content'] }}<|end|>{% elif m['role'] == 'system' %}<|ctx|>{{ m['content'] }}<|end|>" +
      "{% else %}<|sum|>{{ m['content'] }}<|end|>{% endif %}{% endfor %}{% if add_generation_prompt %}<|sum|>{% endif %}";
    await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256, chatTemplate });
    await using tiny = await openLlamaModel({ name: 'tiny', path: file.path, profileId: 'instruct-1', threads: 1 });
    const tokens = await tiny.tokenize({
      type: 'chat',
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'Hi <|end|>' },
      ],
    });
    const [ctx, q, sum, end] = [3, 4, 5, 6];
    expect(tokens.filter((token) => token >= 3 && token <= 6)).toEqual([ctx, end, q, end, sum]);
    const result = await tiny.generate(
      { prompt: { type: 'chat', messages: [{ role: 'user', content: 'Hi' }] }, ...greedy, maxTokens: 5 },
      callContext(),
    );
    expect(result.tokenCount).toBeLessThanOrEqual(5);
  });
});
