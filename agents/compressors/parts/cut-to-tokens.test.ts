import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { createScriptedModel } from '../../../src/testing/scripted-model.ts';
import { cutToTokens } from './cut-to-tokens.ts';

/** Counts characters, as a tokenizer does with a script that it does not know. */
const byCharacter: LanguageModel = { ...createScriptedModel(), countTokens: async (texts) => texts.map((text) => [...text].length) };

it('is the longest beginning of whole words that fits', async () => {
  const model = createScriptedModel();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 12 }),
      fc.integer({ min: 0, max: 14 }),
      async (words, maxTokens) => {
        expect(await cutToTokens(words.join(' '), maxTokens, model)).toBe(words.slice(0, maxTokens).join(' '));
      },
    ),
    { seed: 3 },
  );
});

it('cuts between characters where no word fits, and never inside one', async () => {
  expect(await cutToTokens('運河は1869年に開通した', 4, byCharacter)).toBe('運河は1');
  expect(await cutToTokens('😀😀😀', 2, byCharacter)).toBe('😀😀');
  expect(await cutToTokens('one two', 5, byCharacter)).toBe('one');
  expect(await cutToTokens('one', 0, byCharacter)).toBe('');
});
