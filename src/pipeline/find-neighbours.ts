import { bm25OfCounts } from '../domain/bm25.ts';
import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { RankedChunk, Selection, StepResult, TermStatistics } from '../domain/step.ts';
import { terms } from '../domain/text.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Retriever } from '../ports/retriever.ts';

type Retrieved = Extract<StepResult, { kind: 'retrieve' }>;

/** The chunks that stand before and after others in their documents. */
export async function findNeighbours(
  { chunkIds, distance }: Extract<Selection, { type: 'neighbours' }>,
  { corpusId, documents }: { readonly corpusId: string; readonly documents: DocumentStore },
): Promise<Retrieved> {
  const chunks = await documents.readChunks(corpusId);
  const given = new Set(chunkIds);
  // The places of chunks within their document, in corpus order.
  const places = new Map<string, number>();
  const lengths = new Map<string, number>();
  for (const { id, documentId } of chunks) {
    const place = lengths.get(documentId) ?? 0;
    places.set(id, place);
    lengths.set(documentId, place + 1);
  }
  const wanted = new Set<string>();
  for (const { id, documentId } of chunks) {
    if (!given.has(id)) continue;
    for (let step = -distance; step <= distance; step++) wanted.add(`${documentId}\n${(places.get(id) ?? 0) + step}`);
  }
  const near = chunks.filter(({ id, documentId }) => !given.has(id) && wanted.has(`${documentId}\n${places.get(id)}`));
  return {
    kind: 'retrieve',
    chunks: near.map(({ id, documentId }): RankedChunk => ({ chunkId: id, documentId, score: 0 })),
    statistics: { chunkCount: chunks.length, averageLength: 0, chunkFrequency: {} },
  };
}

/** So many of a chunk's words say what it is about; more of them would find what is long. */
const TELLING_TERMS = 12;

/**
 * What a chunk is easily taken for: searched by the run's retriever with the chunk's own telling words and the query's. Chunks of the
 * same document are left out, since they may say the same, and of equal texts only the first stays.
 */
export async function findHardNegatives(
  { chunkId, query, limit }: Extract<Selection, { type: 'hard-negatives' }>,
  { corpusId, documents, retriever }: { readonly corpusId: string; readonly documents: DocumentStore; readonly retriever: Retriever },
): Promise<Retrieved> {
  const chunk = (await documents.findChunks([chunkId])).get(chunkId);
  if (chunk === undefined) throw new IsthmusError('not-found', `There is no chunk ${chunkId} to find others like it.`);
  const { statistics: own } = await retriever.search({ corpusId, query: chunk.text, limit: 1 });
  const words = `${tellingTerms(chunk.text, own).join(' ')} ${query}`;
  for (let depth = 2 * limit + 10; ; depth *= 4) {
    const { chunks, statistics } = await retriever.search({ corpusId, query: words, limit: depth });
    const others = await distinctOthers(chunks, { chunk, documents });
    if (others.length >= limit || chunks.length < depth) return { kind: 'retrieve', chunks: others.slice(0, limit), statistics };
  }
}

/** Those of the highest BM25 weight in the chunk itself, the heaviest first; ties in the order of the text. */
function tellingTerms(text: string, statistics: TermStatistics): string[] {
  const words = terms(text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weigh = (word: string): number => bm25OfCounts(new Set([word]), { counts, length: words.length }, statistics);
  const weighed = [...counts.keys()].map((word) => ({ word, weight: weigh(word) }));
  return weighed
    .sort((a, b) => b.weight - a.weight)
    .slice(0, TELLING_TERMS)
    .map(({ word }) => word);
}

async function distinctOthers(
  found: readonly RankedChunk[],
  { chunk, documents }: { readonly chunk: Chunk; readonly documents: DocumentStore },
): Promise<RankedChunk[]> {
  const others = found.filter(({ documentId }) => documentId !== chunk.documentId);
  const texts = await documents.findChunks(others.map(({ chunkId }) => chunkId));
  const seen = new Set([chunk.text]);
  return others.filter(({ chunkId }) => {
    const { text } = texts.get(chunkId) ?? {};
    if (text === undefined || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
