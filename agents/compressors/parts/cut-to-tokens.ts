import type { LanguageModel } from '../../../src/ports/language-model.ts';

/**
 * The longest beginning of `text` that has at most `maxTokens` tokens and ends at a word border; at any character where not even
 * one word fits (scripts without spaces). May be empty. About log2(words) token counts.
 */
export async function cutToTokens(text: string, maxTokens: number, model: LanguageModel): Promise<string> {
  const words = Array.from(text.matchAll(/\S+/gu), (match) => match.index + match[0].length);
  const byWord = await longestFitting(text, words, maxTokens, model);
  if (byWord !== '') return byWord;
  let at = 0;
  const characters = Array.from(text, (character) => {
    at += character.length;
    return at;
  });
  return longestFitting(text, characters, maxTokens, model);
}

/** Binary search; a tokenizer for which a longer text may count fewer tokens only costs length, never breaks the limit. */
async function longestFitting(text: string, ends: readonly number[], maxTokens: number, model: LanguageModel): Promise<string> {
  let fits = -1;
  let tooLong = ends.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    const [tokens = 0] = await model.countTokens([text.slice(0, ends[middle])]);
    if (tokens <= maxTokens) fits = middle;
    else tooLong = middle;
  }
  return fits < 0 ? '' : text.slice(0, ends[fits]);
}
