import { type AdjacencyContext, adjacencyScorer, holdsPhrase } from '../../../src/domain/search/adjacency.ts';
import { analyseQuery, type QueryWord } from '../../../src/domain/search/analyser.ts';
import type { CorpusIndex } from '../../../src/domain/search/corpus-index.ts';
import { mergePostings, readPostings } from '../../../src/domain/search/postings.ts';
import { type RankedPosition, type RankParameters, rankPositions } from '../../../src/domain/search/rank.ts';
import type { SearchFilter } from '../../../src/domain/search-filter.ts';
import type { RankedChunk } from '../../../src/domain/step.ts';
import type { DocumentStore } from '../../../src/ports/document-store.ts';
import type { Retrieval, SearchRequest } from '../../../src/ports/retriever.ts';

export interface WordParameters extends RankParameters {
  /** What pairs of neighbouring words add; 0 leaves them out. */
  readonly adjacencyWeight: number;
}

/** So many of the best are looked at for neighbouring words. A fixed number, so that a larger limit finds the same at the top. */
const RERANKED = 50;
/** Chunks fetched at a time while phrases are looked for. */
const BATCH = 100;

/** Searches the stored index: BM25 of chunk and document, then the best again by words that stand side by side. */
export async function searchWords(documents: DocumentStore, request: SearchRequest, parameters: WordParameters): Promise<Retrieval> {
  const { corpusId, query, limit, filter } = request;
  const index = await documents.openIndex(corpusId);
  const phrases = filter?.phrases ?? [];
  const sought = query.trim() === '' ? phrases.join(' ') : query;
  const words = analyseQuery(sought, index.languages, index.analyser);
  const { ranked, statistics } = rankPositions({
    ...parameters,
    ...(await readWords(index, words)),
    segments: index.segments,
    words,
    // Phrases are looked for in all that may hold them.
    depth: phrases.length === 0 ? Math.max(limit, RERANKED) : Number.POSITIVE_INFINITY,
    ...(await allowedOf(index, request, documents)),
  });
  const context = { languages: index.languages, analyser: index.analyser, statistics };
  const holding =
    phrases.length === 0 ? ranked : await holders(ranked, phrases, { corpusId, documents, atLeast: Math.max(limit, RERANKED) });
  const best = await rerank(holding, { sought, words, context, corpusId, documents, weight: parameters.adjacencyWeight, limit });
  return { chunks: best, statistics };
}

/** Frequent words that do not count are as long as the corpus, and only their number is needed, unless chunks were removed since it was counted. */
async function readWords(index: CorpusIndex, words: readonly QueryWord[]) {
  const isExact = index.segments.every(({ removed }) => removed.size === 0);
  const stops = isExact ? words.filter(({ isStop }) => isStop) : [];
  const rest = words.filter((word) => !stops.includes(word));
  const formsOf = (some: readonly QueryWord[]) => [...new Set(some.flatMap(({ forms }) => forms))];
  const [postings, frequencies] = await Promise.all([
    index.postings(formsOf(rest)),
    stops.length === 0 ? [] : index.frequencies(formsOf(stops)),
  ]);
  return { postings, frequencies };
}

async function allowedOf(
  index: CorpusIndex,
  { corpusId, filter }: SearchRequest,
  documents: DocumentStore,
): Promise<{ readonly allowed?: ReadonlySet<number> }> {
  if (filter === undefined) return {};
  const sets: ReadonlySet<number>[] = [];
  if (namesDocuments(filter)) sets.push(new Set(await documents.positionsWhere(corpusId, filter)));
  for (const phrase of filter.phrases ?? []) sets.push(await holdAllWords(index, phrase));
  const [first, ...others] = sets;
  return first === undefined ? {} : { allowed: new Set([...first].filter((position) => others.every((set) => set.has(position)))) };
}

function namesDocuments({ uri, title, format, language }: SearchFilter): boolean {
  return [uri, title, format, language].some((part) => part !== undefined);
}

/** Where all words of a phrase stand, in whatever order: the only chunks that can hold it. */
async function holdAllWords(index: CorpusIndex, phrase: string): Promise<ReadonlySet<number>> {
  const words = analyseQuery(phrase, index.languages, index.analyser);
  const postings = await index.postings([...new Set(words.flatMap(({ forms }) => forms))]);
  const found = new Set<number>();
  for (const [s, { removed, offset }] of index.segments.entries()) {
    const each = words.map(({ forms }) => {
      const all = forms.flatMap((form) => postings[s]?.get(form) ?? []).map((bytes) => readPostings(bytes, removed));
      return new Set(all.length === 0 ? [] : mergePostings(all).positions);
    });
    const [first, ...others] = each;
    for (const position of first ?? []) if (others.every((set) => set.has(position))) found.add(offset + position);
  }
  return found;
}

interface Lookup {
  readonly corpusId: string;
  readonly documents: DocumentStore;
}

/** The best of those that hold all phrases word by word; it stops when there are enough. */
async function holders(
  ranked: readonly RankedPosition[],
  phrases: readonly string[],
  { corpusId, documents, atLeast }: Lookup & { readonly atLeast: number },
): Promise<RankedPosition[]> {
  const held: RankedPosition[] = [];
  for (let start = 0; start < ranked.length && held.length < atLeast; start += BATCH) {
    const batch = ranked.slice(start, start + BATCH);
    const chunks = await documents.chunksAt(
      corpusId,
      batch.map(({ position }) => position),
    );
    held.push(...batch.filter(({ position }) => phrases.every((phrase) => holdsPhrase(chunks.get(position)?.text ?? '', phrase))));
  }
  return held;
}

interface Rerank extends Lookup {
  readonly sought: string;
  readonly words: readonly QueryWord[];
  readonly context: AdjacencyContext;
  readonly weight: number;
  readonly limit: number;
}

async function rerank(ranked: readonly RankedPosition[], request: Rerank): Promise<RankedChunk[]> {
  const { sought, words, context, weight, limit, corpusId, documents } = request;
  const depth = weight === 0 ? 0 : RERANKED;
  const wanted = ranked.slice(0, Math.max(limit, depth));
  const chunks = await documents.chunksAt(
    corpusId,
    wanted.map(({ position }) => position),
  );
  const adjacency = adjacencyScorer(sought, words, context);
  const scored = wanted.flatMap(({ position, score }, rank) => {
    const chunk = chunks.get(position);
    if (chunk === undefined) return [];
    const more = rank < depth ? weight * adjacency(chunk.text) : 0;
    return [{ chunkId: chunk.id, documentId: chunk.documentId, score: score + more, position }];
  });
  return scored
    .sort((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, limit)
    .map(({ position: _position, ...chunk }) => chunk);
}
