import type { SkippedSource } from '../domain/document.ts';
import type { CollectionKey, CollectionLease, CollectionSource } from '../ports/collection-store.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { FileListing, ListedFile } from '../ports/source-loader.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import { checkName, statusesOf, type Writer, withLease } from './collections.ts';
import { addressOf, type ReadDeps, readFiles, type SeenFile, saveSkipped } from './collections-read.ts';
import { makeVersion } from './collections-version.ts';
import { chunkLimitOf } from './ingest.ts';

export interface IngestRequest {
  readonly key: CollectionKey;
  /** Absolute paths, and URLs. */
  readonly locations: readonly string[];
  /** The models that will be given the chunks. */
  readonly readers: readonly ModelHandle[];
  /** Hash every file, also where size and time have not changed. */
  readonly check?: boolean;
  /** Leave documents whose files are gone. */
  readonly keepMissing?: boolean;
  readonly signal: AbortSignal;
  /** Lets others have their turn while texts are cut. */
  readonly pause?: () => Promise<void>;
  onProgress?(done: IngestCounts): void;
}

/** `bytes` are those of the files looked at so far; `chunks` those cut now. */
export interface IngestCounts {
  readonly files: number;
  readonly of: number;
  readonly bytes: number;
  readonly chunks: number;
}

export interface IngestDeps extends Omit<ReadDeps, 'clock'> {
  readonly documents: DocumentStore;
  readonly vectors?: VectorIndex;
  readonly writer: Writer;
}

/** What an ingest has done, by the names of the sources. */
export interface IngestSummary {
  readonly name: string;
  readonly corpusId?: string;
  /** Of the whole corpus, as it is now. */
  readonly documents: number;
  readonly chunks: number;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: number;
  readonly removed: readonly string[];
  readonly duplicates: readonly { readonly uri: string; readonly equals: string }[];
  readonly notRead: readonly SkippedSource[];
  /** Other chunk sizes than last time were asked for, and all was cut again. */
  readonly isRecut: boolean;
}

/**
 * Brings a named corpus up to date with files, folders and pages. What has not changed is not read again; what was read before a call was
 * killed is kept. The new version is seen all at once.
 * @throws IsthmusError `invalid-input` for a bad name or a location that leads nowhere, `conflict` while another process writes, `aborted`
 */
export async function ingestCollection(request: IngestRequest, deps: IngestDeps): Promise<IngestSummary> {
  checkName(request.key.name);
  const listings = await listAll(request, deps);
  return withLease(request.key, deps, (lease) => bringUpToDate({ ...request, lease, listings }, deps));
}

interface Root {
  readonly root: string;
  readonly listing: FileListing;
}

async function listAll({ locations, signal }: IngestRequest, { loader }: IngestDeps): Promise<readonly Root[]> {
  const found: Root[] = [];
  for (const root of locations) found.push({ root, listing: await loader.listFiles([root], { signal }) });
  return found;
}

interface Work extends IngestRequest {
  readonly lease: CollectionLease;
  readonly listings: readonly Root[];
}

async function bringUpToDate(work: Work, deps: IngestDeps): Promise<IngestSummary> {
  const { lease, listings, signal } = work;
  const { collections, writer } = deps;
  const known = new Map((await collections.sources(lease)).map((source) => [source.address, source]));
  const files = [...new Map(listings.flatMap(({ listing }) => listing.files).map((file) => [addressOf(file), file])).values()];
  const counts = { files: 0, of: files.length, bytes: 0, chunks: 0 };
  const tell = (change: Partial<IngestCounts>): void => work.onProgress?.(Object.assign(counts, change));
  const held = new Set((await collections.documents(lease)).map(({ documentId }) => documentId));
  const reading = { lease, known, held, check: work.check === true, signal, onFile: tell };
  const seen = [...(await readFiles(files, reading, { ...deps, clock: writer.clock }))];
  seen.push(...(await saveSkipped(skippedOf(listings, files), reading, { ...deps, clock: writer.clock })));
  const gone = work.keepMissing === true ? [] : missing(known, { seen, listings });
  if (gone.length > 0) {
    await collections.removeSources(
      lease,
      gone.map(({ address }) => address),
    );
  }
  const limits = await Promise.all(work.readers.map(chunkLimitOf));
  const pausing = work.pause === undefined ? {} : { pause: work.pause };
  const { isRecut } = await makeVersion({ lease, limits, signal, ...pausing, onChunks: (chunks) => tell({ chunks }) }, deps);
  return summarise({ lease, seen: seen.map((file) => asNew(file, held)), gone, isRecut }, deps);
}

/** What an earlier call has read and had no time to publish is new to the corpus now. */
function asNew(file: SeenFile, held: ReadonlySet<string>): SeenFile {
  const { documentId } = file.source;
  return file.change === 'unchanged' && documentId !== undefined && !held.has(documentId) ? { ...file, change: 'added' } : file;
}

function skippedOf(listings: readonly Root[], files: readonly ListedFile[]): (SkippedSource & { readonly address: string })[] {
  const isListed = new Set(files.map(addressOf));
  return listings
    .flatMap(({ root, listing }) => listing.skipped.map((skipped) => ({ ...skipped, address: placeOf(root, skipped.uri) })))
    .filter(({ address }) => !isListed.has(address));
}

function placeOf(root: string, uri: string): string {
  return root === uri || root.endsWith(`/${uri}`) ? root : `${root.replace(/\/$/, '')}/${uri}`;
}

/** Sources of an ingested folder that were not met there this time. */
function missing(
  known: ReadonlyMap<string, CollectionSource>,
  { seen, listings }: { readonly seen: readonly SeenFile[]; readonly listings: readonly Root[] },
): readonly CollectionSource[] {
  const isThere = new Set(seen.map(({ source }) => source.address));
  const isUnder = (address: string) =>
    listings.some(({ root }) => address.startsWith(root.endsWith('/') ? root : `${root}/`) || address === root);
  return [...known.values()].filter(({ address }) => !isThere.has(address) && isUnder(address));
}

interface Outcome {
  readonly lease: CollectionLease;
  readonly seen: readonly SeenFile[];
  readonly gone: readonly CollectionSource[];
  readonly isRecut: boolean;
}

async function summarise({ lease, seen, gone, isRecut }: Outcome, { collections }: IngestDeps): Promise<IngestSummary> {
  const collection = await collections.find(lease);
  const here = new Set(seen.map(({ source }) => source.address));
  const named = (change: SeenFile['change']) => seen.filter((file) => file.change === change).map(({ source }) => source.uri);
  const statuses = statusesOf(await collections.sources(lease)).filter(({ address }) => here.has(address));
  return {
    name: lease.name,
    ...(collection?.corpusId === undefined ? {} : { corpusId: collection.corpusId }),
    documents: collection?.documents ?? 0,
    chunks: collection?.chunks ?? 0,
    added: named('added'),
    changed: named('changed'),
    unchanged: named('unchanged').length,
    removed: gone.map(({ uri }) => uri),
    duplicates: statuses.flatMap(({ uri, equals }) => (equals === undefined ? [] : [{ uri, equals }])),
    notRead: seen.flatMap(({ change, source }) =>
      change === 'not-read' ? [{ uri: source.uri, reason: source.reason ?? 'was not read' }] : [],
    ),
    isRecut,
  };
}
