import { type Document, type SkippedSource, whatIsNoText } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Clock } from '../ports/clock.ts';
import type { CollectionLease, CollectionSource, CollectionStore } from '../ports/collection-store.ts';
import type { ListedFile, SourceLoader } from '../ports/source-loader.ts';

/** A batch is written when it has so many files or so much text, or is so old: what a killed ingest loses. */
const BATCH = { files: 50, bytes: 4 * 1024 * 1024, ms: 2_000 } as const;

export interface ReadDeps {
  readonly collections: CollectionStore;
  readonly loader: SourceLoader;
  readonly clock: Clock;
}

export interface ReadRequest {
  readonly lease: CollectionLease;
  /** As the manifest has them, by address. */
  readonly known: ReadonlyMap<string, CollectionSource>;
  /** Ids of the documents that the present version has. */
  readonly held: ReadonlySet<string>;
  /** Hash all files, also those whose size and time have not changed. */
  readonly check: boolean;
  readonly signal: AbortSignal;
  onFile?(read: { readonly files: number; readonly bytes: number }): void;
}

/** What became of one file: `before` is the manifest's row of the last time. */
export interface SeenFile {
  readonly change: 'added' | 'changed' | 'unchanged' | 'not-read';
  readonly source: CollectionSource;
  readonly document?: Document;
}

/** Looks at each file, reads those that have changed, and writes down what it finds as it goes. */
export async function readFiles(files: readonly ListedFile[], request: ReadRequest, deps: ReadDeps): Promise<readonly SeenFile[]> {
  const seen: SeenFile[] = [];
  let batch: SeenFile[] = [];
  let since = deps.clock.now();
  let bytes = 0;
  const write = async (): Promise<void> => {
    const documents = batch.flatMap(({ document }) => document ?? []);
    const sources = batch.map(({ source }) => source);
    batch = [];
    since = deps.clock.now();
    if (sources.length > 0) await deps.collections.saveSources(request.lease, sources, documents);
  };
  const isDue = () =>
    batch.length >= BATCH.files ||
    deps.clock.now() - since >= BATCH.ms ||
    batch.reduce((sum, { document }) => sum + (document?.text.length ?? 0), 0) >= BATCH.bytes;
  try {
    for (const file of files) {
      const found = await look(file, request, deps);
      const isNews = found.source !== request.known.get(found.source.address);
      if (isNews) batch.push(found);
      const { document: _text, ...rest } = found;
      seen.push(rest);
      bytes += found.source.size ?? (found.document === undefined ? 0 : utf8Bytes(found.document.text));
      request.onFile?.({ files: seen.length, bytes });
      if (isDue()) await write();
    }
  } finally {
    // What was read before it was stopped is not read again.
    await write();
  }
  return seen;
}

/** Sources that the listing itself has refused. */
export async function saveSkipped(
  skipped: readonly (SkippedSource & { readonly address: string })[],
  request: Pick<ReadRequest, 'lease' | 'known'>,
  deps: Omit<ReadDeps, 'clock'> & { readonly clock: Pick<Clock, 'now'> },
): Promise<readonly SeenFile[]> {
  const seen = skipped.map(({ address, uri, reason }): SeenFile => {
    const before = request.known.get(address);
    const source = { address, uri, reason, reader: versionOf(deps.loader), addedAt: before?.addedAt ?? deps.clock.now() };
    return { change: 'not-read', source };
  });
  const sources = seen.map(({ source }) => source);
  if (sources.length > 0) await deps.collections.saveSources(request.lease, sources, []);
  return seen;
}

export function addressOf(file: ListedFile): string {
  return 'path' in file ? file.path : file.url;
}

function versionOf({ version }: SourceLoader): string {
  return version ?? '1';
}

async function look(file: ListedFile, request: ReadRequest, deps: ReadDeps): Promise<SeenFile> {
  const { signal } = request;
  if (signal.aborted) throw new IsthmusError('aborted', 'Reading the sources was stopped.', { cause: signal.reason });
  const before = await withText(request.known.get(addressOf(file)), request, deps);
  const reader = versionOf(deps.loader);
  if (before === undefined || before.reader !== reader || !('path' in file)) return read(file, { before, reader, signal }, deps);
  if (!request.check && before.contentHash !== undefined && sameStamp(file, before)) return still({ ...before, uri: file.uri }, before);
  const contentHash = await hashOf(file, deps.loader, signal);
  const isSame = contentHash !== undefined && contentHash === before.contentHash;
  return isSame
    ? still({ ...before, uri: file.uri, size: file.size, mtimeMs: file.mtimeMs }, before)
    : read(file, { before, reader, signal }, deps);
}

/** The row without its document where the text is neither in the present version nor a draft: an unfinished `forget` has deleted it. */
async function withText(
  before: CollectionSource | undefined,
  { lease, held }: ReadRequest,
  { collections }: ReadDeps,
): Promise<CollectionSource | undefined> {
  if (before?.documentId === undefined || held.has(before.documentId)) return before;
  if ((await collections.drafts(lease, [before.documentId])).size > 0) return before;
  const { documentId: _gone, contentHash: _hash, size: _size, ...rest } = before;
  return rest;
}

interface Reading {
  readonly before: CollectionSource | undefined;
  readonly reader: string;
  readonly signal: AbortSignal;
}

async function read(file: ListedFile, { before, reader, signal }: Reading, { loader, clock }: ReadDeps): Promise<SeenFile> {
  const outcome = await loader.readFile(file, { signal });
  // So that a file that cannot be read is not tried again before its bytes are others.
  const contentHash = 'contentHash' in outcome ? outcome.contentHash : await hashOf(file, loader, signal);
  const source: CollectionSource = {
    address: addressOf(file),
    uri: file.uri,
    ...('path' in file ? { size: file.size, mtimeMs: file.mtimeMs } : {}),
    ...(contentHash === undefined ? {} : { contentHash }),
    reader,
    addedAt: before?.addedAt ?? clock.now(),
  };
  const good = 'reason' in outcome ? outcome : checked(outcome.document);
  if ('reason' in good) return { change: 'not-read', source: { ...source, reason: good.reason, ...kept(file, before) } };
  const { document } = good;
  const now = { ...source, documentId: document.id };
  if (before?.documentId === document.id) return { change: 'unchanged', source: now };
  return { change: before?.documentId === undefined ? 'added' : 'changed', source: now, document };
}

function sameStamp(file: { readonly size: number; readonly mtimeMs: number }, before: CollectionSource): boolean {
  return file.size === before.size && file.mtimeMs === before.mtimeMs;
}

/** The row itself where nothing about it has changed, so that it need not be written. */
function still(now: CollectionSource, before: CollectionSource): SeenFile {
  const isSame = now.uri === before.uri && now.size === before.size && now.mtimeMs === before.mtimeMs;
  return { change: before.documentId === undefined ? 'not-read' : 'unchanged', source: isSame ? before : now };
}

async function hashOf(file: ListedFile, loader: SourceLoader, signal: AbortSignal): Promise<string | undefined> {
  return 'path' in file ? loader.hashFile?.(file, { signal }) : undefined;
}

/** A page that does not answer today is not gone; a file that is no longer readable is another file. */
function kept(file: ListedFile, before: CollectionSource | undefined): { readonly documentId?: string } {
  return 'path' in file || before?.documentId === undefined ? {} : { documentId: before.documentId };
}

function checked(document: Document): { readonly document: Document } | { readonly reason: string } {
  if (document.text.trim() === '') return { reason: 'has no text' };
  const what = whatIsNoText(document);
  return what === undefined ? { document } : { reason: `contains ${what}` };
}
