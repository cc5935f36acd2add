import { and, eq, sql } from 'drizzle-orm';
import type { CollectionKey, DocumentTraces, HoldingCorpus } from '../../ports/collection-store.ts';
import { held, isOf } from './collection-store.ts';
import { anyOf, type Database, type SqlPool } from './database.ts';
import { runs, steps } from './schema.ts';
import { collectionDocuments, collectionDrafts, collectionSources } from './schema-collections.ts';
import { chunks, corpusGrants } from './schema-documents.ts';

/** Runs whose logs are searched in one statement: the embedded database answers nobody else meanwhile. */
const RUNS_PER_STATEMENT = 20;

export function createDocumentTraces({ database, pool }: { readonly database: Database; readonly pool: SqlPool }): DocumentTraces {
  return {
    documentsOf: (key) => documentsOf(pool, key),
    chunkIds: async (documentIds) => {
      const rows = await database.select({ id: chunks.id }).from(chunks).where(anyOf(chunks.documentId, documentIds));
      return rows.map(({ id }) => id);
    },
    holders: (tenant, documentIds) => holders(pool, tenant, documentIds),
    collectionsWith: (tenant, documentIds) => collectionsWith(pool, tenant, documentIds),
    runsWith: (tenant, found) => runsWith(pool, tenant, found),
    deleteSteps: (tenant, stepKeys) => deleteSteps(database, tenant, stepKeys),
    revoke: async (tenant, corpusId) => {
      await database.delete(corpusGrants).where(and(eq(corpusGrants.tenant, tenant), eq(corpusGrants.corpusId, corpusId)));
    },
    moveRuns: async (from, to) => {
      await database.update(runs).set({ corpusId: to }).where(eq(runs.corpusId, from));
    },
    deleteSources: (lease, documentIds, addresses) =>
      held(database, lease, async (transaction) => {
        for (const table of [collectionSources, collectionDrafts, collectionDocuments])
          await transaction.delete(table).where(and(isOf(table, lease), anyOf(table.documentId, documentIds)));
        await transaction
          .delete(collectionSources)
          .where(
            and(isOf(collectionSources, lease), anyOf(collectionSources.address, addresses), sql`${collectionSources.documentId} IS NULL`),
          );
      }),
    scrub: () => scrub(pool),
  };
}

/** All tables, the queue's too where it is here: few rows are left of the large ones, and the small ones take no time. */
async function scrub(pool: SqlPool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('isthmus', 'bullmq') AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of rows) await pool.query(`VACUUM FULL ${name}`);
  // Only then are the old files gone. A server may not let us; it does so by itself within minutes.
  await pool.query('CHECKPOINT').catch(() => undefined);
}

async function documentsOf(pool: SqlPool, { tenant, name }: CollectionKey) {
  const { rows } = await pool.query<{ id: string; uri: string }>(
    `SELECT DISTINCT d.id, d.uri FROM isthmus.collection_versions v
       JOIN isthmus.corpus_segments s ON s.corpus_id = v.corpus_id
       JOIN isthmus.segment_chunks p ON p.segment_id = s.segment_id
       JOIN isthmus.chunks c ON c.id = p.chunk_id
       JOIN isthmus.documents d ON d.id = c.document_id
     WHERE v.tenant = $1 AND v.name = $2`,
    [tenant, name],
  );
  return rows;
}

/** Corpora that merely pass a document over are among them: the parts of the index that they share with earlier versions still hold it. */
async function holders(pool: SqlPool, tenant: string, documentIds: readonly string[]): Promise<readonly HoldingCorpus[]> {
  const { rows } = await pool.query<{ corpusId: string; isForeign: boolean; isNeeded: boolean }>(
    `SELECT h.corpus_id AS "corpusId",
            EXISTS (SELECT 1 FROM isthmus.corpus_grants g WHERE g.corpus_id = h.corpus_id AND g.tenant <> $2)
            OR EXISTS (SELECT 1 FROM isthmus.collection_versions v WHERE v.corpus_id = h.corpus_id AND v.tenant <> $2)
            OR EXISTS (SELECT 1 FROM isthmus.runs r WHERE r.corpus_id = h.corpus_id AND r.tenant <> $2) AS "isForeign",
            EXISTS (SELECT 1 FROM isthmus.runs r WHERE r.corpus_id = h.corpus_id)
            OR NOT EXISTS (SELECT 1 FROM isthmus.collection_versions v WHERE v.corpus_id = h.corpus_id) AS "isNeeded"
     FROM (SELECT DISTINCT s.corpus_id FROM isthmus.corpus_segments s
             JOIN isthmus.segment_chunks p ON p.segment_id = s.segment_id
             JOIN isthmus.chunks c ON c.id = p.chunk_id
           WHERE c.document_id = any($1::text[])) h
     ORDER BY h.corpus_id`,
    [[...documentIds], tenant],
  );
  return rows;
}

async function collectionsWith(pool: SqlPool, tenant: string, documentIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT name FROM isthmus.collection_sources WHERE tenant = $1 AND document_id = any($2::text[])
     UNION SELECT name FROM isthmus.collection_drafts WHERE tenant = $1 AND document_id = any($2::text[])
     UNION SELECT name FROM isthmus.collection_documents WHERE tenant = $1 AND document_id = any($2::text[])
     ORDER BY name`,
    [tenant, [...documentIds]],
  );
  return rows.map(({ name }) => name);
}

/** Logs are searched as text: an id of 64 hexadecimal digits stands in them wherever its document was met. */
async function runsWith(
  pool: SqlPool,
  tenant: string,
  { documentIds, corpusIds }: { readonly documentIds: readonly string[]; readonly corpusIds: readonly string[] },
): Promise<readonly { id: string; isLive: boolean }[]> {
  const all = await pool.query<{ id: string; isLive: boolean; readsIt: boolean }>(
    `SELECT id, status IN ('queued', 'in_progress') AS "isLive", corpus_id = any($2::text[]) AS "readsIt"
     FROM isthmus.runs WHERE tenant = $1 ORDER BY position`,
    [tenant, [...corpusIds]],
  );
  const patterns = documentIds.map((id) => `%${id}%`);
  const named = new Set<string>();
  for (let start = 0; start < all.rows.length; start += RUNS_PER_STATEMENT) {
    const { rows } = await pool.query<{ runId: string }>(
      `SELECT DISTINCT run_id AS "runId" FROM isthmus.run_events WHERE run_id = any($1::text[]) AND event::text LIKE any($2::text[])`,
      [all.rows.slice(start, start + RUNS_PER_STATEMENT).map(({ id }) => id), patterns],
    );
    for (const { runId } of rows) named.add(runId);
  }
  return all.rows.filter(({ id, isLive, readsIt }) => named.has(id) || (isLive && readsIt)).map(({ id, isLive }) => ({ id, isLive }));
}

async function deleteSteps(database: Database, tenant: string, stepKeys: readonly string[]): Promise<number> {
  const isOrphan = sql`NOT EXISTS (SELECT 1 FROM ${runs} WHERE ${runs.id} = ${steps.runId})`;
  const deleted = await database
    .delete(steps)
    .where(and(eq(steps.tenant, tenant), sql`(${anyOf(steps.stepKey, stepKeys)} OR ${isOrphan})`))
    .returning({ stepKey: steps.stepKey });
  return deleted.length;
}
