import type { Chunk, Corpus, Document } from '../domain/document.ts';
import type { CorpusIndex } from '../domain/search/corpus-index.ts';
import type { SearchFilter } from '../domain/search-filter.ts';

export interface CorpusChange {
  readonly base: string;
  /** Ids of documents. */
  readonly remove: readonly string[];
  /**
   * Whether nothing of the removed documents may be left in what the new version is stored in: their parts of the index are then written
   * anew, which takes as long as indexing those parts did. Otherwise they are only passed over.
   */
  readonly purge?: boolean;
  readonly documents: readonly Document[];
  readonly chunks: readonly Chunk[];
  nameOf(chunkIds: readonly string[]): Promise<string>;
}

/** Documents and their chunks. A corpus is immutable: other documents or another cutting rule make another corpus id. */
export interface DocumentStore {
  /** Idempotent; documents that are already stored are shared. */
  saveCorpus(corpus: Corpus): Promise<void>;
  /**
   * Stores another version of a corpus: without the documents named, and with new chunks after the rest. What stays is neither read nor
   * indexed again. `nameOf` is given the ids of all its chunks in order and names the version. Returns the name.
   * @throws IsthmusError `not-found` for the base
   */
  extendCorpus(change: CorpusChange): Promise<string>;
  /** Forgets versions of corpora that nobody needs: their grants, and whatever chunks, documents and index parts no other corpus holds. Unknown ids are passed over. */
  dropCorpora(corpusIds: readonly string[]): Promise<void>;
  hasCorpus(corpusId: string): Promise<boolean>;
  /** Lets a tenant use a stored corpus by its id. Idempotent. @throws IsthmusError `not-found` */
  grantCorpus(corpusId: string, tenant: string): Promise<void>;
  isGranted(corpusId: string, tenant: string): Promise<boolean>;
  /** In corpus order. @throws IsthmusError `not-found` */
  readChunks(corpusId: string): Promise<readonly Chunk[]>;
  /** The index of the corpus' words; built when it is saved, or now if an earlier version of Isthmus has saved it. @throws IsthmusError `not-found` */
  openIndex(corpusId: string): Promise<CorpusIndex>;
  /** Chunks by their positions in the corpus, as its postings tell them; unknown positions are left out. */
  chunksAt(corpusId: string, positions: readonly number[]): Promise<ReadonlyMap<number, Chunk>>;
  /** The positions of the chunks whose documents fit all parts of the filter but its phrases, ascending. */
  positionsWhere(corpusId: string, filter: SearchFilter): Promise<readonly number[]>;
  findChunks(chunkIds: readonly string[]): Promise<ReadonlyMap<string, Chunk>>;
  /** A document of which the corpus holds chunks; another one, though it is stored, is undefined. */
  findDocumentOf(corpusId: string, documentId: string): Promise<Document | undefined>;
  findDocuments(documentIds: readonly string[]): Promise<ReadonlyMap<string, Document>>;
}
