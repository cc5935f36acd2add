import type { Chunk } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { canonicalJson, sha256 } from '../../domain/json.ts';
import type { RankedChunk } from '../../domain/step.ts';
import type { Usage } from '../../domain/usage.ts';
import type { EmbeddingModel } from '../../ports/embedding-model.ts';
import type { VectorIndex } from '../../ports/vector-index.ts';
import { inPieces, type SqlClient, type SqlPool } from './database.ts';
import { openVectorTable, type VectorTable } from './vector-tables.ts';

/** Embedded and stored together: what was done before an interruption is kept. */
const CHUNKS_PER_PIECE = 64;
/** Corpora of up to so many chunks are scanned: exact, and equal runs find equal chunks. */
const SCANNED_CHUNKS = 20_000;

export interface VectorIndexOptions {
  /** Told what each call to the model consumed, questions included. */
  readonly onUsage?: (usage: Usage) => void;
  /** Default: 20,000. */
  readonly scannedChunks?: number;
}

/**
 * Vectors in pgvector, by model and chunk, so that corpora share them; they go with their chunks. A corpus of which some vectors are
 * missing (saved before the model was configured, or while it failed) gets them at its first search.
 */
export async function createVectorIndex(
  { pool, model }: { readonly pool: SqlPool; readonly model: EmbeddingModel },
  options: VectorIndexOptions = {},
): Promise<VectorIndex> {
  const { onUsage = () => {}, scannedChunks = SCANNED_CHUNKS } = options;
  const id = await sha256(canonicalJson({ ...model.identity }));
  let opening: Promise<VectorTable> | undefined;
  const open = (): Promise<VectorTable> => {
    opening ??= model
      .dimensions()
      .then((dimensions) => openVectorTable(pool, { embeddingId: id, dimensions }))
      .catch((error: unknown) => {
        // A server that is away, or gets its extension later, is asked again.
        opening = undefined;
        throw error;
      });
    return opening;
  };
  const embed = async (texts: readonly string[], purpose: 'query' | 'passage', signal: AbortSignal) => {
    const { vectors, usage } = await model.embed(texts, { purpose }, { signal, record: () => undefined });
    onUsage(usage);
    return vectors;
  };
  const shelf: Shelf = { pool, id, complete: new Map(), open, embedPassages: (texts, signal) => embed(texts, 'passage', signal) };
  return {
    id,
    add: (chunks, request) => addMissing(shelf, chunks, request),
    async search({ corpusId, query, limit, chunkIds }) {
      const signal = new AbortController().signal;
      const { table, count } = await complete(shelf, corpusId, signal);
      if (query.trim() === '' || count === 0 || limit < 1 || chunkIds?.length === 0) return [];
      const [vector] = await embed([query], 'query', signal);
      if (vector === undefined) throw new IsthmusError('internal', 'The embedding model gave no vector for the question.');
      const isScanned = count <= scannedChunks || chunkIds !== undefined || !table.isIndexed;
      const found = await (isScanned ? scan : walk)({ pool, table, embeddingId: id, corpusId, vector: toText(vector), limit, chunkIds });
      return found.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
    },
  };
}

