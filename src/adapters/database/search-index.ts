import { and, asc, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Chunk } from '../../domain/document.ts';
import { globPattern } from '../../domain/glob.ts';
import type { CorpusIndex } from '../../domain/search/corpus-index.ts';
import { byCount } from '../../domain/search/memory-index.ts';
import type { Segment, SegmentPostings } from '../../domain/search/postings.ts';
import type { SearchFilter } from '../../domain/search-filter.ts';
import { createByteCache } from './byte-cache.ts';
import { anyOf, type Database } from './database.ts';
import { chunkFromRow } from './document-rows.ts';
import { chunks, corpusChunks, corpusSegments, documents, segmentChunks, segments, segmentWords } from './schema-documents.ts';
import { fromBytes, indexSegment, type WriteContext } from './segments.ts';

/** Segments never change, so what was read of them is kept as long as there is room. Bytes. */
const CACHE_BYTES = 96 * 1024 * 1024;

type Columns = Pick<Segment, 'documents' | 'lengths'>;

/** Opens indexes of corpora, and remembers parts of them. */
export interface SearchIndexes {
  /** Undefined where there is no corpus of that name, or an empty one. */
  open(corpusId: string): Promise<CorpusIndex>;
}

export function createSearchIndexes(context: WriteContext): SearchIndexes {
  const columns = createByteCache<Columns>(CACHE_BYTES / 3);
  const words = createByteCache<Uint8Array>(CACHE_BYTES);
  return { open: (corpusId) => openIndex(corpusId, { ...context, columns, words }) };
}

type Caches = WriteContext & {
  readonly columns: ReturnType<typeof createByteCache<Columns>>;
  readonly words: ReturnType<typeof createByteCache<Uint8Array>>;
};

async function openIndex(corpusId: string, context: Caches): Promise<CorpusIndex> {
  const { database, analyser } = context;
  const held = await database
    .select({
      segmentId: corpusSegments.segmentId,
      start: corpusSegments.start,
      removed: corpusSegments.removed,
      languages: segments.languages,
    })
    .from(corpusSegments)
    .innerJoin(segments, eq(segments.id, corpusSegments.segmentId))
    .where(eq(corpusSegments.corpusId, corpusId))
    .orderBy(asc(corpusSegments.ordinal));
  const ids = held.map(({ segmentId }) => segmentId);
  if (held.some(({ languages }) => languages === null)) {
    await indexMissing(ids, context);
    return openIndex(corpusId, context);
  }
  const columns = await Promise.all(ids.map((id) => readColumns(id, context)));
  const sizes: Record<string, number> = {};
  for (const { languages } of held)
    for (const [language, count] of Object.entries(languages ?? {})) sizes[language] = (sizes[language] ?? 0) + count;
  return {
    segments: held.map(({ start, removed }, i) => ({ ...(columns[i] as Columns), offset: start, removed: new Set(removed) })),
    languages: byCount(sizes),
    analyser,
    postings: (forms) => readWords(ids, forms, context),
    frequencies: (forms) => readFrequencies(ids, forms, database),
  };
}

/** What an earlier version has saved, or what was being indexed by a process that is dead. */
async function indexMissing(ids: readonly string[], context: Caches): Promise<void> {
  const { database } = context;
  const missing = await database
    .select({ id: segments.id })
    .from(segments)
    .where(and(anyOf(segments.id, ids), isNull(segments.languages)));
  for (const { id } of missing) await indexSegment(id, await readSegment(id, database), context);
}

/** The chunks of a segment in order, those among them that some corpus does not hold any more. */
export async function readSegment(id: string, database: Database): Promise<Chunk[]> {
  const rows = await database
    .select({ chunk: chunks })
    .from(segmentChunks)
    .innerJoin(chunks, eq(chunks.id, segmentChunks.chunkId))
    .where(eq(segmentChunks.segmentId, id))
    .orderBy(asc(segmentChunks.position));
  return rows.map(({ chunk }) => chunkFromRow(chunk));
}

async function readColumns(id: string, { database, columns }: Caches): Promise<Columns> {
  const known = columns.get(id);
  if (known !== undefined) return known;
  const [row] = await database
    .select({ documents: segments.documents, lengths: segments.lengths })
    .from(segments)
    .where(eq(segments.id, id));
  const found = { documents: fromBytes(row?.documents ?? new Uint8Array()), lengths: fromBytes(row?.lengths ?? new Uint8Array()) };
  columns.set(id, found, found.lengths.byteLength * 2);
  return found;
}

