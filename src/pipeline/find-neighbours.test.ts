import { describe, expect, it } from 'vitest';
import { bm25 } from '../../agents/retrievers/bm25.ts';
import type { Corpus } from '../domain/document.ts';
import type { Selection } from '../domain/step.ts';
import { createMemoryDocuments } from '../testing/memory-documents.ts';
import { createRegistry } from './registry.ts';
import { retrieve } from './retrieve-step.ts';

/** Documents of several chunks each; chunk `2.3` is the third of the second document. */
function corpusOf(texts: readonly (readonly string[])[]): Corpus {
  const documents = texts.map((parts, d) => ({ id: `${d + 1}`, uri: `${d + 1}.txt`, title: `${d + 1}`, text: parts.join('') }));
  const chunks = texts.flatMap((parts, d) =>
    parts.map((text, i) => {
      const start = parts.slice(0, i).join('').length;
      return { id: `${d + 1}.${i + 1}`, documentId: `${d + 1}`, span: { start, end: start + text.length }, text };
    }),
  );
  return { id: 'corpus', documents, chunks };
}

const registry = createRegistry([bm25]);

async function find(texts: readonly (readonly string[])[], selection: Selection): Promise<string[]> {
  const documents = createMemoryDocuments(corpusOf(texts));
  const retriever = registry.choose('retriever', 'bm25', {});
  const { chunks } = await retrieve({ corpusId: 'corpus', retriever }, selection, { registry, documents });
  return chunks.map(({ chunkId }) => chunkId);
}

describe('neighbours', () => {
  const texts = [
    ['a', 'b', 'c', 'd'],
    ['e', 'f', 'g'],
  ];
  const near = (chunkIds: readonly string[], distance: number) => find(texts, { type: 'neighbours', chunkIds, distance });

  it('are the chunks beside, in corpus order, and not those given', async () => {
    expect(await near(['1.2'], 1)).toEqual(['1.1', '1.3']);
    expect(await near(['1.2'], 2)).toEqual(['1.1', '1.3', '1.4']);
    expect(await near(['1.3', '1.2'], 1)).toEqual(['1.1', '1.4']);
  });

  it('end with their document', async () => {
    expect(await near(['1.4'], 9)).toEqual(['1.1', '1.2', '1.3']);
    expect(await near(['2.1', '1.4'], 1)).toEqual(['1.3', '2.2']);
  });

  it('are none at no distance, or beside a chunk of another corpus', async () => {
    expect(await near(['1.2'], 0)).toEqual([]);
    expect(await near(['9.9'], 3)).toEqual([]);
  });
});

describe('hard negatives', () => {
  const texts = [
    ['The lock of the Harl canal was opened by Edmund Thorsby.', 'Edmund Thorsby opened another lock of the canal.'],
    ['The lock of the Pell canal was opened by Ada Thorsby.'],
    ['The lock of the Pell canal was opened by Ada Thorsby.'],
    ['It rained on the railway all day.'],
    ['A canal needs water.'],
  ];
  const like = (chunkId: string, limit: number, query = 'Who opened it?') => find(texts, { type: 'hard-negatives', chunkId, query, limit });

  it('are chunks of other documents most like one, of equal texts the first', async () => {
    expect(await like('1.1', 2)).toEqual(['2.1', '5.1']);
  });

  it('leave out what has nothing to do with it, and texts equal to its own', async () => {
    expect(await like('1.1', 9)).toEqual(['2.1', '5.1']);
    expect(await like('2.1', 9)).not.toContain('3.1');
  });

  it('search on where the chunk’s own document fills the first finds', async () => {
    const own = Array.from({ length: 40 }, (_, i) => `The lock of the Harl canal, part ${i}.`);
    expect(await find([own, ['A canal with a lock.']], { type: 'hard-negatives', chunkId: '1.1', query: 'lock', limit: 3 })).toEqual([
      '2.1',
    ]);
  });

  it('of an unknown chunk are refused', async () => {
    await expect(like('9.9', 3)).rejects.toMatchObject({ code: 'not-found' });
  });
});
