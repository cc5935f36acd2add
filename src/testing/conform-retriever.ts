import { describe, expect, it } from 'vitest';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Plugin } from '../ports/plugin.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import { buildCorpus, buildStatistics } from './builders.ts';
import { createMemoryDocuments } from './memory-documents.ts';

const TEXTS = [
  'The canal was opened in 1869.',
  'The railway was opened in 1862 to carry stone away from the canal works.',
  'Salt was the main cargo.',
  'The canal was opened in 1869.',
  'The constructor of the canal was Edmund Thorsby.',
];

interface RetrieverConformance {
  readonly plugin: Plugin<'retriever'>;
  readonly options?: unknown;
  /** For one that searches by meaning: an index whose model knows words, so that texts without a word in common have nothing to do with each other. */
  readonly vectors?: (documents: DocumentStore) => VectorIndex;
}

/** What every retriever promises. Call it in the test file of each implementation. */
export function conformRetriever({ plugin, options = {}, vectors }: RetrieverConformance): void {
  const make = (documents: DocumentStore = createMemoryDocuments(buildCorpus(TEXTS))) =>
    plugin.create(plugin.options.parse(options), vectors === undefined ? { documents } : { documents, vectors: vectors(documents) });
  const search = (query: string, limit = 10) => make().search({ corpusId: 'corpus', query, limit });

  describe(`${plugin.id} is a retriever`, () => {
    it('returns chunks of the corpus, each once, best first, at most the limit', async () => {
      const { chunks } = await search('When was the canal opened?', 3);
      expect(chunks.length).toBeGreaterThan(0);
      expect(chunks.length).toBeLessThanOrEqual(3);
      expect(new Set(chunks.map(({ chunkId }) => chunkId)).size).toBe(chunks.length);
      const known = new Map(buildCorpus(TEXTS).chunks.map(({ id, documentId }) => [id, documentId]));
      for (const { chunkId, documentId } of chunks) expect(known.get(chunkId)).toBe(documentId);
      const scores = chunks.map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    });

    it('breaks ties by position in the corpus', async () => {
      const { chunks } = await search('canal opened 1869');
      const twins = chunks.map(({ chunkId }) => chunkId).filter((id) => id === 'chunk-1' || id === 'chunk-4');
      expect(twins).toEqual(['chunk-1', 'chunk-4']);
    });

    it('finds more with a larger limit, and the same at the top', async () => {
      const [two, five] = [await search('canal opened', 2), await search('canal opened', 5)];
      expect(five.chunks.slice(0, 2)).toEqual(two.chunks);
    });

    it.each(['', '?!', 'zyzzyva'])('finds nothing for a query that has nothing to do with the corpus (%j)', async (query) => {
      expect((await search(query)).chunks).toEqual([]);
    });

    it.each(['When was the canal opened?', 'constructor', 'zyzzyva', ''])('tells the statistics of the terms of %j', async (query) => {
      expect((await search(query)).statistics).toEqual(buildStatistics(query, TEXTS));
    });

    it('searches an empty corpus', async () => {
      const retriever = make(createMemoryDocuments(buildCorpus([])));
      const { chunks, statistics } = await retriever.search({ corpusId: 'corpus', query: 'canal', limit: 3 });
      expect(chunks).toEqual([]);
      expect(statistics).toEqual({ chunkCount: 0, averageLength: 0, chunkFrequency: { canal: 0 } });
    });

    it('keeps corpora apart and passes on that one is unknown', async () => {
      const retriever = make(createMemoryDocuments(buildCorpus(['A canal.'], 'one'), buildCorpus(['A bridge.'], 'two')));
      const found = async (corpusId: string) => (await retriever.search({ corpusId, query: 'canal', limit: 3 })).chunks.length;
      expect([await found('one'), await found('two'), await found('one')]).toEqual([1, 0, 1]);
      await expect(found('three')).rejects.toMatchObject({ code: 'not-found' });
    });

    it('ranks by what it says: equal runs, equal chunks', async () => {
      expect(await search('canal opened 1869')).toEqual(await search('canal opened 1869'));
    });
  });
}
