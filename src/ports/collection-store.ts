import type { Document } from '../domain/document.ts';

/** A name under which a tenant keeps documents; what the user calls a corpus. Its versions are immutable corpora. */
export interface Collection {
  readonly tenant: string;
  readonly name: string;
  /** The version that a reader is given; absent while there is none, or no document in it. */
  readonly corpusId?: string;
  /** `<model>:<tokens>` for each model that the chunks were cut to fit; empty before the first version. */
  readonly sizes: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly documents: number;
  readonly chunks: number;
  /** Of the documents' texts in UTF-8. */
  readonly bytes: number;
}

/** Names a collection. */
export interface CollectionKey {
  readonly tenant: string;
  readonly name: string;
}

/** One source as it was last seen: with the id of the document that it gave, or the reason why it gave none. */
export interface CollectionSource {
  /** The absolute path or the URL; unique in its collection. */
  readonly address: string;
  /** As the user would name it. */
  readonly uri: string;
  /** Bytes; of files only. */
  readonly size?: number;
  readonly mtimeMs?: number;
  /** SHA-256 of the bytes, hex; absent where they could not be had. */
  readonly contentHash?: string;
  /** The version of the reader that was asked. */
  readonly reader: string;
  readonly documentId?: string;
  readonly reason?: string;
  readonly addedAt: number;
}

/** A document of the collection's present version. */
export interface HeldDocument {
  readonly documentId: string;
  readonly chunks: number;
  readonly bytes: number;
}

/** A writer's hold on a collection. Times are those of the store's own clock. */
export interface CollectionLease extends CollectionKey {
  readonly owner: string;
  readonly forMs: number;
}

/** What the next version has beside, and without, those of the last one. */
export interface CollectionVersion {
  readonly corpusId: string | undefined;
  readonly sizes: readonly string[];
  readonly added: readonly HeldDocument[];
  readonly removed: readonly string[];
}

/**
 * Names for corpora. One writer at a time: every write proves and prolongs the writer's lease in its own transaction, and throws
 * IsthmusError `conflict` when another one has taken it over. So no write of a writer that was thought dead is mixed with its successor's.
 */
export interface CollectionStore {
  /** By name. */
  list(tenant: string): Promise<readonly Collection[]>;
  find(key: CollectionKey): Promise<Collection | undefined>;
  /** By time of adding, then by address. */
  sources(key: CollectionKey): Promise<readonly CollectionSource[]>;
  documents(key: CollectionKey): Promise<readonly HeldDocument[]>;
  /** Texts that were read and are in no version yet. */
  drafts(key: CollectionKey, documentIds: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  /**
   * Takes the collection, and makes it when there is none. False while another owner's lease lasts, unless that owner is dead by the
   * caller's word.
   */
  acquire(lease: CollectionLease, isDead?: (owner: string) => boolean): Promise<boolean>;
  /** Prolongs. */
  renew(lease: CollectionLease): Promise<void>;
  /** Does nothing to another owner's lease. */
  release(lease: CollectionLease): Promise<void>;
  /** Sources replace those of the same address; documents are drafts until a version has them. */
  saveSources(lease: CollectionLease, sources: readonly CollectionSource[], documents: readonly Document[]): Promise<void>;
  removeSources(lease: CollectionLease, addresses: readonly string[]): Promise<void>;
  /** Says that a version is about to be made, so that it is found again whatever happens. */
  noteVersion(lease: CollectionLease, corpusId: string): Promise<void>;
  /** Makes it the present version, and forgets the drafts that it has and those that no source asks for. */
  publish(lease: CollectionLease, version: CollectionVersion): Promise<void>;
  /** Versions that no run has read, no other collection has and no other tenant may name, beside those to keep. */
  unusedVersions(key: CollectionKey, keep: readonly string[]): Promise<readonly string[]>;
  forgetVersions(lease: CollectionLease, corpusIds: readonly string[]): Promise<void>;
  /** Name, manifest and lease. The corpora stay. */
  remove(lease: CollectionLease): Promise<void>;
}

/** A corpus that holds a document, and what keeps it. */
export interface HoldingCorpus {
  readonly corpusId: string;
  /** Another tenant may name it, or has read it: it is not the caller's to change. */
  readonly isForeign: boolean;
  /** A run has read it, or it is no version of a name: what else it holds is to stay. */
  readonly isNeeded: boolean;
}

/** Finds whatever a store keeps of documents, and deletes it. All of it is idempotent. */
export interface DocumentTraces {
  /** Documents in any version of the collection, the earlier texts of its sources too. */
  documentsOf(key: CollectionKey): Promise<readonly { readonly id: string; readonly uri: string }[]>;
  chunkIds(documentIds: readonly string[]): Promise<readonly string[]>;
  holders(tenant: string, documentIds: readonly string[]): Promise<readonly HoldingCorpus[]>;
  /** Collections of the tenant whose manifest, drafts or present version name one of the documents. */
  collectionsWith(tenant: string, documentIds: readonly string[]): Promise<readonly string[]>;
  /** The tenant's runs whose log names one of the documents, or that are not over and read one of the corpora. */
  runsWith(
    tenant: string,
    found: { readonly documentIds: readonly string[]; readonly corpusIds: readonly string[] },
  ): Promise<readonly { readonly id: string; readonly isLive: boolean }[]>;
  /** Results by key, and the tenant's results whose run is gone, since nobody can tell any more what they were made of. Returns how many. */
  deleteSteps(tenant: string, stepKeys: readonly string[]): Promise<number>;
  /** The tenant's right to a corpus that others keep. */
  revoke(tenant: string, corpusId: string): Promise<void>;
  /** Runs that have read a corpus are listed under the one that took its place. */
  moveRuns(from: string, to: string): Promise<void>;
  /** Manifest rows and drafts of the documents, and rows of these addresses that have none. */
  deleteSources(lease: CollectionLease, documentIds: readonly string[], addresses: readonly string[]): Promise<void>;
  /** Rewrites the tables that held texts, so that no dead row of them stays in a data file; the write-ahead log is the server's. */
  scrub(): Promise<void>;
}
