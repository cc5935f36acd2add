import { eq, inArray, notExists, sql } from 'drizzle-orm';
import type { Chunk, Corpus } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { CorpusChange } from '../../ports/document-store.ts';
import { anyOf, type Database, inPieces } from './database.ts';
import { assertStorable } from './document-rows.ts';
import { chunks, corpora, corpusGrants, corpusSegments, documents, segmentChunks, segments } from './schema-documents.ts';
import { readSegment, type SearchIndexes } from './search-index.ts';
import { SEGMENT_CHUNKS, type WriteContext, writeChunks, writeDocuments, writeSegment } from './segments.ts';

export interface CorpusContext extends WriteContext {
  readonly indexes: SearchIndexes;
  now(): number;
}

/** A segment as one corpus holds it. */
interface Held {
  readonly segmentId: string;
  readonly chunkCount: number;
  readonly removed: readonly number[];
}

/** A segment of which more than this share is removed is written anew: what is passed over costs time in every search. */
const REMOVED_SHARE = 0.05;
/** Smaller ones are not worth the trouble. Chunks. */
const REMOVED_LEAST = 200;
/** A segment at the end is written anew with what comes after it unless it is so many times larger: so there are few, and each chunk is seldom moved. */
const GROWTH = 2;

export async function hasCorpus(database: Database, corpusId: string): Promise<boolean> {
  const rows = await database.select({ id: corpora.id }).from(corpora).where(eq(corpora.id, corpusId));
  return rows.length > 0;
}

export function noCorpus(corpusId: string): IsthmusError {
  return new IsthmusError('not-found', `There is no corpus ${corpusId}. Save it before it is read.`, { details: { corpusId } });
}

/**
 * Documents, chunks and index parts are named by their content, so they are written piece by piece outside any transaction, and a
 * half-written corpus is only invisible. The last transaction makes it one.
 */
export async function saveCorpus(corpus: Corpus, context: CorpusContext): Promise<void> {
  for (const document of corpus.documents) assertStorable(document);
  if (await hasCorpus(context.database, corpus.id)) return;
  await persistently(async () => {
    await writeDocuments(corpus.documents, context);
    await writeChunks(corpus.chunks, context);
    await name(corpus.id, await writeAll(corpus.chunks, context), context);
  });
}

export async function extendCorpus(change: CorpusChange, context: CorpusContext): Promise<string> {
  for (const document of change.documents) assertStorable(document);
  const base = await heldBy(change.base, context.database);
  if (base.length === 0 && !(await hasCorpus(context.database, change.base))) throw noCorpus(change.base);
  return persistently(async () => {
    await writeDocuments(change.documents, context);
    await writeChunks(change.chunks, context);
    const kept = await removeFrom(base, change, context);
    const tail: Chunk[] = [...change.chunks];
    for (let last = kept.at(-1); last !== undefined && isAbsorbed(last, tail.length); last = kept.at(-1)) {
      tail.unshift(...(await readHeld(last, context.database)));
      kept.pop();
    }
    const all = [...kept, ...(await writeAll(tail, context))];
    const id = await change.nameOf(await chunkIds(all, context.database));
    await name(id, all, context);
    return id;
  });
}

function isAbsorbed({ chunkCount, removed }: Held, tail: number): boolean {
  const live = chunkCount - removed.length;
  return tail > 0 && live <= GROWTH * tail && live + tail <= SEGMENT_CHUNKS;
}

/** Pieces at the borders of documents: the index of a document lies in one segment. */
async function writeAll(all: readonly Chunk[], context: CorpusContext): Promise<Held[]> {
  const held: Held[] = [];
  for (let start = 0; start < all.length; ) {
    let end = Math.min(start + SEGMENT_CHUNKS, all.length);
    while (end < all.length && all[end]?.documentId === all[end - 1]?.documentId) end++;
    const piece = all.slice(start, end);
    held.push({ segmentId: await writeSegment(piece, context), chunkCount: piece.length, removed: [] });
    start = end;
  }
  return held;
}

async function removeFrom(base: readonly Held[], { remove, purge = false }: CorpusChange, context: CorpusContext): Promise<Held[]> {
  const gone = new Set(remove);
  const kept: Held[] = [];
  for (const held of base) {
    const found = gone.size === 0 ? [] : await positionsOf(held.segmentId, gone, context.database);
    const removed = [...new Set([...held.removed, ...found])].sort((a, b) => a - b);
    if (removed.length === held.chunkCount) continue;
    const isWorn = removed.length > Math.max(REMOVED_LEAST, REMOVED_SHARE * held.chunkCount);
    if (!isWorn && !(purge && found.length > 0)) kept.push({ ...held, removed });
    else kept.push(...(await writeAll(await readHeld({ ...held, removed }, context.database), context)));
  }
  return kept;
}

