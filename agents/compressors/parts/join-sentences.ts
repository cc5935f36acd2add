import type { Span } from '../../../src/domain/document.ts';
import { NO_SUMMARY, type Summary } from '../../../src/domain/summary.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { cutToTokens } from './cut-to-tokens.ts';

/** Sentences that stand in `text`, and how many tokens they may have together. */
export interface SentenceChoice {
  readonly text: string;
  /** Best first: later ones are left out first. Non-empty. */
  readonly sentences: readonly Span[];
  readonly maxTokens: number;
}

/**
 * As many of the sentences as fit, best first, set in the order of the text. One that does not fit is passed over for a shorter
 * one, but the first always comes: if it alone is too long it is cut at a word border, and the summary says `length`.
 */
export async function joinSentences({ text, sentences, maxTokens }: SentenceChoice, model: LanguageModel): Promise<Summary> {
  const chosen = await chooseFitting({ text, sentences, maxTokens }, model);
  while (chosen.length > 0) {
    const quotes = [...chosen].sort((a, b) => a.start - b.start);
    const joined = quotes.map((span) => slice(text, span)).join(' ');
    // A tokenizer may count more for the whole than for its parts.
    const [tokenCount = 0] = await model.countTokens([joined]);
    if (tokenCount <= maxTokens) return { status: 'text', text: joined, tokenCount, ended: true, finishReason: 'stop', quotes };
    chosen.pop();
  }
  return cutFirst({ text, sentences, maxTokens }, model);
}

async function chooseFitting({ text, sentences, maxTokens }: SentenceChoice, model: LanguageModel): Promise<Span[]> {
  const counts = await model.countTokens(sentences.map((span) => slice(text, span)));
  if ((counts[0] ?? 0) > maxTokens) return [];
  let left = maxTokens;
  return sentences.filter((_span, index) => {
    const count = counts[index] ?? 0;
    if (count > left) return false;
    left -= count;
    return true;
  });
}

async function cutFirst({ text, sentences, maxTokens }: SentenceChoice, model: LanguageModel): Promise<Summary> {
  const { start, end } = sentences[0] ?? { start: 0, end: 0 };
  const cut = await cutToTokens(text.slice(start, end), maxTokens, model);
  if (cut === '') return { ...NO_SUMMARY, ended: false, finishReason: 'length' };
  const [tokenCount = 0] = await model.countTokens([cut]);
  const quotes = [{ start, end: start + cut.length }];
  return { status: 'text', text: cut, tokenCount, ended: false, finishReason: 'length', quotes };
}

function slice(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}
