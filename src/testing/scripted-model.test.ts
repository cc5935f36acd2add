import { describe, expect, it } from 'vitest';
import type { GenerateRequest, Prompt } from '../ports/language-model.ts';
import { buildContext } from './builders.ts';
import { createScriptedModel } from './scripted-model.ts';

const PROMPT: Prompt = { type: 'marked', parts: [{ marker: '<text>' }, { text: 'The canal was opened.' }] };
const REQUEST: GenerateRequest = { prompt: PROMPT, maxTokens: 5, temperature: 0, seed: 1 };

describe('the scripted model', () => {
  it('answers in turn, counts as it generates, and records its calls', async () => {
    const model = createScriptedModel({ reply: ['one two', 'one two three four five six'] });
    const first = await model.generate(REQUEST, buildContext());
    const second = await model.generate(REQUEST, buildContext());
    expect(first).toMatchObject({ text: 'one two', tokenCount: 2, finishReason: 'stop' });
    expect(second).toMatchObject({ text: 'one two three four five', tokenCount: 5, finishReason: 'length' });
    expect(second.tokenIds?.slice(0, 2)).toEqual(first.tokenIds);
    expect(await model.countTokens([first.text, second.text, ''])).toEqual([2, 5, 0]);
    expect(model.calls.generate).toEqual([REQUEST, REQUEST]);
  });

  it('can be aborted while its script is thinking', async () => {
    const controller = new AbortController();
    const model = createScriptedModel({ reply: () => new Promise<string>(() => {}) });
    const pending = model.generate(REQUEST, buildContext(controller.signal));
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
  });

  it('overflows with figures instead of truncating', async () => {
    const model = createScriptedModel({ contextTokens: 9 });
    await expect(model.generate(REQUEST, buildContext())).rejects.toMatchObject({
      code: 'context-overflow',
      details: { needed: 10, contextTokens: 9 },
    });
  });

  it('scores words of the prompt above others, token by token, and the empty text as nothing', async () => {
    const model = createScriptedModel();
    const continuations = [
      { text: 'The canal', ended: true },
      { text: 'A bridge', ended: false },
      { text: '', ended: false },
    ];
    const { tokenLogProbs } = await model.scoreContinuations({ prompt: PROMPT, continuations }, buildContext());
    expect(tokenLogProbs.map((values) => values.length)).toEqual([3, 2, 0]);
    expect(tokenLogProbs[0]?.[0]).toBeGreaterThan(tokenLogProbs[1]?.[0] ?? 0);
  });
});
