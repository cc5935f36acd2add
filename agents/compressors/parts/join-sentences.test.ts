import { expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { createScriptedModel } from '../../../src/testing/scripted-model.ts';
import { joinSentences } from './join-sentences.ts';

const text = 'Aa bb. Cc dd ee. Ff.';
const [first, second, third] = [
  { start: 0, end: 6 },
  { start: 7, end: 16 },
  { start: 17, end: 20 },
];

it('passes over a later sentence that does not fit for a shorter one', async () => {
  const summary = await joinSentences({ text, sentences: [first, second, third], maxTokens: 4 }, createScriptedModel());
  expect(summary).toMatchObject({ text: 'Aa bb. Ff.', tokenCount: 3, quotes: [first, third], finishReason: 'stop' });
});

it('leaves out the last chosen when the whole counts more than its parts', async () => {
  const words = (one: string) => one.split(/\s+/).length;
  const superadditive: LanguageModel = {
    ...createScriptedModel(),
    countTokens: async (texts) => texts.map((one) => words(one) + (one.match(/\. /g)?.length ?? 0)),
  };
  const summary = await joinSentences({ text, sentences: [second, first, third], maxTokens: 6 }, superadditive);
  expect(summary).toMatchObject({ text: 'Aa bb. Cc dd ee.', tokenCount: 6 });
});

it('makes none where not even a character fits', async () => {
  const greedy: LanguageModel = { ...createScriptedModel(), countTokens: async (texts) => texts.map(() => 9) };
  expect(await joinSentences({ text, sentences: [first], maxTokens: 4 }, greedy)).toMatchObject({ status: 'none', finishReason: 'length' });
});
