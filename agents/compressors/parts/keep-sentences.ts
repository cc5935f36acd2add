import { bestFirst, keepBest, type Priced } from './keep-units.ts';

/** A sentence of words that may be kept without each other. */
export interface Sentence extends Priced {
  readonly words: readonly Priced[];
}

/**
 * Whole sentences by score while they fit; the first that does not is thinned to what is left, by its words' scores; and whole sentences that
 * still fit beside it follow. So the budget is met to the word and at most one sentence has gaps. Gives for each sentence the places of its kept words.
 */
export function keepSentences(sentences: readonly Sentence[], budget: number): number[][] {
  const kept: number[][] = sentences.map(() => []);
  let left = budget;
  let isThinned = false;
  for (const place of bestFirst(sentences)) {
    const { words, tokens } = sentences[place] ?? { words: [], tokens: 0 };
    const isWhole = tokens <= left;
    if (!isWhole && isThinned) continue;
    isThinned ||= !isWhole;
    const own = isWhole ? words.map((_word, i) => i) : keepBest(words, left);
    kept[place] = own;
    left -= own.reduce((sum, i) => sum + (words[i]?.tokens ?? 0), 0);
  }
  return kept;
}
