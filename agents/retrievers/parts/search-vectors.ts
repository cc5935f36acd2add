import { IsthmusError } from '../../../src/domain/errors.ts';
import { holdsPhrase } from '../../../src/domain/search/adjacency.ts';
import type { SearchFilter } from '../../../src/domain/search-filter.ts';
import type { RankedChunk } from '../../../src/domain/step.ts';
import type { DocumentStore } from '../../../src/ports/document-store.ts';
import type { SearchRequest } from '../../../src/ports/retriever.ts';
import type { VectorIndex } from '../../../src/ports/vector-index.ts';

/** @throws IsthmusError `capability-missing` where no embedding model is configured */
export function requireVectors(id: string, vectors: VectorIndex | undefined): VectorIndex {
  if (vectors !== undefined) return vectors;
  throw new IsthmusError(
    'capability-missing',
    `The retriever "${id}" searches by an embedding model, and this process has none. Set \`embedding\` in its configuration, or choose the retriever bm25.`,
  );
}

/** Chunks by the cosine of their vectors with the query's, best first; those not above `floor` have nothing to do with it. */
export async function searchVectors(
  { documents, vectors }: { readonly documents: DocumentStore; readonly vectors: VectorIndex },
  { corpusId, query, limit, filter }: SearchRequest,
  { floor }: { readonly floor: number },
): Promise<readonly RankedChunk[]> {
  const chunkIds = filter === undefined ? {} : { chunkIds: await chunksWhere(documents, corpusId, filter) };
  const found = await vectors.search({ corpusId, query, limit, ...chunkIds });
  return found.filter(({ score }) => score > floor);
}

async function chunksWhere(documents: DocumentStore, corpusId: string, filter: SearchFilter): Promise<readonly string[]> {
  const chunks = await documents.chunksAt(corpusId, await documents.positionsWhere(corpusId, filter));
  const { phrases = [] } = filter;
  const held = [...chunks.values()].filter(({ text }) => phrases.every((phrase) => holdsPhrase(text, phrase)));
  return held.map(({ id }) => id);
}
