import { bigint, doublePrecision, index, integer, json, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Document } from '../../domain/document.ts';
import { isthmus, milliseconds } from './schema.ts';

/** Names of corpora. `corpusId` is no reference: a corpus is dropped only after no name has it. */
export const collections = isthmus.table(
  'collections',
  {
    tenant: text('tenant').notNull(),
    name: text('name').notNull(),
    corpusId: text('corpus_id'),
    sizes: json('sizes').$type<readonly string[]>().notNull(),
    createdAt: milliseconds('created_at'),
    updatedAt: milliseconds('updated_at'),
    leaseOwner: text('lease_owner'),
    /** By the database's clock. */
    leaseExpiresAt: bigint('lease_expires_at', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name] })],
);

const ofCollection = () => ({ tenant: text('tenant').notNull(), name: text('name').notNull() });

export const collectionSources = isthmus.table(
  'collection_sources',
  {
    ...ofCollection(),
    address: text('address').notNull(),
    uri: text('uri').notNull(),
    size: bigint('size', { mode: 'number' }),
    mtimeMs: doublePrecision('mtime_ms'),
    contentHash: text('content_hash'),
    reader: text('reader').notNull(),
    documentId: text('document_id'),
    reason: text('reason'),
    addedAt: milliseconds('added_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.name, table.address] }),
    index('collection_sources_document_id').on(table.documentId),
  ],
);

/** The documents of a collection's present version. */
export const collectionDocuments = isthmus.table(
  'collection_documents',
  {
    ...ofCollection(),
    documentId: text('document_id').notNull(),
    chunks: integer('chunks').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name, table.documentId] })],
);

/** Read and in no version yet: what a killed ingest need not read again. */
export const collectionDrafts = isthmus.table(
  'collection_drafts',
  { ...ofCollection(), documentId: text('document_id').notNull(), document: json('document').$type<Document>().notNull() },
  (table) => [primaryKey({ columns: [table.tenant, table.name, table.documentId] })],
);

/** Every corpus that was ever made for a name and is not known to be gone. */
export const collectionVersions = isthmus.table(
  'collection_versions',
  { ...ofCollection(), corpusId: text('corpus_id').notNull(), createdAt: milliseconds('created_at') },
  (table) => [
    primaryKey({ columns: [table.tenant, table.name, table.corpusId] }),
    index('collection_versions_corpus_id').on(table.corpusId),
  ],
);
