import { and, asc, eq, sql } from 'drizzle-orm';
import type { Document } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { Collection, CollectionKey, CollectionLease, CollectionSource, CollectionStore } from '../../ports/collection-store.ts';
import { anyOf, type Database, inPieces } from './database.ts';
import { NOW } from './run-leases.ts';
import { runs } from './schema.ts';
import { collectionDocuments, collectionDrafts, collectionSources, collections, collectionVersions } from './schema-collections.ts';
import { corpusGrants } from './schema-documents.ts';

const PIECE_ROWS = 500;

type OwnedTable =
  | typeof collections
  | typeof collectionSources
  | typeof collectionDocuments
  | typeof collectionDrafts
  | typeof collectionVersions;

export function createCollectionStore(database: Database, options: { readonly now?: () => number } = {}): CollectionStore {
  const now = options.now ?? Date.now;
  return {
    list: (tenant) => select(database, { tenant }),
    find: async (key) => (await select(database, key))[0],
    sources: (key) => readSources(database, key),
    documents: (key) => readDocuments(database, key),
    drafts: (key, documentIds) => readDrafts(database, key, documentIds),
    acquire: (lease, isDead) => acquire(database, lease, { at: now(), isDead: isDead ?? (() => false) }),
    renew: (lease) => held(database, lease, async () => {}),
    release: (lease) => release(database, lease),
    saveSources: (lease, sources, documents) => held(database, lease, (transaction) => save(transaction, lease, { sources, documents })),
    removeSources: (lease, addresses) =>
      held(database, lease, async (transaction) => {
        await transaction.delete(collectionSources).where(and(isOf(collectionSources, lease), anyOf(collectionSources.address, addresses)));
      }),
    noteVersion: (lease, corpusId) =>
      held(database, lease, async (transaction) => {
        await transaction
          .insert(collectionVersions)
          .values({ ...keyOf(lease), corpusId, createdAt: now() })
          .onConflictDoNothing();
      }),
    publish: (lease, version) => held(database, lease, (transaction) => publish(transaction, lease, { ...version, at: now() })),
    unusedVersions: (key, keep) => unusedVersions(database, key, keep),
    forgetVersions: (lease, corpusIds) =>
      held(database, lease, async (transaction) => {
        await transaction
          .delete(collectionVersions)
          .where(and(isOf(collectionVersions, lease), anyOf(collectionVersions.corpusId, corpusIds)));
      }),
    remove: (lease) =>
      held(database, lease, async (transaction) => {
        await transaction.delete(collections).where(isOf(collections, lease));
      }),
  };
}

function keyOf({ tenant, name }: CollectionKey): CollectionKey {
  return { tenant, name };
}

export function isOf(table: OwnedTable, { tenant, name }: CollectionKey) {
  return and(eq(table.tenant, tenant), eq(table.name, name));
}

async function select(database: Database, { tenant, name }: { readonly tenant: string; readonly name?: string }): Promise<Collection[]> {
  const sum = (what: string) => sql<string>`coalesce(${sql.raw(what)}, 0)`;
  const rows = await database
    .select({
      collection: collections,
      documents: sum('count(isthmus.collection_documents.document_id)'),
      chunks: sum('sum(isthmus.collection_documents.chunks)'),
      bytes: sum('sum(isthmus.collection_documents.bytes)'),
    })
    .from(collections)
    .leftJoin(collectionDocuments, and(eq(collectionDocuments.tenant, collections.tenant), eq(collectionDocuments.name, collections.name)))
    .where(and(eq(collections.tenant, tenant), name === undefined ? undefined : eq(collections.name, name)))
    .groupBy(collections.tenant, collections.name)
    .orderBy(asc(collections.name));
  return rows.map(({ collection: { corpusId, leaseOwner: _owner, leaseExpiresAt: _expires, ...rest }, documents, chunks, bytes }) => ({
    ...rest,
    ...(corpusId === null ? {} : { corpusId }),
    documents: Number(documents),
    chunks: Number(chunks),
    bytes: Number(bytes),
  }));
}

async function readSources(database: Database, key: CollectionKey): Promise<readonly CollectionSource[]> {
  const rows = await database
    .select()
    .from(collectionSources)
    .where(isOf(collectionSources, key))
    .orderBy(asc(collectionSources.addedAt), asc(collectionSources.address));
  return rows.map(({ tenant: _tenant, name: _name, ...row }) => {
    const known = Object.entries(row).filter(([, value]) => value !== null);
    return Object.fromEntries(known) as unknown as CollectionSource;
  });
}

async function readDocuments(database: Database, key: CollectionKey) {
  const { documentId, chunks, bytes } = collectionDocuments;
  return database.select({ documentId, chunks, bytes }).from(collectionDocuments).where(isOf(collectionDocuments, key));
}

async function readDrafts(database: Database, key: CollectionKey, documentIds: readonly string[]): Promise<ReadonlyMap<string, Document>> {
  const rows = await database
    .select({ document: collectionDrafts.document })
    .from(collectionDrafts)
    .where(and(isOf(collectionDrafts, key), anyOf(collectionDrafts.documentId, documentIds)));
  return new Map(rows.map(({ document }) => [document.id, document]));
}

