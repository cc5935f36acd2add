import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bm25 as bm25OfText } from '../../src/domain/bm25.ts';
import { buildCorpus, createMemoryDocuments } from '../../src/testing/builders.ts';
import { conformRetriever } from '../../src/testing/conform-retriever.ts';
import { bm25 } from './bm25.ts';

conformRetriever({ plugin: bm25 });
conformRetriever({ plugin: bm25, options: { k1: 0.9, b: 0.4 } });

const words = fc.constantFrom('canal', 'lock', 'salt', 'ship', 'pell', 'the', 'constructor');
const texts = fc.array(
  fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
  { maxLength: 15 },
);

describe('bm25', () => {
  it('scores by its index as the domain scores by reading, and leaves out exactly what scores 0', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.array(words, { maxLength: 4 }), async (corpusTexts, query) => {
        const corpus = buildCorpus(corpusTexts);
        const retriever = bm25.create(bm25.options.parse({}), { documents: createMemoryDocuments(corpus) });
        const { chunks, statistics } = await retriever.search({ corpusId: corpus.id, query: query.join(' '), limit: 100 });
        const found = new Map(chunks.map(({ chunkId, score }) => [chunkId, score]));
        for (const chunk of corpus.chunks) {
          expect(found.get(chunk.id) ?? 0).toBeCloseTo(bm25OfText(query.join(' '), chunk.text, statistics), 10);
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('reads a corpus once, keeps four, and reads again after a failure', async () => {
    const corpora = ['a', 'b', 'c', 'd', 'e'].map((id) => buildCorpus(['A canal.'], id));
    const documents = createMemoryDocuments(...corpora);
    const reads: string[] = [];
    let isBroken = true;
    const retriever = bm25.create(bm25.options.parse({}), {
      documents: {
        ...documents,
        readChunks: async (corpusId) => {
          reads.push(corpusId);
          if (isBroken) throw new Error('no connection');
          return documents.readChunks(corpusId);
        },
      },
    });
    const search = (corpusId: string) => retriever.search({ corpusId, query: 'canal', limit: 1 });
    await expect(search('a')).rejects.toThrow('no connection');
    isBroken = false;
    await Promise.all([search('a'), search('a')]);
    expect(reads).toEqual(['a', 'a']);
    for (const id of ['b', 'c', 'd', 'a', 'e', 'a', 'b']) await search(id);
    expect(reads).toEqual(['a', 'a', 'b', 'c', 'd', 'e', 'b']);
  });
});
