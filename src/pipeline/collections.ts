import { IsthmusError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Collection, CollectionKey, CollectionLease, CollectionSource, CollectionStore } from '../ports/collection-store.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** A source as its collection shows it: `equals` is the uri whose text it repeats; a `reason` beside a text says why it is not the newest. */
export interface SourceStatus {
  readonly address: string;
  readonly uri: string;
  readonly status: 'read' | 'duplicate' | 'not-read';
  readonly addedAt: number;
  readonly documentId?: string;
  readonly equals?: string;
  readonly reason?: string;
}

/** Of sources with equal texts the first is the one that counts; the order is the store's. */
export function statusesOf(sources: readonly CollectionSource[]): readonly SourceStatus[] {
  const first = new Map<string, string>();
  return sources.map(({ address, uri, addedAt, documentId, reason }) => {
    const source = { address, uri, addedAt };
    if (documentId === undefined) return { ...source, status: 'not-read', reason: reason ?? 'was not read' };
    const equals = first.get(documentId);
    if (equals !== undefined) return { ...source, documentId, status: 'duplicate', equals };
    first.set(documentId, uri);
    return { ...source, documentId, status: 'read', ...(reason === undefined ? {} : { reason }) };
  });
}

/** @throws IsthmusError `not-found`, naming those there are */
export async function findCollection(key: CollectionKey, { collections }: { readonly collections: CollectionStore }): Promise<Collection> {
  const found = await collections.find(key);
  if (found !== undefined) return found;
  const names = (await collections.list(key.tenant)).map(({ name }) => name);
  throw new IsthmusError(
    'not-found',
    `There is no corpus "${key.name}". ${names.length === 0 ? 'Make one with: isthmus ingest <path…> --corpus <name>' : `There are: ${names.join(', ')}.`}`,
  );
}

/** The version of a collection that a reader is given. @throws IsthmusError `not-found`, `invalid-input` for one without documents */
export async function currentVersion(key: CollectionKey, deps: { readonly collections: CollectionStore }): Promise<string> {
  const { corpusId } = await findCollection(key, deps);
  if (corpusId !== undefined) return corpusId;
  throw new IsthmusError(
    'invalid-input',
    `The corpus "${key.name}" holds no documents. Fill it with: isthmus ingest <path…> --corpus ${key.name}`,
  );
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

/** A hash is the id of an immutable corpus, so that a request can name either. */
const HASH = /^[0-9a-f]{64}$/;

/** @throws IsthmusError `invalid-input` */
export function checkName(name: string): string {
  if (NAME.test(name) && !HASH.test(name)) return name;
  throw new IsthmusError(
    'invalid-input',
    `Expected a corpus name of at most 64 letters, digits, ".", "_" and "-" that begins with a letter or digit, but got ${JSON.stringify(name)}.`,
  );
}

/** Who writes, and whose leases are known to have no one behind them. */
export interface Writer {
  readonly owner: string;
  readonly clock: Clock;
  isDead?(owner: string): boolean;
}

const LEASE_MS = 30_000;
const RENEW_MS = 10_000;

/**
 * Holds a collection while the action lasts; a killed holder's place is free after half a minute.
 * @throws IsthmusError `conflict` while somebody else holds it
 */
export async function withLease<Result>(
  key: CollectionKey,
  { collections, writer }: { readonly collections: CollectionStore; readonly writer: Writer },
  action: (lease: CollectionLease) => Promise<Result>,
): Promise<Result> {
  const lease = { ...key, owner: writer.owner, forMs: LEASE_MS };
  if (!(await collections.acquire(lease, writer.isDead))) {
    throw new IsthmusError(
      'conflict',
      `The corpus "${key.name}" is being written by another process. Wait until it is done; if it was killed, for ${LEASE_MS / 1000} seconds.`,
      { isRetryable: true },
    );
  }
  const over = new AbortController();
  const renewing = renew(lease, { collections, clock: writer.clock, signal: over.signal });
  try {
    return await action(lease);
  } finally {
    over.abort();
    await renewing;
    await collections.release(lease);
  }
}

/** A lease that cannot be renewed is found out by the next write, which is refused. */
async function renew(
  lease: CollectionLease,
  { collections, clock, signal }: { readonly collections: CollectionStore; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(RENEW_MS, signal);
    if (signal.aborted) return;
    await collections.renew(lease).catch(() => undefined);
  }
}

/** Drops the versions that nobody needs any more, beside those to keep. */
export async function prune(
  lease: CollectionLease,
  keep: readonly (string | undefined)[],
  { collections, documents }: { readonly collections: CollectionStore; readonly documents: Pick<DocumentStore, 'dropCorpora'> },
): Promise<void> {
  const unused = await collections.unusedVersions(
    lease,
    keep.filter((id) => id !== undefined),
  );
  if (unused.length === 0) return;
  await documents.dropCorpora(unused);
  await collections.forgetVersions(lease, unused);
}

/** Removes a name with its manifest, and those of its versions that no run has read. @throws IsthmusError `not-found`, `conflict` */
export async function removeCollection(
  key: CollectionKey,
  deps: { readonly collections: CollectionStore; readonly documents: Pick<DocumentStore, 'dropCorpora'>; readonly writer: Writer },
): Promise<void> {
  await findCollection(key, deps);
  await withLease(key, deps, async (lease) => {
    await prune(lease, [], deps);
    await deps.collections.remove(lease);
  });
}
