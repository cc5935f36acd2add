import { bm25OfCounts } from '../domain/bm25.ts';
import type { Chunk } from '../domain/document.ts';
import type { TermStatistics } from '../domain/step.ts';
import { terms } from '../domain/text.ts';

/** The words of all chunks, counted once: a ranking asks for them at every question. */
export interface WordIndex {
  /** Of every word in the chunks; of others it knows that they are in none. */
  readonly statistics: TermStatistics;
  /** The chunks by their BM25 for the text, highest first, ties in their order; those that share no word with it are left out. */
  nearest(text: string): readonly Chunk[];
}

export function indexWords(chunks: readonly Chunk[]): WordIndex {
  const counted = chunks.map((chunk) => ({ chunk, ...countTerms(chunk.text) }));
  const frequency = new Map<string, number>();
  for (const { counts } of counted) for (const term of counts.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const statistics: TermStatistics = {
    chunkCount: chunks.length,
    averageLength: counted.reduce((sum, { length }) => sum + length, 0) / chunks.length,
    chunkFrequency: Object.fromEntries(frequency),
  };
  return {
    statistics,
    nearest: (text) => {
      const query = new Set(terms(text));
      return counted
        .map((one) => ({ chunk: one.chunk, score: bm25OfCounts(query, one, statistics) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ chunk }) => chunk);
    },
  };
}

function countTerms(text: string): { readonly counts: ReadonlyMap<string, number>; readonly length: number } {
  const counts = new Map<string, number>();
  const words = terms(text);
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, length: words.length };
}
