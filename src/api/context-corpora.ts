import type { Chunk, Document } from '../domain/document.ts';
import type { SourceStatus } from '../pipeline/collections.ts';
import type { SendSummary } from '../pipeline/collections-send.ts';
import type { Forgotten } from '../pipeline/forget.ts';
import type { Collection, CollectionKey } from '../ports/collection-store.ts';
import type { InlineDocument } from '../ports/research-service.ts';

export interface CorpusHit {
  readonly ranked: { readonly score: number };
  readonly chunk: Chunk;
  readonly document: Document;
  /** As the corpus lists the document. */
  readonly uri: string;
}

/** A tenant's named corpora, as the API asks for them. Another tenant's name is `not-found`. */
export interface ApiCorpora {
  list(tenant: string): Promise<readonly Collection[]>;
  show(key: CollectionKey): Promise<{ readonly collection: Collection; readonly sources: readonly SourceStatus[] }>;
  /** Makes the corpus if there is none. */
  send(request: { readonly key: CollectionKey; readonly documents: readonly InlineDocument[] }): Promise<SendSummary>;
  remove(key: CollectionKey): Promise<void>;
  search(key: CollectionKey, query: string, limit: number): Promise<readonly CorpusHit[]>;
  /** Whether the corpus, or any run of the tenant, has met the document. */
  knows(key: CollectionKey, documentId: string): Promise<boolean>;
  forget(request: { readonly key: CollectionKey; readonly selectors: readonly string[]; readonly withRuns: boolean }): Promise<Forgotten>;
}
