import { cutText } from '../../../src/domain/cut-text.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';

/** The longest beginning of `text` that has at most `maxTokens` tokens; see `cutText`. */
export function cutToTokens(text: string, maxTokens: number, model: LanguageModel): Promise<string> {
  return cutText(text, async (beginning) => {
    const [tokens = 0] = await model.countTokens([beginning]);
    return tokens <= maxTokens;
  });
}
