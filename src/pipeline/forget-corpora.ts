import type { CollectionLease, CollectionStore, DocumentTraces, HoldingCorpus } from '../ports/collection-store.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import { type Writer, withLease } from './collections.ts';
import { corpusIdOf } from './ingest.ts';

interface Leaving {
  readonly tenant: string;
  readonly documentIds: readonly string[];
  readonly holders: readonly HoldingCorpus[];
}

interface CorporaDeps {
  readonly collections: CollectionStore;
  readonly traces: DocumentTraces;
  readonly documents: DocumentStore;
  readonly writer: Writer;
}

/**
 * Puts in the place of each corpus that holds the documents one that does not, and drops it. Names move first, each under its lease, so
 * that no reader is given a version that is about to go. Corpora that other tenants share stay theirs.
 */
export async function leaveCorpora({ tenant, documentIds, holders }: Leaving, deps: CorporaDeps): Promise<void> {
  const own = holders.filter(({ isForeign }) => !isForeign);
  const held = new Set(holders.map(({ corpusId }) => corpusId));
  for (const collection of await deps.collections.list(tenant)) {
    if (collection.corpusId === undefined || !held.has(collection.corpusId)) continue;
    await withLease(collection, deps, (lease) => moveName(lease, documentIds, deps));
  }
  for (const { corpusId, isNeeded } of own) if (isNeeded) await replace({ tenant, corpusId, documentIds }, deps);
  for (const { corpusId, isForeign } of holders) if (isForeign) await deps.traces.revoke(tenant, corpusId);
  await deps.documents.dropCorpora(own.map(({ corpusId }) => corpusId));
}

/** Looked up again under the lease: an ingest may have ended in between. */
async function moveName(lease: CollectionLease, documentIds: readonly string[], deps: CorporaDeps): Promise<void> {
  const collection = await deps.collections.find(lease);
  const base = collection?.corpusId;
  if (collection === undefined || base === undefined) return;
  const present = await deps.collections.documents(lease);
  const removed = present.map(({ documentId }) => documentId).filter((id) => documentIds.includes(id));
  const isEmpty = present.length === removed.length;
  const corpusId = isEmpty ? undefined : await extend(lease, { base, documentIds }, deps);
  await deps.collections.publish(lease, { corpusId, sizes: collection.sizes, added: [], removed });
  await deps.collections.forgetVersions(lease, [base]);
}

async function extend(
  lease: CollectionLease,
  { base, documentIds }: { readonly base: string; readonly documentIds: readonly string[] },
  { collections, documents }: CorporaDeps,
): Promise<string> {
  const nameOf = async (chunkIds: readonly string[]): Promise<string> => {
    const id = await nameWithout(base, chunkIds);
    await collections.noteVersion(lease, id);
    return id;
  };
  return documents.extendCorpus({ base, remove: documentIds, purge: true, documents: [], chunks: [], nameOf });
}

/** For a corpus without a name, and earlier versions: what else they hold stays readable to the runs that have read it. */
async function replace(
  { tenant, corpusId, documentIds }: { readonly tenant: string; readonly corpusId: string; readonly documentIds: readonly string[] },
  { documents, traces }: CorporaDeps,
): Promise<void> {
  // Dropped by an earlier call, or by an ingest that has ended meanwhile.
  if (!(await documents.hasCorpus(corpusId))) return;
  const rest = await documents.extendCorpus({
    base: corpusId,
    remove: documentIds,
    purge: true,
    documents: [],
    chunks: [],
    nameOf: (chunkIds) => nameWithout(corpusId, chunkIds),
  });
  await documents.grantCorpus(rest, tenant);
  await traces.moveRuns(corpusId, rest);
}

/** Never the name of the base, which may only have passed the documents over: it is dropped. The same again for the same base. */
function nameWithout(base: string, chunkIds: readonly string[]): Promise<string> {
  return corpusIdOf([`without:${base}`], chunkIds);
}
