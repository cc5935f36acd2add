import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk, Document } from '../domain/document.ts';
import { type ChunkLimit, chunkDocument } from './chunk-document.ts';

const document = (text: string): Document => ({ id: 'document', uri: 'text.md', title: 'Text', text });

const limit = (maxTokens: number, count: (text: string) => number, modelName = 'scripted'): ChunkLimit => ({
  modelName,
  maxTokens,
  countTokens: async (texts) => texts.map(count),
});

const words = (text: string) => text.match(/\S+/g)?.length ?? 0;
const letters = (text: string) => [...text].length;
const bytes = (text: string) => new TextEncoder().encode(text).length;
/** The whole counts more than its parts: sentences beside each other cost one more each. */
const greedy = (text: string) => words(text) + 2 * (text.match(/[.!?]\s/g)?.length ?? 0);
const COUNTERS = [words, letters, bytes, greedy];

/** Words of all kinds, white space of all kinds, stops, headings and rests of surrogate pairs. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '. ', '! ', '\n', '\n\n', '\n# ', '\n- ', '\t', '\u00a0', '。', '“', '?” '),
      fc.constantFrom('Salt', 'canal', 'Mr.', '1869', '𝄞𝄞𝄞', 'é', '\ud83d', 'İ', 'x'.repeat(40), '漢字'.repeat(9)),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const limits = fc.array(fc.tuple(fc.integer({ min: 4, max: 40 }), fc.constantFrom(...COUNTERS)), { minLength: 1, maxLength: 3 });

function expectWhole(text: string, chunks: readonly Chunk[]): void {
  let end = 0;
  for (const { span, text: words, documentId } of chunks) {
    expect(documentId).toBe('document');
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(text.slice(end, span.start).trim()).toBe('');
    expect(words).toBe(text.slice(span.start, span.end));
    expect(words.trim()).not.toBe('');
    end = span.end;
  }
  expect(text.slice(end).trim()).toBe('');
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length);
}

describe('chunks', () => {
  it('are ordered and disjoint, leave out white space only, and fit every model', async () => {
    const property = fc.asyncProperty(texts, limits, async (text, chosen) => {
      const chunks = await chunkDocument(
        document(text),
        chosen.map(([max, count]) => limit(max, count)),
      );
      expectWhole(text, chunks);
      for (const chunk of chunks) for (const [max, count] of chosen) expect(count(chunk.text)).toBeLessThanOrEqual(max);
    });
    await fc.assert(property, { seed: 3, numRuns: 300 });
  });

  it('never part the halves of a pair', async () => {
    const text = '𝄞'.repeat(101);
    const chunks = await chunkDocument(document(text), [limit(7, letters)]);
    expectWhole(text, chunks);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^(?:𝄞)+$/u);
  });

  it('are full: two neighbours would not fit together', async () => {
    const text = Array.from({ length: 200 }, (_, i) => `Sentence ${i} is here.`).join(' ');
    const chunks = await chunkDocument(document(text), [limit(32, words)]);
    expect(chunks).toHaveLength(25);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^Sentence.*\.$/);
  });

  it('cut a sentence that is too long between words', async () => {
    const text = 'word '.repeat(1_000).trim();
    const chunks = await chunkDocument(document(text), [limit(60, words)]);
    expectWhole(text, chunks);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^word(?: word)*$/);
    expect(chunks.length).toBeLessThan(40);
  });

  it('come of a megabyte without a space in a moment', async () => {
    const text = 'x'.repeat(1_000_000);
    const chunks = await chunkDocument(document(text), [limit(1_000, letters)]);
    expectWhole(text, chunks);
    expect(chunks).toHaveLength(1_024);
  }, 10_000);

  it('are none of a document without words', async () => {
    for (const text of ['', ' \n\t ']) expect(await chunkDocument(document(text), [limit(5, words)])).toEqual([]);
  });

  it('have the same ids whenever they are cut the same', async () => {
    const cut = () => chunkDocument(document('One. Two. Three.'), [limit(2, words)]);
    expect(await cut()).toEqual(await cut());
  });

  it('are cut in slices, between which others have their turn', async () => {
    const text = Array.from({ length: 4_000 }, (_, i) => `Sentence ${i}.`).join(' ');
    let pauses = 0;
    const pause = async () => void pauses++;
    expect(await chunkDocument(document(text), [limit(4, words)], { pause })).toEqual(
      await chunkDocument(document(text), [limit(4, words)]),
    );
    // Sentences are measured, chunks measured, chunks named: 500 at a time.
    expect(pauses).toBeGreaterThanOrEqual(1 + 7 + 3 + 3);
  });

  it('refuse a model that can take nothing, with the figures', async () => {
    const limits = [limit(8, words, 'large'), limit(2, (text) => 3 * letters(text), 'tiny')];
    await expect(chunkDocument(document('Some text.'), limits)).rejects.toMatchObject({
      code: 'context-overflow',
      message: expect.stringMatching(/large \(8 tokens\), tiny \(2 tokens\)/),
    });
  });
});

describe('a heading', () => {
  const section = (i: number) => `# Place ${i}\nThe canal of this place was dug by hand. It leaked.`;
  const text = Array.from({ length: 30 }, (_, i) => section(i)).join('\n\n');

  it.each([
    ['words', words],
    ['a tokenizer that counts more for the whole', greedy],
  ])('stays with what follows it (%s)', async (_name, count) => {
    for (let max = 24; max < 60; max++) {
      const chunks = await chunkDocument(document(text), [limit(max, count)]);
      expectWhole(text, chunks);
      for (const chunk of chunks) expect(chunk.text).not.toMatch(/(?:^|\n)# [^\n]*$/);
    }
  });

  it('is text like any other where there is nothing else', async () => {
    const comments = Array.from({ length: 300 }, (_, i) => `# comment ${i}`).join('\n');
    const chunks = await chunkDocument(document(`First.\n${comments}`), [limit(60, words)]);
    expectWhole(`First.\n${comments}`, chunks);
    expect(chunks.length).toBeLessThan(20);
  });
});
