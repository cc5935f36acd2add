import { describe, expect, it } from 'vitest';
import type { Chunk } from '../domain/document.ts';
import { buildCorpus } from '../testing/builders.ts';
import { createMemoryDocuments } from '../testing/memory-documents.ts';
import { findQuotes } from './find-quotes.ts';

const whole = buildCorpus(['The canal was dug in 1869. Ada Lund\ndug it.', 'It was dug in 1869, they say.']);
/** The first document in two chunks. */
const halves = [
  { start: 0, end: 26 },
  { start: 27, end: 43 },
].map(
  (span, i): Chunk => ({
    id: `half-${i + 1}`,
    documentId: 'document-1',
    span,
    text: whole.documents[0]?.text.slice(span.start, span.end) ?? '',
  }),
);
const documents = createMemoryDocuments({ ...whole, chunks: [...halves, ...whole.chunks.slice(1)] });
const find = (...quotes: string[]) => findQuotes(quotes, { corpusId: 'corpus', documents });

describe('texts that are known to be in the corpus', () => {
  it('are found at their first place, with the chunk that holds them', async () => {
    const { chunks, quotes } = await find('they say', 'dug in 1869');
    expect(quotes).toEqual([
      { documentId: 'document-2', span: { start: 20, end: 28 }, text: 'they say' },
      { documentId: 'document-1', span: { start: 14, end: 25 }, text: 'dug in 1869' },
    ]);
    expect(chunks.map(({ chunkId }) => chunkId)).toEqual(['chunk-2', 'half-1']);
  });

  it('may run across the border of two chunks, and have both', async () => {
    const { chunks, quotes } = await find('in 1869. Ada');
    expect(quotes?.[0]?.span).toEqual({ start: 18, end: 30 });
    expect(chunks.map(({ chunkId }) => chunkId)).toEqual(['half-1', 'half-2']);
  });

  it('come back in the words of the source where white space and case differ', async () => {
    expect((await find('ada lund dug it.')).quotes).toEqual([
      { documentId: 'document-1', span: { start: 27, end: 43 }, text: 'Ada Lund\ndug it.' },
    ]);
  });

  it('name each chunk once', async () => {
    expect((await find('canal', 'dug in')).chunks).toHaveLength(1);
  });

  it('fail by name when one stands nowhere', async () => {
    await expect(find('canal', 'The moon landed.')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('"The moon landed." stands in none of the 2 documents'),
    });
  });
});
