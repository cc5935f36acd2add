import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCorpus } from '../../testing/builders.ts';
import { conformVectorIndex } from '../../testing/conform-vector-index.ts';
import { createMemoryDocuments } from '../../testing/memory-documents.ts';
import { createMemoryVectors } from '../../testing/memory-vector-index.ts';
import { createScriptedEmbedding } from '../../testing/scripted-embedding.ts';
import { type EmbeddedStore, openEmbeddedStore } from './open-store.ts';
import { createVectorIndex } from './vector-index.ts';

let opened: Promise<EmbeddedStore> | undefined;
const shared = (): Promise<EmbeddedStore> => {
  opened ??= openEmbeddedStore({ vectors: true });
  return opened;
};
afterAll(async () => (await opened)?.close());

conformVectorIndex('pgvector on PGlite', async () => {
  const { pool, documentStore: documents } = await shared();
  return { documents, open: (model) => createVectorIndex({ pool, model }) };
});

conformVectorIndex('pgvector on PGlite by its graph', async () => {
  const { pool, documentStore: documents } = await shared();
  return { documents, open: (model) => createVectorIndex({ pool, model }, { scannedChunks: 0 }) };
});

const memory = createMemoryDocuments();
conformVectorIndex('a map', async () => ({
  documents: memory,
  open: async (model) => createMemoryVectors({ model, documents: memory }),
}));

const WORDS = ['canal', 'ship', 'salt', 'lock', 'stone', 'harbour', 'cargo', 'railway', 'bridge', 'keeper'];
/** Texts of three words, nearly all different. */
const many = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => [i, Math.floor(i / 10), Math.floor(i / 100)].map((n) => WORDS[n % WORDS.length]).join(' '));

describe('vectors in PGlite', () => {
  it('go with their chunks', async () => {
    const { pool, documentStore } = await shared();
    const corpus = buildCorpus(['A canal of its own.'], 'goes-away');
    await documentStore.saveCorpus(corpus);
    const index = await createVectorIndex({ pool, model: createScriptedEmbedding({ name: 'leaver', dimensions: 24 }) });
    await index.add(corpus.chunks, { signal: new AbortController().signal });
    const count = async () => (await pool.query<{ count: string }>('SELECT count(*) FROM isthmus.vectors_24')).rows[0]?.count;
    expect(await count()).toBe('1');
    await documentStore.dropCorpora(['goes-away']);
    expect(await count()).toBe('0');
  });

  it('are made anew for a corpus that was dropped and is saved again', async () => {
    const { pool, documentStore } = await shared();
    const corpus = buildCorpus(['A canal that comes back.'], 'comes-back');
    const index = await createVectorIndex({ pool, model: createScriptedEmbedding({ name: 'returner', dimensions: 24 }) });
    const found = async () => (await index.search({ corpusId: corpus.id, query: 'canal', limit: 1 })).length;
    await documentStore.saveCorpus(corpus);
    expect([await found(), await found()]).toEqual([1, 1]);
    await documentStore.dropCorpora([corpus.id]);
    await expect(found()).rejects.toMatchObject({ code: 'not-found' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await documentStore.saveCorpus(corpus);
    expect(await found()).toBe(1);
  });

  it('are found by the graph as by the scan, in a corpus that is a small part of all', async () => {
    const { pool, documentStore } = await shared();
    const texts = many(600);
    const { documents, chunks } = buildCorpus(texts, 'large');
    const large = {
      id: 'large',
      documents: documents.map((one) => ({ ...one, id: `large-${one.id}` })),
      chunks: chunks.map((one) => ({ ...one, id: `large-${one.id}`, documentId: `large-${one.documentId}` })),
    };
    const small = { id: 'small', documents: large.documents.slice(500, 520), chunks: large.chunks.slice(500, 520) };
    await documentStore.saveCorpus(large);
    await documentStore.saveCorpus(small);
    const model = createScriptedEmbedding({ name: 'walker', dimensions: 40 });
    const [scanning, walking] = await Promise.all([
      createVectorIndex({ pool, model }),
      createVectorIndex({ pool, model }, { scannedChunks: 5 }),
    ]);
    const request = { corpusId: 'small', query: 'ship salt harbour', limit: 10 };
    await scanning.search({ ...request, corpusId: 'large' });
    const scores = async (index: typeof walking) => (await index.search(request)).map(({ score }) => Number(score.toFixed(5)));
    expect(await scores(walking)).toEqual(await scores(scanning));
    const { rows } = await pool.query<{ name: string }>("SELECT indexname AS name FROM pg_indexes WHERE tablename = 'vectors_40'");
    expect(rows.map(({ name }) => name)).toContain(`vectors_40_${walking.id.slice(0, 32)}`);
  });
});

describe('a data directory', () => {
  it('made without vectors takes them later, and can then be opened without asking for them', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-vectors-'));
    const corpus = buildCorpus(['A canal.', 'Salt.']);
    const model = createScriptedEmbedding();
    const plain = await openEmbeddedStore({ dataDir });
    await plain.documentStore.saveCorpus(corpus);
    const refused = await createVectorIndex({ pool: plain.pool, model });
    await expect(refused.search({ corpusId: 'corpus', query: 'canal', limit: 1 })).rejects.toMatchObject({
      code: 'provider-unavailable',
      isRetryable: false,
      message: expect.stringContaining('pgvector'),
    });
    await plain.close();
    const dense = await openEmbeddedStore({ dataDir, vectors: true });
    const index = await createVectorIndex({ pool: dense.pool, model });
    expect((await index.search({ corpusId: 'corpus', query: 'canal', limit: 1 })).map(({ chunkId }) => chunkId)).toEqual(['chunk-1']);
    await dense.close();
    const later = await openEmbeddedStore({ dataDir });
    await later.documentStore.dropCorpora(['corpus']);
    expect((await later.pool.query<{ count: string }>('SELECT count(*) FROM isthmus.vectors_256')).rows).toEqual([{ count: '0' }]);
    await later.close();
    await rm(dataDir, { recursive: true });
  });
});