async function readWords(ids: readonly string[], forms: readonly string[], { database, words }: Caches): Promise<SegmentPostings[]> {
  const name = (id: string, form: string) => `${id} ${form}`;
  const unknown = forms.filter((form) => ids.some((id) => words.get(name(id, form)) === undefined));
  const fresh = new Map<string, Uint8Array>();
  if (unknown.length > 0) {
    const rows = await database
      .select({ id: segmentWords.segmentId, word: segmentWords.word, postings: segmentWords.postings })
      .from(segmentWords)
      .where(and(anyOf(segmentWords.segmentId, ids), anyOf(segmentWords.word, unknown)));
    for (const { id, word, postings } of rows) fresh.set(name(id, word), postings);
    // That a word is not there is worth remembering too.
    for (const id of ids)
      for (const word of unknown) {
        const bytes = fresh.get(name(id, word)) ?? new Uint8Array();
        words.set(name(id, word), bytes, bytes.byteLength);
      }
  }
  return ids.map((id) => {
    const found = forms.map((form) => [form, fresh.get(name(id, form)) ?? words.get(name(id, form))] as const);
    return new Map(found.flatMap(([form, bytes]) => (bytes === undefined || bytes.byteLength === 0 ? [] : [[form, bytes] as const])));
  });
}

async function readFrequencies(
  ids: readonly string[],
  forms: readonly string[],
  database: Database,
): Promise<ReadonlyMap<string, number>[]> {
  const rows = await database
    .select({ id: segmentWords.segmentId, word: segmentWords.word, frequency: segmentWords.chunkFrequency })
    .from(segmentWords)
    .where(and(anyOf(segmentWords.segmentId, ids), anyOf(segmentWords.word, forms)));
  return ids.map((id) => new Map(rows.filter((row) => row.id === id).map(({ word, frequency }) => [word, frequency])));
}

export async function chunksAt(corpusId: string, positions: readonly number[], database: Database): Promise<Map<number, Chunk>> {
  if (positions.length === 0) return new Map();
  const wanted = database
    .select({ position: sql<number>`position`.as('wanted') })
    .from(sql`unnest(${sql.param([...positions])}::int[]) AS asked(position)`)
    .as('asked');
  // Not by the view: its positions are sums, which no index has, and it would be read to the end.
  const rows = await database
    .select({ position: wanted.position, chunk: chunks })
    .from(wanted)
    .innerJoin(corpusSegments, and(eq(corpusSegments.corpusId, corpusId), lte(corpusSegments.start, wanted.position)))
    .innerJoin(
      segmentChunks,
      and(
        eq(segmentChunks.segmentId, corpusSegments.segmentId),
        eq(segmentChunks.position, sql`${wanted.position} - ${corpusSegments.start}`),
      ),
    )
    .innerJoin(chunks, eq(chunks.id, segmentChunks.chunkId))
    .where(sql`NOT (${segmentChunks.position} = any(${corpusSegments.removed}))`);
  return new Map(rows.map(({ position, chunk }) => [position, chunkFromRow(chunk)]));
}

export async function positionsWhere(corpusId: string, filter: SearchFilter, database: Database): Promise<number[]> {
  const rows = await database
    .select({ position: corpusChunks.position })
    .from(corpusChunks)
    .innerJoin(chunks, eq(chunks.id, corpusChunks.chunkId))
    .innerJoin(documents, eq(documents.id, chunks.documentId))
    .where(and(eq(corpusChunks.corpusId, corpusId), ...conditions(filter)))
    .orderBy(asc(corpusChunks.position));
  return rows.map(({ position }) => position);
}

function conditions({ uri, title, format, language }: SearchFilter): SQL[] {
  const words = title?.split(/\s+/).filter(Boolean) ?? [];
  return [
    ...(uri === undefined ? [] : [sql`${documents.uri} ~* ${globPattern(uri)}`]),
    ...words.map((word) => sql`strpos(lower(${documents.title}), lower(${word})) > 0`),
    ...(format === undefined ? [] : [eq(documents.format, format)]),
    ...(language === undefined ? [] : [eq(documents.language, language)]),
  ];
}
