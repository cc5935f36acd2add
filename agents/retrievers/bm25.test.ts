import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bm25 as bm25OfText } from '../../src/domain/bm25.ts';
import type { SearchFilter } from '../../src/domain/search-filter.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformRetriever } from '../../src/testing/conform-retriever.ts';
import { createMemoryDocuments } from '../../src/testing/memory-documents.ts';
import { bm25 } from './bm25.ts';

conformRetriever({ plugin: bm25 });
conformRetriever({ plugin: bm25, options: { k1: 0.9, b: 0.4 } });

const words = fc.constantFrom('canal', 'lock', 'salt', 'ship', 'pell', 'boat', 'constructor');
const texts = fc.array(
  fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
  { maxLength: 15 },
);

function search(corpusTexts: readonly string[], query: string, options: object = {}, filter?: SearchFilter) {
  const corpus = buildCorpus(corpusTexts);
  const retriever = bm25.create(bm25.options.parse(options), { documents: createMemoryDocuments(corpus) });
  return retriever.search({ corpusId: corpus.id, query, limit: 100, ...(filter === undefined ? {} : { filter }) });
}

const found = async (...given: Parameters<typeof search>) => (await search(...given)).chunks.map(({ chunkId }) => chunkId);

describe('bm25', () => {
  it('scores by its index as the domain scores by reading, and leaves out exactly what scores 0', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.array(words, { maxLength: 4 }), async (corpusTexts, query) => {
        const { chunks, statistics } = await search(corpusTexts, query.join(' '), { documentWeight: 0, adjacencyWeight: 0 });
        const scores = new Map(chunks.map(({ chunkId, score }) => [chunkId, score]));
        for (const chunk of buildCorpus(corpusTexts).chunks) {
          expect(scores.get(chunk.id) ?? 0).toBeCloseTo(bm25OfText(query.join(' '), chunk.text, statistics), 10);
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('finds other forms of a word, and gives function words no weight', async () => {
    expect(await found(['The locks were opened.', 'What is it of the?', 'It was closed.'], 'What opens the lock?')).toEqual(['chunk-1']);
    expect(await found(['What is it of the?'], 'What is it?')).toEqual(['chunk-1']);
  });

  it('finds texts in scripts without spaces by pairs of letters', async () => {
    const canal = '苏伊士运河于一八六九年通航，连接地中海与红海，是世界上最繁忙的航道之一，每年有近两万艘船只通过。';
    const railway = '这条铁路建于一八六二年，用来从采石场运走石头，后来也运送旅客，直到一九六四年才停止使用。';
    expect(await found([railway, canal], '运河通航')).toEqual(['chunk-2']);
  });

  it('knows the languages of a corpus and searches in each', async () => {
    const german = 'Die Schleusen des Kanals wurden im Jahr 1869 geöffnet, und seitdem fahren jeden Tag viele Schiffe hindurch.';
    const english = 'The locks of the canal were opened in the year 1869, and many ships have passed through them every day since then.';
    expect(await found([german, english], 'Schleuse')).toEqual(['chunk-1']);
    expect(await found([german, english], 'Which ship passes the lock?')).toEqual(['chunk-2']);
    expect(await found([english, german], 'Wann wurde die Schleuse geöffnet?')).toEqual(['chunk-2']);
  });

  it('prefers, of equal chunks, that of the document which is about the query, and words that stand together', async () => {
    const corpus = {
      id: 'corpus',
      documents: ['a', 'b'].map((id) => ({ id, uri: id, title: id, text: '' })),
      chunks: [
        { id: 'a-1', documentId: 'a', text: 'It was opened by the king.' },
        { id: 'a-2', documentId: 'a', text: 'Nothing else is known.' },
        { id: 'b-1', documentId: 'b', text: 'It was opened by the king.' },
        { id: 'b-2', documentId: 'b', text: 'A canal, the canal of Pell.' },
      ].map((chunk) => ({ ...chunk, span: { start: 0, end: chunk.text.length } })),
    };
    const retriever = bm25.create(bm25.options.parse({}), { documents: createMemoryDocuments(corpus) });
    const { chunks } = await retriever.search({ corpusId: 'corpus', query: 'canal opened', limit: 9 });
    const ids = chunks.map(({ chunkId }) => chunkId);
    expect(ids.indexOf('b-1')).toBeLessThan(ids.indexOf('a-1'));
    expect(await found(['cup war world', 'war world cup'], 'world cup')).toEqual(['chunk-2', 'chunk-1']);
  });

  it('keeps to its filter: phrases word by word, addresses, titles', async () => {
    const given = ['The canal was opened in 1869.', 'In 1869 the canal opened was.', 'The canal was opened; in 1869.', 'A canal.'];
    expect(await found(given, 'canal', {}, { phrases: ['opened in 1869'] })).toEqual(['chunk-1', 'chunk-3']);
    expect(await found(given, '', {}, { phrases: ['was opened'] })).toEqual(['chunk-1', 'chunk-3']);
    expect(await found(given, 'canal', {}, { phrases: ['no such words'] })).toEqual([]);
    expect(await found(given, 'canal', {}, { uri: 'text-[13].txt' })).toEqual([]);
    expect(await found(given, 'canal', {}, { uri: '*-4.TXT' })).toEqual(['chunk-4']);
    expect(await found(given, 'canal', {}, { title: 'text 2' })).toEqual(['chunk-2']);
    expect(await found(given, 'canal', {}, { format: 'pdf' })).toEqual([]);
  });

  it('counts the whole corpus in its statistics, whatever the filter', async () => {
    const given = ['The canal.', 'A canal.', 'Salt.'];
    expect((await search(given, 'canal', {}, { title: '2' })).statistics).toEqual((await search(given, 'canal')).statistics);
  });

  it('takes words of any length, and a text of a megabyte', async () => {
    const long = 'x'.repeat(5_000);
    expect(await found([`${long} a`, 'b'], long)).toEqual(['chunk-1']);
    expect(await found([`${'canal '.repeat(170_000)}`], 'canal')).toEqual(['chunk-1']);
  });
});