interface Shelf {
  readonly pool: SqlPool;
  readonly id: string;
  /** When corpora were saved that lack no vector: what is missing is looked for once, since that compares all their chunks. */
  readonly complete: Map<string, string>;
  open(): Promise<VectorTable>;
  embedPassages(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

type AddRequest = Parameters<VectorIndex['add']>[1];

async function addMissing(shelf: Shelf, chunks: readonly Chunk[], { signal, onProgress }: AddRequest): Promise<void> {
  if (chunks.length === 0) return;
  const { name, extension } = await shelf.open();
  let done = 0;
  for (const piece of inPieces(chunks, CHUNKS_PER_PIECE)) {
    if (signal.aborted) throw new IsthmusError('aborted', 'Embedding the sources was stopped.');
    const ids = piece.map((chunk) => chunk.id);
    const { rows } = await shelf.pool.query<{ chunk_id: string }>(
      `SELECT chunk_id FROM ${name} WHERE embedding_id = $1 AND chunk_id = any($2::text[])`,
      [shelf.id, ids],
    );
    const known = new Set(rows.map((row) => row.chunk_id));
    const missing = piece.filter((chunk) => !known.has(chunk.id));
    if (missing.length > 0) {
      const vectors = await shelf.embedPassages(
        missing.map((chunk) => chunk.text),
        signal,
      );
      // A chunk that was deleted in the meantime has no vector any more.
      await shelf.pool.query(
        `INSERT INTO ${name} (embedding_id, chunk_id, vector)
         SELECT $1, given.id, given.vector::${extension}.vector FROM unnest($2::text[], $3::text[]) AS given (id, vector)
         WHERE EXISTS (SELECT FROM isthmus.chunks WHERE chunks.id = given.id)
         ON CONFLICT DO NOTHING`,
        [shelf.id, missing.map((chunk) => chunk.id), vectors.map(toText)],
      );
    }
    done += piece.length;
    onProgress?.({ chunks: done, of: chunks.length });
  }
}

/** Gives the chunks of a corpus the vectors that they lack. @throws IsthmusError `not-found` */
async function complete(
  shelf: Shelf,
  corpusId: string,
  signal: AbortSignal,
): Promise<{ readonly table: VectorTable; readonly count: number }> {
  const table = await shelf.open();
  const { count, savedAt } = await findCorpus(shelf, corpusId);
  if (shelf.complete.get(corpusId) === savedAt) return { table, count };
  const { rows } = await shelf.pool.query<ChunkRow>(
    `SELECT id, document_id, span_start, span_end, text FROM isthmus.chunks
     WHERE id IN (SELECT chunk_id FROM isthmus.corpus_chunks WHERE corpus_id = $1)
       AND NOT EXISTS (SELECT FROM ${table.name} v WHERE v.embedding_id = $2 AND v.chunk_id = chunks.id)`,
    [corpusId, shelf.id],
  );
  await addMissing(shelf, rows.map(toChunk), { signal });
  // A vector goes only with its chunk, and a corpus has the same ones until it is dropped and saved again.
  shelf.complete.set(corpusId, savedAt);
  return { table, count };
}

/** By the sizes of its parts, which say it at once. @throws IsthmusError `not-found` */
async function findCorpus({ pool }: Shelf, corpusId: string): Promise<{ readonly count: number; readonly savedAt: string }> {
  const { rows } = await pool.query<{ count: string; saved_at: string }>(
    `SELECT (SELECT coalesce(sum(chunk_count - cardinality(removed)), 0) FROM isthmus.corpus_segments
             JOIN isthmus.segments ON segments.id = segment_id WHERE corpus_id = $1) AS count,
            created_at AS saved_at FROM isthmus.corpora WHERE id = $1`,
    [corpusId],
  );
  const [row] = rows;
  if (row !== undefined) return { count: Number(row.count), savedAt: row.saved_at };
  throw new IsthmusError('not-found', `There is no corpus ${corpusId}. Save it before it is read.`, { details: { corpusId } });
}

interface ChunkRow {
  readonly id: string;
  readonly document_id: string;
  readonly span_start: number;
  readonly span_end: number;
  readonly text: string;
}

function toChunk({ id, document_id, span_start, span_end, text }: ChunkRow): Chunk {
  return { id, documentId: document_id, span: { start: span_start, end: span_end }, text };
}

interface Search {
  readonly pool: SqlPool;
  readonly table: VectorTable;
  readonly embeddingId: string;
  readonly corpusId: string;
  readonly vector: string;
  readonly limit: number;
  readonly chunkIds: readonly string[] | undefined;
}

interface FoundRow {
  readonly chunk_id: string;
  readonly document_id: string;
  readonly distance: number;
}

const toRanked = ({ chunk_id, document_id, distance }: FoundRow): RankedChunk => ({
  chunkId: chunk_id,
  documentId: document_id,
  score: 1 - distance,
});

/** Exact: every vector of the corpus is compared. */
async function scan({ pool, table, embeddingId, corpusId, vector, limit, chunkIds }: Search): Promise<RankedChunk[]> {
  // Materialized: otherwise the planner may walk the graph, which finds nearly the nearest.
  const { rows } = await pool.query<FoundRow>(
    `WITH held AS MATERIALIZED (
       SELECT v.chunk_id, v.vector FROM ${table.name} v
       WHERE v.embedding_id = $1 AND v.chunk_id IN (SELECT chunk_id FROM isthmus.corpus_chunks WHERE corpus_id = $2)
         AND ($5::text[] IS NULL OR v.chunk_id = any($5::text[]))
     ), nearest AS (
       SELECT chunk_id, vector OPERATOR(${table.extension}.<=>) $3::${table.extension}.vector AS distance FROM held
       ORDER BY distance, chunk_id LIMIT $4
     )
     SELECT chunk_id, document_id, distance FROM nearest JOIN isthmus.chunks ON chunks.id = chunk_id`,
    [embeddingId, corpusId, vector, limit, chunkIds === undefined ? null : [...chunkIds]],
  );
  return rows.map(toRanked);
}

/** pgvector's own bound. */
const MOST_CANDIDATES = 1_000;

/** By the graph: nearly the nearest, in a time that hardly grows with the corpus. The walk goes on until enough of the corpus are met. */
async function walk({ pool, table, embeddingId, corpusId, vector, limit }: Search): Promise<RankedChunk[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await setWalk(client, limit);
    // The id is said and not passed: the index is that of one model, and the planner must see it.
    const { rows } = await client.query<FoundRow>(
      `SELECT v.chunk_id, chunks.document_id, v.vector OPERATOR(${table.extension}.<=>) $2::${table.extension}.vector AS distance
       FROM ${table.name} v JOIN isthmus.chunks ON chunks.id = v.chunk_id
       WHERE v.embedding_id = '${embeddingId}'
         AND EXISTS (SELECT FROM isthmus.corpus_chunks c WHERE c.corpus_id = $1 AND c.chunk_id = v.chunk_id)
       ORDER BY v.vector OPERATOR(${table.extension}.<=>) $2::${table.extension}.vector LIMIT $3`,
      [corpusId, vector, limit],
    );
    await client.query('COMMIT');
    return rows.map(toRanked);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function setWalk(client: SqlClient, limit: number): Promise<void> {
  await client.query(`SET LOCAL hnsw.ef_search = ${Math.min(MOST_CANDIDATES, Math.max(100, 2 * limit))}`);
  await client.query('SET LOCAL hnsw.iterative_scan = strict_order');
}

function toText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
