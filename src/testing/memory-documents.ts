import type { Corpus } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { corpusDocuments } from '../pipeline/corpus-documents.ts';
import type { CorpusChange, DocumentStore } from '../ports/document-store.ts';

/** The document store as a map: the simplest implementation of its port, and the reference for the others. */
export function createMemoryDocuments(...corpora: readonly Corpus[]): DocumentStore {
  const byId = new Map(corpora.map((corpus) => [corpus.id, corpus]));
  const stores = new Map<Corpus, DocumentStore>();
  const grants = new Set<string>();
  const find = (corpusId: string): Corpus => {
    const corpus = byId.get(corpusId);
    if (corpus === undefined) throw new IsthmusError('not-found', `No corpus "${corpusId}" is stored.`);
    return corpus;
  };
  const storeOf = (corpusId: string): DocumentStore => {
    const corpus = find(corpusId);
    const store = stores.get(corpus) ?? corpusDocuments(corpus);
    stores.set(corpus, store);
    return store;
  };
  const pick = <Item extends { readonly id: string }>(items: readonly Item[], ids: readonly string[]) =>
    new Map(items.filter(({ id }) => ids.includes(id)).map((item) => [item.id, item]));
  return {
    async saveCorpus(corpus) {
      if (!byId.has(corpus.id)) byId.set(corpus.id, corpus);
    },
    async extendCorpus(change) {
      const corpus = await extended(find(change.base), change);
      if (!byId.has(corpus.id)) byId.set(corpus.id, corpus);
      return corpus.id;
    },
    async dropCorpora(corpusIds) {
      for (const id of corpusIds) byId.delete(id);
      for (const grant of grants) if (corpusIds.some((id) => grant.endsWith(`\n${id}`))) grants.delete(grant);
    },
    hasCorpus: async (corpusId) => byId.has(corpusId),
    async grantCorpus(corpusId, tenant) {
      find(corpusId);
      grants.add(`${tenant}\n${corpusId}`);
    },
    isGranted: async (corpusId, tenant) => grants.has(`${tenant}\n${corpusId}`),
    readChunks: async (corpusId) => find(corpusId).chunks,
    openIndex: async (corpusId) => storeOf(corpusId).openIndex(corpusId),
    chunksAt: async (corpusId, positions) => storeOf(corpusId).chunksAt(corpusId, positions),
    positionsWhere: async (corpusId, filter) => storeOf(corpusId).positionsWhere(corpusId, filter),
    findChunks: async (ids) =>
      pick(
        [...byId.values()].flatMap(({ chunks }) => chunks),
        ids,
      ),
    findDocumentOf: async (corpusId, documentId) => byId.get(corpusId)?.documents.find(({ id }) => id === documentId),
    findDocuments: async (ids) =>
      pick(
        [...byId.values()].flatMap(({ documents }) => documents),
        ids,
      ),
  };
}

async function extended(base: Corpus, { remove, documents, chunks, nameOf }: CorpusChange): Promise<Corpus> {
  const all = [...base.chunks.filter(({ documentId }) => !remove.includes(documentId)), ...chunks];
  const id = await nameOf(all.map((chunk) => chunk.id));
  return { id, documents: [...base.documents.filter((document) => !remove.includes(document.id)), ...documents], chunks: all };
}
