import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformRetriever } from '../../src/testing/conform-retriever.ts';
import { createMemoryDocuments } from '../../src/testing/memory-documents.ts';
import { createMemoryVectors } from '../../src/testing/memory-vector-index.ts';
import { createScriptedEmbedding } from '../../src/testing/scripted-embedding.ts';
import { bm25 } from './bm25.ts';
import { hybrid } from './hybrid.ts';

conformRetriever({ plugin: hybrid, vectors: (documents) => createMemoryVectors({ model: createScriptedEmbedding(), documents }) });
conformRetriever({
  plugin: hybrid,
  options: { k: 1, depth: 10, adjacencyWeight: 0 },
  vectors: (documents) => createMemoryVectors({ model: createScriptedEmbedding(), documents }),
});

const documents = createMemoryDocuments(
  buildCorpus(['The vessel lay in the lock.', 'Salt was the main cargo.', 'A ship on the canal.', 'The lock of the canal leaked.']),
);
const vectors = createMemoryVectors({ model: createScriptedEmbedding({ synonyms: { vessel: 'ship' } }), documents });
const request = { corpusId: 'corpus', query: 'vessel lock', limit: 5 };
const search = (options: object = {}, change: object = {}) =>
  hybrid.create(hybrid.options.parse(options), { documents, vectors }).search({ ...request, ...change });

describe('hybrid', () => {
  it('puts what words and meaning agree on above what either finds, with scores of places', async () => {
    const { chunks } = await search();
    expect(chunks[0]).toMatchObject({ chunkId: 'chunk-1', score: 2 / 61 });
    // No word in common.
    expect(chunks.map(({ chunkId }) => chunkId)).toContain('chunk-3');
  });

  it('has the statistics of BM25, and its defaults', async () => {
    const words = bm25.create(bm25.options.parse({}), { documents });
    expect((await search()).statistics).toEqual((await words.search(request)).statistics);
    expect(hybrid.options.parse({})).toMatchObject(bm25.options.parse({}) as object);
  });

  it('keeps to a filter in both', async () => {
    const { chunks } = await search({}, { filter: { uri: 'text-4.txt' } });
    expect(chunks.map(({ chunkId }) => chunkId)).toEqual(['chunk-4']);
  });

  it('refuses without an embedding model, naming the key of the configuration', async () => {
    const alone = hybrid.create(hybrid.options.parse({}), { documents });
    await expect(alone.search(request)).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringContaining('`embedding`'),
    });
  });
});
