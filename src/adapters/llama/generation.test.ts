import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CopyConstraint, GenerateRequest, Prompt } from '../../ports/language-model.ts';
import { callContext, nanoPrompt, openNano, SENTENCES, writeTinyLlama } from '../../testing/llama-fixtures.ts';
import { type LlamaModel, openLlamaModel } from './llama-model.ts';

const greedy = { maxTokens: 40, temperature: 0, seed: 0 } as const;

/** Unknown, start, end and the 56 markers come first in the vocabulary, the bytes after them. */
const isSpecial = (token: number): boolean => token < 59;

describe('generation', () => {
  let model: LlamaModel;
  beforeAll(async () => {
    model = await openNano();
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test('greedy: equal every time, and stops by itself', async () => {
    const first = await model.generate({ prompt: nanoPrompt(), ...greedy, maxTokens: 80 }, callContext());
    const second = await model.generate({ prompt: nanoPrompt(), ...greedy, maxTokens: 80 }, callContext());
    expect(second.text).toBe(first.text);
    expect(first.finishReason).toBe('stop');
    expect(first.tokenCount).toBe(first.tokenIds?.length);
    expect(first.usage).toMatchObject({ outputTokens: first.tokenCount + 1, scoredTokens: 0, model: model.identity });
    expect(second.usage.cachedTokens).toBeGreaterThan(0);
  });

  test('markers that the model writes are told apart from its text', async () => {
    const { text, tokenIds = [], markers = [] } = await model.generate({ prompt: nanoPrompt(), ...greedy }, callContext());
    // It was trained to begin with a pointer: a sentence, or none of them.
    expect(markers[0]).toEqual({ marker: expect.stringMatching(/^<\|(s[1-4]|none)\|>$/), at: 0 });
    expect(text).not.toContain('<|');
    const [, ...written] = await model.tokenize({ type: 'marked', parts: markers.slice(0, 1) });
    expect(tokenIds[0]).toBe(written[0]);
    const plain = await model.generate({ prompt: { type: 'marked', parts: [{ text: 'abc' }] }, ...greedy, maxTokens: 0 }, callContext());
    expect(plain).not.toHaveProperty('markers');
  });

  describe('held to copy', () => {
    const prompt: Prompt = { ...nanoPrompt(), parts: [...nanoPrompt().parts.slice(0, -1), { marker: '<|ans|>' }] };
    const sources = SENTENCES.map((text, i) => ({ marker: `<|s${i + 1}|>`, text }));
    const copy = (constraint: Partial<CopyConstraint>, maxTokens = 28) =>
      model.generate({ prompt, ...greedy, maxTokens, copy: { sources, none: '<|none|>', ...constraint } }, callContext());

    test('the output is the marker of a text and a stretch of that text, or none', async () => {
      for (const none of ['<|none|>', '<|fact|>']) {
        const { text, markers = [], finishReason } = await copy({ none });
        const named = sources.find(({ marker }) => marker === markers[0]?.marker);
        expect(markers).toEqual([{ marker: named?.marker ?? none, at: 0 }]);
        expect(named?.text ?? '').toContain(text.trim());
        expect(text.trim() === '').toBe(named === undefined);
        expect(finishReason).toBe('stop');
      }
    });

    test('only what is given can be copied, and words to avoid come last', async () => {
      const words = SENTENCES.join(' ')
        .split(' ')
        .filter((word) => word !== 'terrace');
      const same = sources.map(({ marker }) => ({ marker, text: SENTENCES[2] }));
      expect((await copy({ sources: same, none: '<|fact|>', avoid: { words, nats: 1_000 } })).text.trim()).toBe('terrace');
      expect((await copy({ sources: [] })).markers).toEqual([{ marker: '<|none|>', at: 0 }]);
      expect(await copy({ none: '<|fact|>' }, 2)).toMatchObject({ tokenCount: 2, finishReason: 'length' });
    });

    test('gives the same after anything else', async () => {
      const first = await copy({ none: '<|fact|>' });
      await model.generate({ prompt, ...greedy }, callContext());
      await model.scoreContinuations({ prompt, continuations: [{ text: 'in 1967', ended: true }] }, callContext());
      expect((await copy({ none: '<|fact|>' })).tokenIds).toEqual(first.tokenIds);
    });
  });

  test('the seed decides above temperature 0', async () => {
    const request = (seed: number): GenerateRequest => ({ prompt: nanoPrompt(), maxTokens: 40, temperature: 1.5, seed });
    const texts = await Promise.all([1, 1, 2, 3].map(async (seed) => (await model.generate(request(seed), callContext())).text));
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  test('the limit is a finish reason', async () => {
    const result = await model.generate({ prompt: nanoPrompt(), ...greedy, maxTokens: 1 }, callContext());
    expect(result).toMatchObject({ finishReason: 'length', tokenCount: 1 });
  });

  async function generateInParallel(parallel: LlamaModel): Promise<void> {
    const questions = [
      'who founded it?',
      'when did the society move?',
      'how many titles does the library hold?',
      'what is it?',
      'who was newton?',
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
    const failure = model.generate({ prompt: nanoPrompt('why?', [SENTENCES.join(' ').repeat(4)]), ...greedy }, callContext());
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

  // From SentencePiece itself, with the tokenizer that the bundled models were trained with.
  test.each([
    [' hello', [4004, 409, 942, 4010]],
    ['hello  two  spaces', [409, 942, 4010, 4004, 668, 4004, 547, 2142]],
    ['naïve ω café', [357, 4007, 254, 234, 369, 4004, 266, 196, 1097, 4019, 4053]],
    ['when did it?\nnext line', [565, 492, 408, 4041, 69, 814, 1140, 1423]],
    ['\ttab "quoted" (x)', [4004, 68, 4006, 448, 370, 446, 2467, 4029, 403, 4033, 4038]],
    ['trailing ', [870, 366, 347, 4004]],
    ['日本', [4004, 289, 210, 224, 289, 215, 231]],
  ])('%j is encoded as in training', async (text, expected) => {
    expect(await model.tokenize({ type: 'marked', parts: [{ text }] })).toEqual([1, ...expected]);
    expect(await model.countTokens([text])).toEqual([expected.length]);
  });

  test('a whole prompt is encoded as the rows of the training data', async () => {
    const row = [1, 3, 11, 319, 2392, 2717, 335, 1150, 2214, 12, 408, 371, 1025, 4027, 4, 565, 492, 408, 1445, 4041, 5];
    expect(await model.tokenize(nanoPrompt('when did it move?', ['the society moved in 1967.', 'it is old.']))).toEqual(row);
  });

  test('a model that reads folded text is shown, counts and scores nothing else', async () => {
    await using folding = await openNano({ fold: (text) => text.toLowerCase() });
    const capitals = nanoPrompt('When did it MOVE?', ['The SOCIETY moved in 1967.']);
    const prompt = nanoPrompt('when did it move?', ['the society moved in 1967.']);
    expect(await folding.tokenize(capitals)).toEqual(await model.tokenize(prompt));
    expect(await folding.countTokens(['The SOCIETY'])).toEqual(await model.countTokens(['the society']));
    const said = await folding.scoreContinuations(
      { prompt: capitals, continuations: [{ text: 'In 1967.', ended: true }], withTexts: true },
      callContext(),
    );
    const lower = await model.scoreContinuations({ prompt, continuations: [{ text: 'in 1967.', ended: true }] }, callContext());
    expect(said.tokenLogProbs).toEqual(lower.tokenLogProbs);
    // Shown to people, the words are those of the source.
    expect(said.tokenTexts?.[0]?.join('').trim()).toBe('In 1967.');
  });

  test('text cannot forge markers', async () => {
    const special = await Promise.all(
      ['<|ctx|>', '<|q|>', '<|sum|>', '<|s1|>', '<|s48|>', '<|none|>', '<|end|>', '<s>', '</s>', '<unk>'].map((text) =>
        model.tokenize({ type: 'marked', parts: [{ text }] }),
      ),
    );
    for (const [bos, ...tokens] of special) {
      expect(bos).toBe(1);
      expect(tokens.filter(isSpecial)).toEqual([]);
    }
    const forged = await model.tokenize(nanoPrompt('x<|sum|>y', ['a<|end|> <|q|>b']));
    expect(forged.filter(isSpecial)).toEqual([1, 3, 11, 4, 5]);
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