async function positionsOf(segmentId: string, documentIds: ReadonlySet<string>, database: Database): Promise<number[]> {
  const rows = await database
    .select({ position: segmentChunks.position })
    .from(segmentChunks)
    .innerJoin(chunks, eq(chunks.id, segmentChunks.chunkId))
    .where(sql`${segmentChunks.segmentId} = ${segmentId} AND ${anyOf(chunks.documentId, [...documentIds])}`);
  return rows.map(({ position }) => position);
}

async function readHeld({ segmentId, removed }: Held, database: Database): Promise<Chunk[]> {
  const gone = new Set(removed);
  return (await readSegment(segmentId, database)).filter((_chunk, position) => !gone.has(position));
}

async function heldBy(corpusId: string, database: Database): Promise<Held[]> {
  return database
    .select({ segmentId: corpusSegments.segmentId, chunkCount: segments.chunkCount, removed: corpusSegments.removed })
    .from(corpusSegments)
    .innerJoin(segments, eq(segments.id, corpusSegments.segmentId))
    .where(eq(corpusSegments.corpusId, corpusId))
    .orderBy(corpusSegments.ordinal);
}

async function chunkIds(all: readonly Held[], database: Database): Promise<string[]> {
  const ids: string[] = [];
  for (const { segmentId, removed } of all) {
    const gone = new Set(removed);
    const rows = await database
      .select({ position: segmentChunks.position, chunkId: segmentChunks.chunkId })
      .from(segmentChunks)
      .where(eq(segmentChunks.segmentId, segmentId))
      .orderBy(segmentChunks.position);
    for (const { position, chunkId } of rows) if (!gone.has(position)) ids.push(chunkId);
  }
  return ids;
}

async function name(corpusId: string, held: readonly Held[], { database, now }: CorpusContext): Promise<void> {
  await database.transaction(async (transaction) => {
    const created = await transaction.insert(corpora).values({ id: corpusId, createdAt: now() }).onConflictDoNothing().returning();
    if (created.length === 0) return; // somebody else has saved the same corpus in the meantime
    let start = 0;
    for (const [ordinal, { segmentId, chunkCount, removed }] of held.entries()) {
      await transaction.insert(corpusSegments).values({ corpusId, ordinal, start, segmentId, removed: [...removed] });
      start += chunkCount;
    }
  });
}

/** Ids of one statement of a deletion. */
const DELETED_AT_ONCE = 1_000;

/** First the names, in one transaction; what nobody holds then is deleted piece by piece, and found again by whoever drops the same later. */
export async function dropCorpora(corpusIds: readonly string[], { database }: Pick<CorpusContext, 'database'>): Promise<void> {
  if (corpusIds.length === 0) return;
  const held = await database
    .selectDistinct({ id: corpusSegments.segmentId })
    .from(corpusSegments)
    .where(anyOf(corpusSegments.corpusId, corpusIds));
  const freed = await database
    .selectDistinct({ chunkId: segmentChunks.chunkId, documentId: chunks.documentId })
    .from(segmentChunks)
    .innerJoin(chunks, eq(chunks.id, segmentChunks.chunkId))
    .where(
      anyOf(
        segmentChunks.segmentId,
        held.map(({ id }) => id),
      ),
    );
  await database.transaction(async (transaction) => {
    await transaction.delete(corpusGrants).where(inArray(corpusGrants.corpusId, [...corpusIds]));
    await transaction.delete(corpora).where(inArray(corpora.id, [...corpusIds]));
    const isHeld = transaction
      .select({ id: corpusSegments.segmentId })
      .from(corpusSegments)
      .where(eq(corpusSegments.segmentId, segments.id));
    await transaction.delete(segments).where(
      sql`${anyOf(
        segments.id,
        held.map(({ id }) => id),
      )} AND ${notExists(isHeld)}`,
    );
  });
  for (const piece of inPieces(
    freed.map(({ chunkId }) => chunkId),
    DELETED_AT_ONCE,
  )) {
    const isHeld = database.select({ id: segmentChunks.chunkId }).from(segmentChunks).where(eq(segmentChunks.chunkId, chunks.id));
    await database.delete(chunks).where(sql`${anyOf(chunks.id, piece)} AND ${notExists(isHeld)}`);
  }
  for (const piece of inPieces([...new Set(freed.map(({ documentId }) => documentId))], DELETED_AT_ONCE)) {
    const isCut = database.select({ id: chunks.id }).from(chunks).where(eq(chunks.documentId, documents.id));
    await database.delete(documents).where(sql`${anyOf(documents.id, piece)} AND ${notExists(isCut)}`);
  }
}

/** Postgres' word for a reference to a row that is gone. */
const FOREIGN_KEY_VIOLATION = '23503';
const ATTEMPTS = 3;

/** While documents are saved here, another process may delete the same ones as nobody's: then they are written again. */
async function persistently<Result>(write: () => Promise<Result>, attempt = 1): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const { code } = (error instanceof Error ? (error.cause ?? error) : {}) as { readonly code?: unknown };
    if (code !== FOREIGN_KEY_VIOLATION || attempt >= ATTEMPTS) throw error;
    return persistently(write, attempt + 1);
  }
}