async function acquire(
  database: Database,
  { tenant, name, owner, forMs }: CollectionLease,
  { at, isDead }: { readonly at: number; readonly isDead: (owner: string) => boolean },
): Promise<boolean> {
  const expiresAt = sql`${NOW} + ${forMs}::bigint`;
  return database.transaction(async (transaction) => {
    await transaction.insert(collections).values({ tenant, name, sizes: [], createdAt: at, updatedAt: at }).onConflictDoNothing();
    const [row] = await transaction
      .select({ owner: collections.leaseOwner, isOver: sql<boolean>`coalesce(${collections.leaseExpiresAt} < ${NOW}, true)` })
      .from(collections)
      .where(isOf(collections, { tenant, name }))
      .for('update');
    const isFree = row !== undefined && (row.owner === null || row.owner === owner || row.isOver || isDead(row.owner));
    if (!isFree) return false;
    await transaction.update(collections).set({ leaseOwner: owner, leaseExpiresAt: expiresAt }).where(isOf(collections, { tenant, name }));
    return true;
  });
}

async function release(database: Database, lease: CollectionLease): Promise<void> {
  await database
    .update(collections)
    .set({ leaseOwner: null, leaseExpiresAt: null })
    .where(and(isOf(collections, lease), eq(collections.leaseOwner, lease.owner)));
}

/** Locks the collection's row for the owner and does the rest in the same transaction. */
export async function held(database: Database, lease: CollectionLease, action: (transaction: Database) => Promise<void>): Promise<void> {
  await database.transaction(async (transaction) => {
    const mine = await transaction
      .update(collections)
      .set({ leaseExpiresAt: sql`${NOW} + ${lease.forMs}::bigint` })
      .where(and(isOf(collections, lease), eq(collections.leaseOwner, lease.owner)))
      .returning({ name: collections.name });
    if (mine.length === 0) {
      throw new IsthmusError('conflict', `Another process has taken over the corpus "${lease.name}". Try again when it is done.`);
    }
    await action(transaction);
  });
}

async function save(
  transaction: Database,
  lease: CollectionLease,
  { sources, documents }: { readonly sources: readonly CollectionSource[]; readonly documents: readonly Document[] },
): Promise<void> {
  const key = keyOf(lease);
  const byId = new Map(documents.map((document) => [document.id, document]));
  for (const [documentId, document] of byId)
    await transaction
      .insert(collectionDrafts)
      .values({ ...key, documentId, document })
      .onConflictDoNothing();
  const blank = { size: null, mtimeMs: null, contentHash: null, documentId: null, reason: null };
  for (const source of sources) {
    const row = { ...blank, ...source };
    const { address: _address, addedAt: _addedAt, ...changed } = row;
    await transaction
      .insert(collectionSources)
      .values({ ...key, ...row })
      .onConflictDoUpdate({ target: [collectionSources.tenant, collectionSources.name, collectionSources.address], set: changed });
  }
}

async function publish(
  transaction: Database,
  lease: CollectionLease,
  { corpusId, sizes, added, removed, at }: Parameters<CollectionStore['publish']>[1] & { readonly at: number },
): Promise<void> {
  await transaction
    .update(collections)
    .set({ corpusId: corpusId ?? null, sizes, updatedAt: at })
    .where(isOf(collections, lease));
  const gone = [...removed, ...added.map(({ documentId }) => documentId)];
  await transaction.delete(collectionDocuments).where(and(isOf(collectionDocuments, lease), anyOf(collectionDocuments.documentId, gone)));
  for (const piece of inPieces(added, PIECE_ROWS))
    await transaction.insert(collectionDocuments).values(piece.map((document) => ({ ...keyOf(lease), ...document })));
  const isWanted = sql`EXISTS (SELECT 1 FROM ${collectionSources} WHERE ${collectionSources.tenant} = ${collectionDrafts.tenant}
    AND ${collectionSources.name} = ${collectionDrafts.name} AND ${collectionSources.documentId} = ${collectionDrafts.documentId})`;
  const isHeld = anyOf(
    collectionDrafts.documentId,
    added.map(({ documentId }) => documentId),
  );
  await transaction.delete(collectionDrafts).where(and(isOf(collectionDrafts, lease), sql`(${isHeld} OR NOT ${isWanted})`));
}

async function unusedVersions(database: Database, key: CollectionKey, keep: readonly string[]): Promise<readonly string[]> {
  const isRead = sql`EXISTS (SELECT 1 FROM ${runs} WHERE ${runs.corpusId} = ${collectionVersions.corpusId})`;
  const isShared = sql`EXISTS (SELECT 1 FROM isthmus.collection_versions other WHERE other.corpus_id = ${collectionVersions.corpusId}
    AND (other.tenant, other.name) <> (${key.tenant}::text, ${key.name}::text))`;
  const isGranted = sql`EXISTS (SELECT 1 FROM ${corpusGrants} WHERE ${corpusGrants.corpusId} = ${collectionVersions.corpusId}
    AND ${corpusGrants.tenant} <> ${key.tenant}::text)`;
  const rows = await database
    .select({ corpusId: collectionVersions.corpusId })
    .from(collectionVersions)
    .where(
      and(
        isOf(collectionVersions, key),
        sql`NOT ${anyOf(collectionVersions.corpusId, keep)}`,
        sql`NOT ${isRead} AND NOT ${isShared} AND NOT ${isGranted}`,
      ),
    );
  return rows.map(({ corpusId }) => corpusId);
}
