import { bm25 } from '../../../src/domain/bm25.ts';
import type { TermStatistics } from '../../../src/domain/step.ts';
import { terms } from '../../../src/domain/text.ts';

/** BM25 of each sentence for a query, the sentences themselves being the collection. */
export function bm25OfSentences(sentences: readonly string[], query: string): number[] {
  const statistics = statisticsOf(sentences, query);
  return sentences.map((sentence) => bm25(query, sentence, statistics));
}

/** Headings repeat the question's words and state nothing. */
export function isHeading(sentence: string): boolean {
  return sentence.startsWith('#');
}

function statisticsOf(texts: readonly string[], query: string): TermStatistics {
  const bags = texts.map(terms);
  const sets = bags.map((bag) => new Set(bag));
  const frequencies = [...new Set(terms(query))].map((term) => [term, sets.filter((set) => set.has(term)).length] as const);
  const averageLength = bags.reduce((sum, bag) => sum + bag.length, 0) / Math.max(bags.length, 1);
  return { chunkCount: texts.length, averageLength, chunkFrequency: Object.fromEntries(frequencies) };
}
