import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Chunk, Corpus, Document } from '../domain/document.ts';
import type { CorpusIndex } from '../domain/search/corpus-index.ts';
import { readPostings } from '../domain/search/postings.ts';
import type { CorpusChange, DocumentStore } from '../ports/document-store.ts';

type Test = (title: string, body: () => Promise<void>) => void;

/** What every document store must do with the index of a corpus, and with versions of one. Part of `conformDocumentStore`. */
export function conformCorpusVersions(test: Test, store: () => DocumentStore): void {
  test('the index tells where each word stands, by its stem', async () => {
    const corpus = corpusOf(['The locks opened.', 'A lock, a lock!', 'Salt.']);
    await store().saveCorpus(corpus);
    const index = await store().openIndex(corpus.id);
    expect(await placesOf(index, ['lock', 'open', 'zyzzyva'])).toEqual({ lock: { 0: 1, 1: 2 }, open: { 0: 1 } });
    expect(index.languages).toEqual(['en']);
    expect(index.segments.flatMap(({ lengths }) => [...lengths])).toEqual([3, 4, 1]);
    const [frequencies] = await index.frequencies(['lock', 'zyzzyva']);
    expect(frequencies).toEqual(new Map([['lock', 2]]));
  });

  test('an unknown corpus has no index, and that of an empty one is empty', async () => {
    await expect(store().openIndex('unknown')).rejects.toMatchObject({ code: 'not-found' });
    const empty = corpusOf([]);
    await store().saveCorpus(empty);
    expect((await store().openIndex(empty.id)).segments).toEqual([]);
  });

  test('chunks are found by position, and positions by what their documents are', async () => {
    const corpus = corpusOf(['Alpha one.', 'Beta two.', 'Gamma three.']);
    await store().saveCorpus(corpus);
    expect(await store().chunksAt(corpus.id, [2, 0, 7])).toEqual(new Map([2, 0].map((at) => [at, corpus.chunks[at]])));
    expect(await store().positionsWhere(corpus.id, { uri: 'texts/*.txt', title: 'Beta' })).toEqual([1]);
    expect(await store().positionsWhere(corpus.id, { uri: '**' })).toEqual([0, 1, 2]);
    expect(await store().positionsWhere(corpus.id, { uri: '*' })).toEqual([]);
    expect(await store().positionsWhere(corpus.id, { format: 'text', language: 'de' })).toEqual([]);
    expect(await store().positionsWhere(corpus.id, { format: 'text' })).toEqual([0, 1, 2]);
  });

  for (const purge of [false, true]) {
    test(`a version loses documents and gains others${purge ? ', and nothing of the lost ones is left' : ''}`, async () => {
      const mark = purge ? 'purged' : 'passed over';
      // Enough of the rest that it is not written anew with what is added.
      const rest = Array.from({ length: 6 }, (_, i) => `Rest ${i} ${mark}.`);
      const base = corpusOf([`First ${mark} lock.`, `Second ${mark} quay.`, `Third ${mark} lock.`, ...rest]);
      await store().saveCorpus(base);
      const added = corpusOf([`Fourth ${mark} lock.`]);
      const id = await store().extendCorpus(changeOf(base, [1], added, purge));
      const left = [...base.chunks.filter((_, at) => at !== 1), ...added.chunks];
      expect(id).toBe(nameOf(left.map((chunk) => chunk.id)));
      expect(await store().readChunks(id)).toEqual(left);
      expect(await store().readChunks(base.id)).toEqual(base.chunks);
      const index = await store().openIndex(id);
      const { lock = {}, quay } = await placesOf(index, ['lock', 'quay']);
      expect(quay).toBeUndefined();
      const chunks = await store().chunksAt(id, Object.keys(lock).map(Number));
      expect([...chunks].sort(([a], [b]) => a - b).map(([, { text }]) => text)).toEqual(
        left.map(({ text }) => text).filter((text) => text.includes('lock')),
      );
      expect((await store().chunksAt(id, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).size).toBe(9);
      expect(await store().findDocumentOf(id, base.documents[1]?.id ?? '')).toBeUndefined();
      expect((await store().positionsWhere(id, { uri: '**' })).length).toBe(9);
    });
  }

  test('versions on versions hold what one corpus of the same chunks holds', async () => {
    let current = corpusOf(['Version zero lock.']);
    await store().saveCorpus(current);
    for (let step = 1; step <= 12; step++) {
      const added = corpusOf([`Version ${step} lock.`, `Version ${step} quay.`]);
      const remove = step % 3 === 0 ? [0] : [];
      const id = await store().extendCorpus(changeOf(current, remove, added, step % 6 === 0));
      const gone = new Set(remove.map((at) => current.documents[at]?.id));
      current = {
        id,
        documents: [...current.documents.filter((document) => !gone.has(document.id)), ...added.documents],
        chunks: [...current.chunks.filter(({ documentId }) => !gone.has(documentId)), ...added.chunks],
      };
      expect(await store().readChunks(id)).toEqual(current.chunks);
    }
    const { lock = {} } = await placesOf(await store().openIndex(current.id), ['lock']);
    expect(Object.keys(lock).length).toBe(current.chunks.filter(({ text }) => text.includes('lock')).length);
  });

  test('a dropped corpus is gone with what no other one holds', async () => {
    const dropped = corpusOf(['Held by both.', 'Held by the dropped one.']);
    const kept = corpusOf(['Held by both.']);
    for (const corpus of [dropped, kept]) {
      await store().saveCorpus(corpus);
      await store().grantCorpus(corpus.id, 'acme');
    }
    await store().dropCorpora([dropped.id, 'unknown']);
    expect(await store().hasCorpus(dropped.id)).toBe(false);
    expect(await store().isGranted(dropped.id, 'acme')).toBe(false);
    await expect(store().openIndex(dropped.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await store().findDocuments(dropped.documents.map(({ id }) => id))).toEqual(
      new Map([[kept.documents[0]?.id, kept.documents[0]]]),
    );
    expect((await store().findChunks(dropped.chunks.map(({ id }) => id))).size).toBe(1);
    expect(await store().readChunks(kept.id)).toEqual(kept.chunks);
    await store().dropCorpora([dropped.id]);
    await store().saveCorpus(dropped);
    expect(await store().readChunks(dropped.id)).toEqual(dropped.chunks);
  });
}

/** By word, then position in the corpus: how often. */
async function placesOf(index: CorpusIndex, forms: readonly string[]): Promise<Record<string, Record<number, number>>> {
  const all = await index.postings(forms);
  const places: Record<string, Record<number, number>> = {};
  for (const [s, segment] of index.segments.entries())
    for (const [form, bytes] of all[s] ?? []) {
      const { positions, counts } = readPostings(bytes, segment.removed);
      for (const [i, position] of positions.entries()) places[form] = { ...places[form], [segment.offset + position]: counts[i] ?? 0 };
    }
  return places;
}

function changeOf(base: Corpus, remove: readonly number[], added: Corpus, purge: boolean): CorpusChange {
  return {
    base: base.id,
    remove: remove.flatMap((at) => base.documents[at]?.id ?? []),
    purge,
    documents: added.documents,
    chunks: added.chunks,
    nameOf: async (ids) => nameOf(ids),
  };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const nameOf = (ids: readonly string[]) => hash(`version ${ids.join()}`);

/** One chunk a document. */
function corpusOf(texts: readonly string[]): Corpus {
  const documents = texts.map((text): Document => {
    const id = hash(text);
    return { id, uri: `texts/${id.slice(0, 8)}.txt`, title: text, text, format: 'text' };
  });
  const chunks = documents.map(
    ({ id, text }): Chunk => ({ id: hash(`chunk ${id}`), documentId: id, span: { start: 0, end: text.length }, text }),
  );
  return { id: hash(`versions ${texts.join('\n')}`), documents, chunks };
}
