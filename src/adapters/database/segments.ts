import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import type { Chunk, Document } from '../../domain/document.ts';
import type { TextAnalyser } from '../../domain/search/analyser.ts';
import { type BuiltSegment, buildSegment, languageOf } from '../../domain/search/build-segment.ts';
import { anyOf, type Database, inPieces } from './database.ts';
import { chunks, documents, segmentChunks, segments, segmentWords } from './schema-documents.ts';

/** Rows of one statement, which is over in well under 50 ms, also on a busy machine. */
const CHUNK_ROWS = 200;
const POSITION_ROWS = 2_000;
const WORD_ROWS = 2_000;

/** More chunks are another segment: while one is built its words are in memory (some 150 MB for so many of 200 words). */
export const SEGMENT_CHUNKS = 50_000;

export interface WriteContext {
  readonly database: Database;
  readonly analyser: TextAnalyser;
}

/** Names a segment by what is in it. */
export function segmentIdOf(some: readonly Pick<Chunk, 'id'>[]): string {
  const hash = createHash('sha256');
  for (const { id } of some) hash.update(`${id}\n`);
  return hash.digest('hex');
}

/** Documents are named by their content, so they are written outside any transaction; whoever comes second changes nothing. */
export async function writeDocuments(all: readonly Document[], { database, analyser }: WriteContext): Promise<void> {
  for (const document of all) {
    const { id, uri, title, text, format = null, marks = null } = document;
    const row = { id, uri, title, text, format, marks, language: languageOf(document, analyser) };
    await database.insert(documents).values(row).onConflictDoNothing();
  }
}

/** The same of chunks: a row takes its texts as arrays, since a statement takes 65,535 parameters at most and each costs time. */
export async function writeChunks(all: readonly Chunk[], { database }: Pick<WriteContext, 'database'>): Promise<void> {
  for (const piece of inPieces(all, CHUNK_ROWS)) {
    const column = <Value>(value: (chunk: Chunk) => Value) => sql.param(piece.map(value));
    await database.execute(sql`
      INSERT INTO ${chunks} (id, document_id, span_start, span_end, text)
      SELECT * FROM unnest(${column(({ id }) => id)}::text[], ${column(({ documentId }) => documentId)}::text[],
        ${column(({ span }) => span.start)}::int[], ${column(({ span }) => span.end)}::int[], ${column(({ text }) => text)}::text[])
      ON CONFLICT DO NOTHING`);
  }
}

/**
 * Stores chunks, which are there already, as an indexed segment and returns its id. Nobody sees it before the last statement, and whoever is
 * killed before that has it done again.
 */
export async function writeSegment(all: readonly Chunk[], context: WriteContext): Promise<string> {
  const id = segmentIdOf(all);
  if (await isIndexed(id, context.database)) return id;
  await context.database.insert(segments).values({ id, chunkCount: all.length }).onConflictDoNothing();
  for (const [i, piece] of inPieces(all, POSITION_ROWS).entries()) {
    const ids = sql.param(piece.map((chunk) => chunk.id));
    await context.database.execute(sql`
      INSERT INTO ${segmentChunks} (segment_id, position, chunk_id)
      SELECT ${id}, ${i * POSITION_ROWS}::int + ordinality - 1, chunk_id FROM unnest(${ids}::text[]) WITH ORDINALITY AS t(chunk_id)
      ON CONFLICT DO NOTHING`);
  }
  await indexSegment(id, all, context);
  return id;
}

/** Indexes the chunks of a segment whose rows are there. Idempotent. */
export async function indexSegment(id: string, all: readonly Chunk[], { database, analyser }: WriteContext): Promise<void> {
  const languages = await readLanguages(all, database);
  const built = await buildSegment(all, languages, { analyser, pause: async () => setImmediate() });
  await writeWords(id, built, database);
  const { documentIds, documents: ordinals, lengths, languages: sizes } = built;
  const columns = { documentIds, documents: toBytes(ordinals), lengths: toBytes(lengths), languages: sizes };
  await database.update(segments).set(columns).where(eq(segments.id, id));
}

async function writeWords(id: string, { words }: BuiltSegment, database: Database): Promise<void> {
  // In their order, neighbours in the table are written together.
  const sorted = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const piece of inPieces(sorted, WORD_ROWS)) {
    const column = <Value>(value: (entry: (typeof piece)[number]) => Value) => sql.param(piece.map(value));
    await database.execute(sql`
      INSERT INTO ${segmentWords} (segment_id, word, chunk_frequency, postings)
      SELECT ${id}, word, frequency, decode(postings, 'base64') FROM unnest(${column(([word]) => word)}::text[],
        ${column(([, writer]) => writer.frequency)}::int[], ${column(([, writer]) => Buffer.from(writer.finish()).toString('base64'))}::text[])
        AS t(word, frequency, postings)
      ON CONFLICT DO NOTHING`);
  }
}

async function readLanguages(all: readonly Chunk[], database: Database): Promise<Map<string, string>> {
  const languages = new Map<string, string>();
  for (const piece of inPieces([...new Set(all.map(({ documentId }) => documentId))], POSITION_ROWS)) {
    const rows = await database
      .select({ id: documents.id, language: documents.language })
      .from(documents)
      .where(anyOf(documents.id, piece));
    for (const { id, language } of rows) if (language !== null) languages.set(id, language);
  }
  return languages;
}

async function isIndexed(id: string, database: Database): Promise<boolean> {
  const rows = await database.select({ languages: segments.languages }).from(segments).where(eq(segments.id, id));
  return rows.some(({ languages }) => languages !== null);
}

/** Low byte first on every machine. */
function toBytes(numbers: Uint32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [i, number] of numbers.entries()) bytes.setUint32(i * 4, number, true);
  return new Uint8Array(bytes.buffer);
}

/** The inverse of what the columns of `segments` are written with. */
export function fromBytes(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getUint32(i * 4, true));
}
