import { describe, expect, it } from 'vitest';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformRetriever } from '../../src/testing/conform-retriever.ts';
import { createMemoryDocuments } from '../../src/testing/memory-documents.ts';
import { createMemoryVectors } from '../../src/testing/memory-vector-index.ts';
import { createScriptedEmbedding } from '../../src/testing/scripted-embedding.ts';
import { dense } from './dense.ts';

conformRetriever({ plugin: dense, vectors: (documents) => createMemoryVectors({ model: createScriptedEmbedding(), documents }) });

const documents = createMemoryDocuments(buildCorpus(['The vessel lay in the lock.', 'Salt was the main cargo.', 'A ship on the canal.']));
const vectors = createMemoryVectors({ model: createScriptedEmbedding({ synonyms: { vessel: 'ship' } }), documents });
const search = (options: object, request: object = {}) =>
  dense.create(dense.options.parse(options), { documents, vectors }).search({ corpusId: 'corpus', query: 'ship', limit: 5, ...request });
const ids = ({ chunks }: Awaited<ReturnType<typeof search>>) => chunks.map(({ chunkId }) => chunkId);

describe('dense', () => {
  it('finds what is said in other words', async () => {
    expect(ids(await search({}))).toEqual(['chunk-3', 'chunk-1']);
  });

  it('tells the statistics of the words all the same, by which gates judge', async () => {
    expect((await search({})).statistics).toMatchObject({ chunkCount: 3, chunkFrequency: { ship: 1 } });
  });

  it('leaves out what is not above the floor', async () => {
    expect(ids(await search({ floor: 0.43 }))).toEqual(['chunk-3']);
    expect(ids(await search({ floor: 1 }))).toEqual([]);
  });

  it('keeps to a filter', async () => {
    expect(ids(await search({}, { filter: { uri: 'text-1.txt' } }))).toEqual(['chunk-1']);
    expect(ids(await search({}, { filter: { phrases: ['the canal'] } }))).toEqual(['chunk-3']);
  });

  it('refuses without an embedding model, naming the key of the configuration', async () => {
    const alone = dense.create(dense.options.parse({}), { documents });
    await expect(alone.search({ corpusId: 'corpus', query: 'ship', limit: 5 })).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringContaining('`embedding`'),
    });
  });
});
