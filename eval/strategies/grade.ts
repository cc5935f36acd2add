import { terms } from '../../src/domain/text.ts';
import { contains } from '../relevance/questions.ts';

/** How an answer compares with what is known to be right. */
export interface Grade {
  /** A gold string stands in it. */
  readonly isRight: boolean;
  /** Against the nearest gold string, in [0, 1]. */
  readonly f1: number;
}

/** The words of a draft, without the marks that cite. */
export function wordsOf(draft: string): string {
  return draft.replaceAll(/\[\d+\]/g, ' ').trim();
}

/** The answer as it would be read; an answer that declines is given as the empty text, and is wrong. */
export function grade(answer: string, gold: readonly string[]): Grade {
  return {
    isRight: gold.some((one) => contains(answer, one)),
    f1: Math.max(0, ...gold.map((one) => tokenF1(answer, one))),
  };
}

/**
 * Harmonic mean of precision and recall over words with their counts (SQuAD, Rajpurkar et al. 2016), articles left out as there. In
 * [0, 1]; 0 where either has no word.
 */
export function tokenF1(answer: string, gold: string): number {
  const said = withoutArticles(answer);
  const meant = withoutArticles(gold);
  const open = new Map<string, number>();
  for (const word of meant) open.set(word, (open.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const left = open.get(word) ?? 0;
    if (left === 0) continue;
    open.set(word, left - 1);
    shared += 1;
  }
  return shared === 0 ? 0 : (2 * shared) / (said.length + meant.length);
}

function withoutArticles(text: string): string[] {
  return terms(text).filter((word) => !['a', 'an', 'the'].includes(word));
}
