import type { Span } from '../../src/domain/document.ts';
import { NO_SUMMARY, type Summary } from '../../src/domain/summary.ts';
import type { LanguageModel } from '../../src/ports/language-model.ts';
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
 * one; if the first alone is too long it is cut at a word border, and the summary says `length`.
 */
export async function joinSentences({ text, sentences, maxTokens }: SentenceChoice, model: LanguageModel): Promise<Summary> {
  let chosen: Span[] = [];
  let tokenCount = 0;
  for (const sentence of sentences) {
    const trial = [...chosen, sentence].sort((a, b) => a.start - b.start);
    // The joined text is counted, not a sum: a tokenizer may count more for a whole than for its parts.
    const [tokens = 0] = await model.countTokens([join(text, trial)]);
    if (tokens > maxTokens) continue;
    chosen = trial;
    tokenCount = tokens;
  }
  const [first] = sentences;
  if (chosen.length === 0 && first !== undefined) return cutSentence({ text, sentence: first, maxTokens }, model);
  return { status: 'text', text: join(text, chosen), tokenCount, ended: true, finishReason: 'stop', quotes: chosen };
}

async function cutSentence(
  { text, sentence, maxTokens }: { text: string; sentence: Span; maxTokens: number },
  model: LanguageModel,
): Promise<Summary> {
  const cut = await cutToTokens(text.slice(sentence.start, sentence.end), maxTokens, model);
  if (cut === '') return { ...NO_SUMMARY, ended: false, finishReason: 'length' };
  const [tokenCount = 0] = await model.countTokens([cut]);
  const quotes = [{ start: sentence.start, end: sentence.start + cut.length }];
  return { status: 'text', text: cut, tokenCount, ended: false, finishReason: 'length', quotes };
}

function join(text: string, spans: readonly Span[]): string {
  return spans.map(({ start, end }) => text.slice(start, end)).join(' ');
}
