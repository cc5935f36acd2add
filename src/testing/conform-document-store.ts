import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chunk, Corpus, Document } from '../domain/document.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import { conformCorpusVersions } from './conform-corpus-versions.ts';
import { type SkippedTest, skipReason } from './wait-for.ts';

export interface DocumentStoreBench {
  readonly store: DocumentStore;
  close(): Promise<void>;
}

/** What every {@link DocumentStore} must do. */
export function conformDocumentStore(
  name: string,
  { create, skip = [] }: { create(): Promise<DocumentStoreBench>; skip?: readonly SkippedTest[] },
): void {
  const test = (title: string, body: () => Promise<void>): void => {
    it.skipIf(skipReason(skip, title))(title, body);
  };

  describe(`document store: ${name}`, () => {
    let bench: DocumentStoreBench;
    let store: DocumentStore;
    beforeAll(async () => {
      bench = await create();
      store = bench.store;
    });
    afterAll(async () => bench.close());

    conformCorpusVersions(test, () => store);

    test('a corpus is read back in its own order', async () => {
      const corpus = corpusOf(['one two three four', 'five 𝄞 six seven'], 4);
      const shuffled = { ...corpus, chunks: [...corpus.chunks].reverse() };
      expect(await store.hasCorpus(corpus.id)).toBe(false);
      await store.saveCorpus(shuffled);
      expect(await store.hasCorpus(corpus.id)).toBe(true);
      expect(await store.readChunks(corpus.id)).toEqual(shuffled.chunks);
      expect(await store.findDocuments(corpus.documents.map(({ id }) => id))).toEqual(byId(corpus.documents));
    });

    test('saving again changes nothing, even at the same time', async () => {
      const corpus = corpusOf(['a b c d e f g h'], 3);
      await Promise.all([store.saveCorpus(corpus), store.saveCorpus(corpus), store.saveCorpus(corpus)]);
      await store.saveCorpus(corpus);
      expect(await store.readChunks(corpus.id)).toEqual(corpus.chunks);
    });

    test('corpora share documents and chunks', async () => {
      const whole = corpusOf(['shared words here', 'only in the first'], 6);
      const part = corpusOf(['shared words here'], 6);
      await store.saveCorpus(whole);
      await store.saveCorpus(part);
      expect(await store.readChunks(part.id)).toEqual(part.chunks);
      expect(await store.readChunks(whole.id)).toEqual(whole.chunks);
    });

    test('chunks and documents are found by id, and unknown ids are left out', async () => {
      const corpus = corpusOf(['alpha beta gamma', 'delta epsilon'], 5);
      await store.saveCorpus(corpus);
      const wanted = corpus.chunks.filter((_, i) => i % 2 === 0);
      expect(await store.findChunks([...wanted.map(({ id }) => id), 'unknown'])).toEqual(byId(wanted));
      expect(await store.findChunks([])).toEqual(new Map());
      expect(await store.findDocuments(['unknown'])).toEqual(new Map());
    });

    test('a document is found in the corpora that hold it, and in no other', async () => {
      const [mine, theirs] = [corpusOf(['mine alone', 'and shared'], 4), corpusOf(['theirs alone', 'and shared'], 4)];
      await store.saveCorpus(mine);
      await store.saveCorpus(theirs);
      const [own, shared] = mine.documents;
      for (const document of [own, shared]) expect(await store.findDocumentOf(mine.id, document?.id ?? '')).toEqual(document);
      expect(await store.findDocumentOf(theirs.id, shared?.id ?? '')).toEqual(shared);
      expect(await store.findDocumentOf(theirs.id, own?.id ?? '')).toBeUndefined();
      expect(await store.findDocumentOf('unknown', own?.id ?? '')).toBeUndefined();
      expect(await store.findDocumentOf(mine.id, 'unknown')).toBeUndefined();
    });

    test('an unknown corpus is not found, and an empty one is empty', async () => {
      await expect(store.readChunks('unknown')).rejects.toMatchObject({ code: 'not-found' });
      await store.saveCorpus(corpusOf([], 5));
      expect(await store.readChunks(corpusOf([], 5).id)).toEqual([]);
    });

    test('a corpus is granted to a tenant, once it is stored', async () => {
      const corpus = corpusOf(['a text of some tenant'], 6);
      await expect(store.grantCorpus(corpus.id, 'acme')).rejects.toMatchObject({ code: 'not-found' });
      await store.saveCorpus(corpus);
      expect(await store.isGranted(corpus.id, 'acme')).toBe(false);
      await Promise.all([store.grantCorpus(corpus.id, 'acme'), store.grantCorpus(corpus.id, 'acme')]);
      await store.grantCorpus(corpus.id, 'acme');
      expect(await store.isGranted(corpus.id, 'acme')).toBe(true);
      expect(await store.isGranted(corpus.id, 'other')).toBe(false);
    });

    test('texts come back to the letter', async () => {
      const corpus = corpusOf(['line\r\nbreaks\t“quotes” ’ \\ $1 %s \u2028 \ufffd 🏛️ e\u0301', '   '], 7);
      await store.saveCorpus(corpus);
      expect(await store.readChunks(corpus.id)).toEqual(corpus.chunks);
    });

    for (const [what, text] of [
      ['a NUL', 'before \u0000 after'],
      ['half a surrogate pair', 'before \ud83d after'],
    ] as const) {
      test(`a document with ${what} is refused by name, and nothing of its corpus is visible`, async () => {
        const corpus = corpusOf(['a fine text', text], 6);
        await expect(store.saveCorpus(corpus)).rejects.toMatchObject({
          code: 'invalid-input',
          message: expect.stringContaining(corpus.documents[1]?.uri ?? ''),
        });
        expect(await store.hasCorpus(corpus.id)).toBe(false);
      });
    }

    test('ten thousand chunks are saved and read in reasonable time', async () => {
      const words = 'the quick brown fox jumps over a lazy dog and runs on through the wood '.repeat(4);
      const texts = Array.from({ length: 100 }, (_, i) => `${i} ${words.repeat(70)}`);
      const corpus = corpusOf(texts, 200);
      expect(corpus.chunks.length).toBeGreaterThan(9_900);
      const start = performance.now();
      await store.saveCorpus(corpus);
      expect(performance.now() - start).toBeLessThan(30_000);
      expect(await store.readChunks(corpus.id)).toEqual(corpus.chunks);
    });
  });
}

function corpusOf(texts: readonly string[], size: number): Corpus {
  const documents = texts.map((text, i): Document => ({ id: hash(text), uri: `texts/${i}.txt`, title: `Text ${i}`, text }));
  const chunks = documents.flatMap((document) => cut(document, size));
  return { id: hash(`corpus ${size} ${texts.join('\n')}`), documents, chunks };
}

function cut({ id: documentId, text }: Document, size: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < text.length; ) {
    // Not through the middle of a surrogate pair: half of one is no text.
    const end = Math.min(text.length, /[\ud800-\udbff]/.test(text[start + size - 1] ?? '') ? start + size + 1 : start + size);
    chunks.push({ id: hash(`${documentId} ${start} ${end}`), documentId, span: { start, end }, text: text.slice(start, end) });
    start = end;
  }
  return chunks;
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): Map<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
