import { customType, index, integer, json, primaryKey, text } from 'drizzle-orm/pg-core';
import type { PlaceMark } from '../../domain/document.ts';
import { isthmus, milliseconds } from './schema.ts';

const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
});

export const documents = isthmus.table('documents', {
  id: text('id').primaryKey(),
  uri: text('uri').notNull(),
  title: text('title').notNull(),
  text: text('text').notNull(),
  format: text('format'),
  marks: json('marks').$type<readonly PlaceMark[]>(),
  /** An ISO 639-1 code, or null where the text is too short to tell. */
  language: text('language'),
});

export const chunks = isthmus.table(
  'chunks',
  {
    id: text('id').primaryKey(),
    documentId: text('document_id')
      .notNull()
      .references(() => documents.id),
    /** In UTF-16 code units, which Postgres cannot count; so the text is kept beside them. */
    spanStart: integer('span_start').notNull(),
    spanEnd: integer('span_end').notNull(),
    text: text('text').notNull(),
  },
  (table) => [index('chunks_document_id').on(table.documentId)],
);

/** A corpus exists once its row does: documents and chunks are written before it, in pieces. */
export const corpora = isthmus.table('corpora', { id: text('id').primaryKey(), createdAt: milliseconds('created_at') });

/** A stretch of a corpus, indexed as one and shared by all corpora that hold it. It can be searched once its lengths are there. */
export const segments = isthmus.table('segments', {
  /** SHA-256 of its chunks' ids. */
  id: text('id').primaryKey(),
  chunkCount: integer('chunk_count').notNull(),
  documentIds: json('document_ids').$type<readonly string[]>(),
  /** 32 bit numbers, low byte first: which of the documents each chunk is of, and how many words it has. */
  documents: bytea('documents'),
  lengths: bytea('lengths'),
  /** Chunks in each language. */
  languages: json('languages').$type<Readonly<Record<string, number>>>(),
});

export const segmentChunks = isthmus.table(
  'segment_chunks',
  {
    segmentId: text('segment_id')
      .notNull()
      .references(() => segments.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    chunkId: text('chunk_id')
      .notNull()
      .references(() => chunks.id),
  },
  (table) => [primaryKey({ columns: [table.segmentId, table.position] }), index('segment_chunks_chunk_id').on(table.chunkId)],
);

/** The words of a segment: in how many of its chunks each stands, and where. */
export const segmentWords = isthmus.table(
  'segment_words',
  {
    segmentId: text('segment_id')
      .notNull()
      .references(() => segments.id, { onDelete: 'cascade' }),
    word: text('word').notNull(),
    chunkFrequency: integer('chunk_frequency').notNull(),
    postings: bytea('postings').notNull(),
  },
  (table) => [primaryKey({ columns: [table.segmentId, table.word] })],
);

/** A corpus is its segments in order, without the chunks that were removed since those were indexed. */
export const corpusSegments = isthmus.table(
  'corpus_segments',
  {
    corpusId: text('corpus_id')
      .notNull()
      .references(() => corpora.id, { onDelete: 'cascade' }),
    ordinal: integer('ordinal').notNull(),
    /** Where it begins in the corpus. */
    start: integer('start').notNull(),
    segmentId: text('segment_id')
      .notNull()
      .references(() => segments.id),
    /** Positions in the segment. */
    removed: integer('removed').array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.corpusId, table.ordinal] }), index('corpus_segments_segment_id').on(table.segmentId)],
);

/** The chunks of a corpus by their positions in it; there are gaps where some were removed. */
export const corpusChunks = isthmus
  .view('corpus_chunks', {
    corpusId: text('corpus_id').notNull(),
    position: integer('position').notNull(),
    chunkId: text('chunk_id').notNull(),
  })
  .existing();

/** Who may name a corpus by its id. */
export const corpusGrants = isthmus.table(
  'corpus_grants',
  {
    tenant: text('tenant').notNull(),
    corpusId: text('corpus_id')
      .notNull()
      .references(() => corpora.id),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.corpusId] })],
);
