import type { Chunk } from '../domain/document.ts';
import { cosine } from '../domain/vectors.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { EmbeddingModel } from '../ports/embedding-model.ts';
import type { VectorIndex } from '../ports/vector-index.ts';

/** The vector index as a map: the simplest implementation of its port, and the reference for the other. */
export function createMemoryVectors({
  model,
  documents,
}: {
  readonly model: EmbeddingModel;
  readonly documents: DocumentStore;
}): VectorIndex {
  const vectors = new Map<string, Float32Array>();
  /** In tests two corpora may call different texts by one id. */
  const keyOf = ({ id, text }: Pick<Chunk, 'id' | 'text'>): string => `${id}\n${text}`;
  const context = (signal: AbortSignal) => ({ signal, record: () => undefined });
  const index: VectorIndex = {
    id: model.identity.name,
    async add(chunks, { signal, onProgress }) {
      const missing = chunks.filter((chunk) => !vectors.has(keyOf(chunk)));
      const texts = missing.map(({ text }) => text);
      const embedded = texts.length === 0 ? [] : (await model.embed(texts, { purpose: 'passage' }, context(signal))).vectors;
      for (const [i, chunk] of missing.entries()) vectors.set(keyOf(chunk), embedded[i] as Float32Array);
      onProgress?.({ chunks: chunks.length, of: chunks.length });
    },
    async search({ corpusId, query, limit, chunkIds }) {
      const chunks = await documents.readChunks(corpusId);
      await index.add(chunks, { signal: new AbortController().signal });
      if (query.trim() === '') return [];
      const [vector] = (await model.embed([query], { purpose: 'query' }, context(new AbortController().signal))).vectors;
      const looked = chunks.filter(({ id }) => chunkIds?.includes(id) ?? true);
      const scored = looked.map((chunk) => ({
        chunkId: chunk.id,
        documentId: chunk.documentId,
        score: cosine(vector ?? new Float32Array(), vectors.get(keyOf(chunk)) as Float32Array),
      }));
      return scored.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)).slice(0, limit);
    },
  };
  return index;
}
