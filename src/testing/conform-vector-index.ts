import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Corpus } from '../domain/document.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { EmbeddingModel } from '../ports/embedding-model.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import { buildCorpus } from './builders.ts';
import { createScriptedEmbedding, type ScriptedEmbedding } from './scripted-embedding.ts';

const TEXTS = ['A ship on the canal.', 'Salt was the cargo.', 'The vessel lay in the lock.', 'A ship on the canal.'];

export interface VectorShelf {
  readonly documents: DocumentStore;
  open(model: EmbeddingModel): Promise<VectorIndex>;
}

/** Names of its own, since the database is shared by all tests of a file. */
function corpusOf(texts: readonly string[]): Corpus {
  const tag = randomUUID();
  const { documents, chunks } = buildCorpus(texts);
  return {
    id: tag,
    documents: documents.map((document) => ({ ...document, id: `${tag}-${document.id}` })),
    chunks: chunks.map((chunk) => ({ ...chunk, id: `${tag}-${chunk.id}`, documentId: `${tag}-${chunk.documentId}` })),
  };
}

const numbers = (found: readonly { readonly chunkId: string }[]): number[] => found.map(({ chunkId }) => Number(chunkId.split('-').at(-1)));
const signal = new AbortController().signal;

/** What every vector index promises. */
export function conformVectorIndex(name: string, open: () => Promise<VectorShelf>): void {
  async function setUp(texts: readonly string[] = TEXTS, options: Parameters<typeof createScriptedEmbedding>[0] = {}) {
    const { documents, open: openIndex } = await open();
    const corpus = corpusOf(texts);
    await documents.saveCorpus(corpus);
    const model = createScriptedEmbedding({ name: randomUUID(), synonyms: { vessel: 'ship' }, ...options });
    return { documents, corpus, model, index: await openIndex(model), openIndex };
  }
  const embedded = ({ calls }: ScriptedEmbedding) => calls.flatMap(({ texts, purpose }) => (purpose === 'passage' ? texts : []));

  describe(`${name} is a vector index`, () => {
    it('finds by meaning, best first, ties by chunk id, at most the limit', async () => {
      const { corpus, index } = await setUp();
      await index.add(corpus.chunks, { signal });
      const found = await index.search({ corpusId: corpus.id, query: 'ship', limit: 3 });
      expect(numbers(found)).toEqual([1, 4, 3]);
      expect(found.map(({ documentId }) => documentId)).toEqual([0, 3, 2].map((i) => corpus.documents[i]?.id));
      const [first, second, third] = found.map(({ score }) => score);
      expect(first).toBe(second);
      expect(first).toBeGreaterThan(third as number);
      expect(first).toBeLessThanOrEqual(1.000001);
    });

    it('scores by the cosine', async () => {
      const { corpus, index } = await setUp(['ship canal', 'salt']);
      const found = await index.search({ corpusId: corpus.id, query: 'ship', limit: 2 });
      expect(found.map(({ score }) => score)).toEqual([expect.closeTo(Math.SQRT1_2, 5), expect.closeTo(0, 5)]);
    });

    it('embeds each chunk once, however often it is added, and says how far it is', async () => {
      const { corpus, index, model } = await setUp();
      const seen: unknown[] = [];
      await index.add(corpus.chunks.slice(0, 2), { signal });
      await index.add(corpus.chunks, { signal, onProgress: (done) => seen.push(done) });
      await index.add(corpus.chunks, { signal });
      expect(embedded(model)).toEqual(corpus.chunks.map(({ text }) => text));
      expect(seen.at(-1)).toEqual({ chunks: 4, of: 4 });
    });

    it('gives a corpus that was saved before the vectors it lacks', async () => {
      const { corpus, index, model } = await setUp();
      await index.add(corpus.chunks.slice(0, 1), { signal });
      expect(numbers(await index.search({ corpusId: corpus.id, query: 'cargo', limit: 1 }))).toEqual([2]);
      expect(embedded(model)).toHaveLength(corpus.chunks.length);
    });

    it('keeps corpora apart, and shares the vectors of chunks that two hold', async () => {
      const { documents, corpus, index, model } = await setUp();
      const part = { id: randomUUID(), documents: corpus.documents.slice(1, 3), chunks: corpus.chunks.slice(1, 3) };
      await documents.saveCorpus(part);
      await index.add(corpus.chunks, { signal });
      expect(numbers(await index.search({ corpusId: part.id, query: 'ship', limit: 9 }))).toEqual([3, 2]);
      expect(embedded(model)).toHaveLength(corpus.chunks.length);
    });

    it('keeps models apart', async () => {
      const { corpus, index, openIndex } = await setUp();
      const other = createScriptedEmbedding({ name: randomUUID() });
      const plain = await openIndex(other);
      expect(plain.id).not.toBe(index.id);
      const search = (one: VectorIndex) => one.search({ corpusId: corpus.id, query: 'vessel', limit: 9 });
      const scoreOfShip = async (one: VectorIndex) => (await search(one)).find(({ chunkId }) => chunkId.endsWith('-1'))?.score;
      expect(await scoreOfShip(index)).toBeGreaterThan(0.2);
      expect(await scoreOfShip(plain)).toBeCloseTo(0, 5);
    });

    it('keeps dimensions apart, and looks at given chunks only', async () => {
      const { corpus, index } = await setUp(TEXTS, { dimensions: 48 });
      const chunkIds = [1, 2].map((i) => corpus.chunks[i]?.id ?? '');
      expect(numbers(await index.search({ corpusId: corpus.id, query: 'ship', limit: 9, chunkIds }))).toEqual([3, 2]);
      expect(await index.search({ corpusId: corpus.id, query: 'ship', limit: 9, chunkIds: [] })).toEqual([]);
    });

    it('finds nothing without a question or chunks, and refuses an unknown corpus', async () => {
      const { documents, corpus, index } = await setUp();
      const empty = { id: randomUUID(), documents: [], chunks: [] };
      await documents.saveCorpus(empty);
      expect(await index.search({ corpusId: corpus.id, query: ' ', limit: 9 })).toEqual([]);
      expect(await index.search({ corpusId: empty.id, query: 'ship', limit: 9 })).toEqual([]);
      await expect(index.search({ corpusId: 'nowhere', query: 'ship', limit: 9 })).rejects.toMatchObject({ code: 'not-found' });
    });

    it('stops when it is told to', async () => {
      const { corpus, index } = await setUp();
      await expect(index.add(corpus.chunks, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    });
  });
}
