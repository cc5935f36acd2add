import type { Chunk, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Collection, CollectionLease, CollectionSource, CollectionStore, HeldDocument } from '../ports/collection-store.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import type { ChunkLimit } from './chunk-document.ts';
import { prune } from './collections.ts';
import { corpusIdOf, cut, sizesOf } from './ingest.ts';

/** Documents that are cut and stored at a time: a bound on memory, some 2,000 pages. */
const PIECE_DOCUMENTS = 500;

export interface VersionDeps {
  readonly collections: CollectionStore;
  readonly documents: DocumentStore;
  /** Where an embedding model is configured. */
  readonly vectors?: VectorIndex;
}

export interface VersionRequest {
  readonly lease: CollectionLease;
  readonly limits: readonly ChunkLimit[];
  readonly signal: AbortSignal;
  /** Lets others have their turn while texts are cut. */
  readonly pause?: () => Promise<void>;
  onChunks?(chunks: number): void;
}

/**
 * Makes the version that the manifest asks for and publishes it: documents in the manifest and not in the present version come, others
 * leave. When nothing differs, nothing is done. Other chunk sizes than the present version's mean that all is cut again.
 */
export async function makeVersion(request: VersionRequest, deps: VersionDeps): Promise<{ readonly isRecut: boolean }> {
  const { lease, limits } = request;
  const collection = await deps.collections.find(lease);
  const sizes = sizesOf(limits);
  const isRecut = collection?.corpusId !== undefined && collection.sizes.join() !== sizes.join();
  const present = (await deps.collections.documents(lease)).map(({ documentId }) => documentId);
  const wanted = wantedIds(await deps.collections.sources(lease));
  const hasNone = isRecut || collection?.corpusId === undefined || !(await deps.documents.hasCorpus(collection.corpusId));
  const isHeld = new Set(hasNone ? [] : present);
  const added = wanted.filter((id) => !isHeld.has(id));
  const isWanted = new Set(wanted);
  const removed = present.filter((id) => !isWanted.has(id));
  if (added.length + removed.length === 0) return { isRecut: false };
  const base = hasNone ? undefined : collection?.corpusId;
  const made = wanted.length === 0 ? { corpusId: undefined, held: [] } : await build({ ...request, base, added, removed }, deps);
  if ('lost' in made) {
    await leaveLost(lease, made.lost, deps);
    return makeVersion(request, deps);
  }
  await deps.collections.publish(lease, { corpusId: made.corpusId, sizes, added: made.held, removed });
  await prune(lease, keptOf(collection, made.corpusId), deps);
  return { isRecut };
}

/** The version before the present one stays for a while: a run may be about to begin that has looked it up. */
function keptOf(collection: Collection | undefined, present: string | undefined): readonly (string | undefined)[] {
  return [present, collection?.corpusId];
}

/** In the order in which they were added. */
function wantedIds(sources: readonly CollectionSource[]): readonly string[] {
  return [...new Set(sources.flatMap(({ documentId }) => documentId ?? []))];
}

interface Build extends VersionRequest {
  readonly base: string | undefined;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Piece by piece, each a version of its own that the next one replaces; only the last is ever named to a reader. */
async function build(
  { base, added, removed, ...request }: Build,
  deps: VersionDeps,
): Promise<{ readonly corpusId: string; readonly held: readonly HeldDocument[] } | { readonly lost: readonly string[] }> {
  const held: HeldDocument[] = [];
  let corpusId = base;
  let leaving = base === undefined ? [] : removed;
  let chunkCount = 0;
  // Once at least: documents may leave without any that comes.
  for (let start = 0; start === 0 || start < added.length; start += PIECE_DOCUMENTS) {
    const { documents, lost } = await findTexts(added.slice(start, start + PIECE_DOCUMENTS), request, deps);
    if (lost.length > 0) return { lost };
    const { chunks } = await cut(documents, request.limits, {
      signal: request.signal,
      ...(request.pause === undefined ? {} : { pause: request.pause }),
      onProgress: (done) => request.onChunks?.(chunkCount + done.chunks),
    });
    chunkCount += chunks.length;
    held.push(...heldOf(documents, chunks));
    corpusId = await store({ base: corpusId, remove: leaving, documents, chunks }, request, deps);
    await deps.vectors?.add(chunks, { signal: request.signal });
    leaving = [];
    if (start + PIECE_DOCUMENTS < added.length) await prune(request.lease, [base, corpusId], deps);
  }
  if (corpusId === undefined) throw new IsthmusError('internal', 'A version was made of nothing.');
  return { corpusId, held };
}

function heldOf(documents: readonly Document[], chunks: readonly Chunk[]): HeldDocument[] {
  const counts = new Map<string, number>();
  for (const { documentId } of chunks) counts.set(documentId, (counts.get(documentId) ?? 0) + 1);
  return documents.map(({ id, text }) => ({ documentId: id, chunks: counts.get(id) ?? 0, bytes: utf8Bytes(text) }));
}

interface Piece {
  readonly base: string | undefined;
  readonly remove: readonly string[];
  readonly documents: readonly Document[];
  readonly chunks: readonly Chunk[];
}

/** A version's id is noted before it is stored, so that what a killed process has left is found and dropped by the next one. */
async function store({ base, ...piece }: Piece, { lease, limits }: VersionRequest, deps: VersionDeps): Promise<string> {
  const nameOf = async (chunkIds: readonly string[]): Promise<string> => {
    const id = await corpusIdOf(sizesOf(limits), chunkIds);
    await deps.collections.noteVersion(lease, id);
    return id;
  };
  if (base !== undefined) return deps.documents.extendCorpus({ base, ...piece, nameOf });
  const id = await nameOf(piece.chunks.map((chunk) => chunk.id));
  await deps.documents.saveCorpus({ id, documents: piece.documents, chunks: piece.chunks });
  return id;
}

/** Drafts first, then what an earlier version has stored; the ids of those that are neither. */
async function findTexts(
  ids: readonly string[],
  { lease }: VersionRequest,
  deps: VersionDeps,
): Promise<{ readonly documents: readonly Document[]; readonly lost: readonly string[] }> {
  const drafts = await deps.collections.drafts(lease, ids);
  const stored = await deps.documents.findDocuments(ids.filter((id) => !drafts.has(id)));
  const documents = ids.flatMap((id) => drafts.get(id) ?? stored.get(id) ?? []);
  return { documents, lost: ids.filter((id) => !drafts.has(id) && !stored.has(id)) };
}

/** A `forget` that did not come to its end has deleted these texts; here it is finished: their sources go too. */
async function leaveLost(lease: CollectionLease, lost: readonly string[], { collections }: VersionDeps): Promise<void> {
  const isLost = new Set(lost);
  const sources = (await collections.sources(lease)).filter(({ documentId = '' }) => isLost.has(documentId));
  await collections.removeSources(
    lease,
    sources.map(({ address }) => address),
  );
}
