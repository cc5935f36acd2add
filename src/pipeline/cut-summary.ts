import { cutText } from '../domain/cut-text.ts';
import { NO_SUMMARY, type Summary } from '../domain/summary.ts';
import type { LanguageModel } from '../ports/language-model.ts';

/** A summary that has at most so many tokens: its beginning, if it had more; nothing, if not one of its characters fits. */
export async function cutSummary(summary: Summary, limit: number, model: LanguageModel): Promise<Summary> {
  if (summary.tokenCount <= limit) return summary;
  const count = async (text: string) => (await model.countTokens([text]))[0] ?? 0;
  const text = await cutText(summary.text, async (beginning) => (await count(beginning)) <= limit);
  if (text === '') return { ...NO_SUMMARY, ended: false, finishReason: 'length' };
  // The sampled tokens and the quotes are those of the whole.
  return { status: 'text', text, tokenCount: await count(text), ended: false, finishReason: 'length', quotes: [] };
}
