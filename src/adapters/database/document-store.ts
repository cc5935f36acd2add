import { and, eq, exists } from 'drizzle-orm';
import type { Chunk, Document } from '../../domain/document.ts';
import { createTextAnalyser } from '../../language/text-analyser.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { type CorpusContext, dropCorpora, extendCorpus, hasCorpus, noCorpus, saveCorpus } from './corpora.ts';
import { createGrantCheck, grantCorpus } from './corpus-grants.ts';
import { anyOf, type Database } from './database.ts';
import { chunkFromRow, documentFromRow } from './document-rows.ts';
import { chunks, corpusChunks, documents } from './schema-documents.ts';
import { chunksAt, createSearchIndexes, positionsWhere } from './search-index.ts';

export function createDocumentStore(database: Database, options: { readonly now?: () => number } = {}): DocumentStore {
  const { now = Date.now } = options;
  const analyser = createTextAnalyser();
  const context: CorpusContext = { database, analyser, now, indexes: createSearchIndexes({ database, analyser }) };
  const grants = createGrantCheck(database);
  return {
    saveCorpus: (corpus) => saveCorpus(corpus, context),
    extendCorpus: (change) => extendCorpus(change, context),
    async dropCorpora(corpusIds) {
      await dropCorpora(corpusIds, context);
      grants.forget();
    },
    hasCorpus: (corpusId) => hasCorpus(database, corpusId),
    grantCorpus: (corpusId, tenant) => grantCorpus(database, { corpusId, tenant }),
    isGranted: grants.isGranted,
    readChunks: (corpusId) => readChunks(database, corpusId),
    async openIndex(corpusId) {
      const index = await context.indexes.open(corpusId);
      if (index.segments.length === 0 && !(await hasCorpus(database, corpusId))) throw noCorpus(corpusId);
      return index;
    },
    chunksAt: (corpusId, positions) => chunksAt(corpusId, positions, database),
    positionsWhere: (corpusId, filter) => positionsWhere(corpusId, filter, database),
    findChunks: (chunkIds) => findChunks(database, chunkIds),
    findDocumentOf: (corpusId, documentId) => findDocumentOf(database, corpusId, documentId),
    findDocuments: (documentIds) => findDocuments(database, documentIds),
  };
}

async function readChunks(database: Database, corpusId: string): Promise<readonly Chunk[]> {
  const rows = await database
    .select({ chunk: chunks })
    .from(corpusChunks)
    .innerJoin(chunks, eq(chunks.id, corpusChunks.chunkId))
    .where(eq(corpusChunks.corpusId, corpusId))
    .orderBy(corpusChunks.position);
  if (rows.length === 0 && !(await hasCorpus(database, corpusId))) throw noCorpus(corpusId);
  return rows.map((row) => chunkFromRow(row.chunk));
}

async function findChunks(database: Database, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Chunk>> {
  const rows = await database.select().from(chunks).where(anyOf(chunks.id, chunkIds));
  return new Map(rows.map((row) => [row.id, chunkFromRow(row)]));
}

async function findDocuments(database: Database, documentIds: readonly string[]): Promise<ReadonlyMap<string, Document>> {
  const rows = await database.select().from(documents).where(anyOf(documents.id, documentIds));
  return new Map(rows.map((row) => [row.id, documentFromRow(row)]));
}

async function findDocumentOf(database: Database, corpusId: string, documentId: string): Promise<Document | undefined> {
  const held = database
    .select({ id: corpusChunks.chunkId })
    .from(corpusChunks)
    .innerJoin(chunks, eq(chunks.id, corpusChunks.chunkId))
    .where(and(eq(corpusChunks.corpusId, corpusId), eq(chunks.documentId, documents.id)));
  const [row] = await database
    .select()
    .from(documents)
    .where(and(eq(documents.id, documentId), exists(held)));
  return row === undefined ? undefined : documentFromRow(row);
}
