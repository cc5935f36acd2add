import type { Chunk, Corpus } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { languageOf } from '../domain/search/build-segment.ts';
import type { CorpusIndex } from '../domain/search/corpus-index.ts';
import { indexInMemory } from '../domain/search/memory-index.ts';
import { fitsFilter, type SearchFilter } from '../domain/search-filter.ts';
import { createTextAnalyser } from '../language/text-analyser.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** One corpus that was just read, as a store: for what is done without a database. */
export function corpusDocuments(corpus: Corpus): DocumentStore {
  let index: Promise<CorpusIndex> | undefined;
  return {
    saveCorpus: readOnly,
    extendCorpus: readOnly,
    dropCorpora: readOnly,
    grantCorpus: readOnly,
    isGranted: async (corpusId) => corpusId === corpus.id,
    hasCorpus: async (corpusId) => corpusId === corpus.id,
    readChunks: async (corpusId) => chunksOf(corpus, corpusId),
    async openIndex(corpusId) {
      chunksOf(corpus, corpusId);
      index ??= indexInMemory(corpus, createTextAnalyser());
      return index;
    },
    chunksAt: async (corpusId, positions) => pickAt(chunksOf(corpus, corpusId), positions),
    positionsWhere: async (corpusId, filter) => positionsOf(corpus, chunksOf(corpus, corpusId), filter),
    findChunks: async (ids) => pick(corpus.chunks, ids),
    findDocumentOf: async (corpusId, documentId) =>
      corpusId === corpus.id ? corpus.documents.find(({ id }) => id === documentId) : undefined,
    findDocuments: async (ids) => pick(corpus.documents, ids),
  };
}

async function readOnly(): Promise<never> {
  throw new IsthmusError('internal', 'This store holds one corpus and takes no other.');
}

function chunksOf(corpus: Corpus, corpusId: string): readonly Chunk[] {
  if (corpusId === corpus.id) return corpus.chunks;
  throw new IsthmusError('not-found', `No corpus "${corpusId}" is stored.`);
}

function pick<Item extends { readonly id: string }>(items: readonly Item[], ids: readonly string[]): Map<string, Item> {
  const wanted = new Set(ids);
  return new Map(items.filter(({ id }) => wanted.has(id)).map((item) => [item.id, item]));
}

function pickAt(chunks: readonly Chunk[], positions: readonly number[]): Map<number, Chunk> {
  return new Map(
    positions.flatMap((position) => {
      const chunk = chunks[position];
      return chunk === undefined ? [] : [[position, chunk] as const];
    }),
  );
}

function positionsOf({ documents }: Corpus, chunks: readonly Chunk[], filter: SearchFilter): number[] {
  const analyser = createTextAnalyser();
  const fitting = new Set(
    documents.filter((document) => fitsFilter({ ...document, language: languageOf(document, analyser) }, filter)).map(({ id }) => id),
  );
  return chunks.flatMap(({ documentId }, position) => (fitting.has(documentId) ? [position] : []));
}
