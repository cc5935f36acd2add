import type { TermStatistics } from './step.ts';
import { terms } from './text.ts';

/** Robertson and Zaragoza's defaults; k1 dampens repeated terms, b corrects for length. */
export const BM25_DEFAULTS = { k1: 1.2, b: 0.75 } as const;

/** Inverse document frequency that is never negative (Lucene's form). */
export function inverseFrequency(statistics: TermStatistics, term: string): number {
  // Own members only: `constructor` is a word of many questions and a member of every object.
  const frequency = Object.hasOwn(statistics.chunkFrequency, term) ? (statistics.chunkFrequency[term] ?? 0) : 0;
  return Math.log(1 + (statistics.chunkCount - frequency + 0.5) / (frequency + 0.5));
}

/** BM25 of a text for a query under given corpus statistics. Repeated query terms count once. */
export function bm25(query: string, text: string, statistics: TermStatistics, parameters = BM25_DEFAULTS): number {
  const words = terms(text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return bm25OfCounts(new Set(terms(query)), { counts, length: words.length }, statistics, parameters);
}

export function bm25OfCounts(
  query: ReadonlySet<string>,
  text: { readonly counts: ReadonlyMap<string, number>; readonly length: number },
  statistics: TermStatistics,
  { k1, b } = BM25_DEFAULTS,
): number {
  const norm = k1 * (1 - b + (b * text.length) / Math.max(statistics.averageLength, 1));
  let score = 0;
  for (const term of query) {
    const count = text.counts.get(term) ?? 0;
    if (count > 0) score += inverseFrequency(statistics, term) * ((count * (k1 + 1)) / (count + norm));
  }
  return score;
}

/** BM25(q, z) over the supremum that any text could reach for q: in [0, 1), so that questions can be compared. 0 for no words. */
export function bm25Share(query: string, text: string, statistics: TermStatistics): number {
  const weights = [...new Set(terms(query))].reduce((sum, term) => sum + inverseFrequency(statistics, term), 0);
  return weights === 0 ? 0 : bm25(query, text, statistics) / (weights * (BM25_DEFAULTS.k1 + 1));
}
