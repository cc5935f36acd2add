import { randomUUID } from 'node:crypto';
import { createCollectionStore } from '../adapters/database/collection-store.ts';
import { createDocumentTraces } from '../adapters/database/collection-traces.ts';
import type { OpenStore } from '../adapters/database/open-store.ts';
import type { Config } from '../config.ts';
import type { Chunk, Document } from '../domain/document.ts';
import { parseSearchQuery } from '../domain/search-query.ts';
import type { RankedChunk } from '../domain/step.ts';
import { currentVersion, findCollection, removeCollection, type SourceStatus, statusesOf, type Writer } from '../pipeline/collections.ts';
import { type IngestRequest, type IngestSummary, ingestCollection } from '../pipeline/collections-ingest.ts';
import { type SendRequest, type SendSummary, sendDocuments } from '../pipeline/collections-send.ts';
import type { Engine } from '../pipeline/engine.ts';
import { type ForgetRequest, type Forgotten, forgetDocuments } from '../pipeline/forget.ts';
import type { ResolveCorpus } from '../pipeline/job-sources.ts';
import { retrieve } from '../pipeline/retrieve-step.ts';
import type { EngineDeps } from '../pipeline/session.ts';
import { readersOf } from '../pipeline/submit.ts';
import type { Collection, CollectionKey, CollectionStore, DocumentTraces } from '../ports/collection-store.ts';
import type { SourceLoader } from '../ports/source-loader.ts';

export interface SearchHit {
  readonly ranked: RankedChunk;
  readonly chunk: Chunk;
  readonly document: Document;
  /** As the corpus lists the document, where it does. */
  readonly uri: string;
}

/** A tenant's named corpora. */
export interface Corpora {
  list(tenant: string): Promise<readonly Collection[]>;
  show(key: CollectionKey): Promise<{ readonly collection: Collection; readonly sources: readonly SourceStatus[] }>;
  /** The chunks are cut to fit the models of the configuration. */
  ingest(request: Omit<IngestRequest, 'readers'>): Promise<IngestSummary>;
  /** Texts instead of files; the same else. */
  send(request: Omit<SendRequest, 'readers'>): Promise<SendSummary>;
  remove(key: CollectionKey): Promise<void>;
  /** The id of the version that a run is to read. */
  resolve(key: CollectionKey): Promise<string>;
  search(key: CollectionKey, query: string, limit: number): Promise<readonly SearchHit[]>;
  forget(request: ForgetRequest): Promise<Forgotten>;
  /** Whether the corpus, or any run of the tenant, has met the document. */
  knows(key: CollectionKey, documentId: string): Promise<boolean>;
  /** Rewrites the tables that held texts; what is deleted is then in no data file. */
  scrub(): Promise<void>;
}

interface CorporaParts {
  readonly store: OpenStore;
  readonly deps: EngineDeps & { readonly loader: SourceLoader };
  readonly engine: Pick<Engine, 'cancel'>;
  readonly config: Config;
}

/** Tells this process's leases from those of processes that are dead, where only one can be alive. */
const PROCESS = randomUUID();

export function openCorpora({ store, deps, engine, config }: CorporaParts): Corpora {
  const collections = createCollectionStore(store.database);
  const traces = createDocumentTraces(store);
  const all = { ...deps, collections, traces };
  const isAlone = config.databaseUrl === undefined;
  const writer = (): Writer => ({
    owner: `${PROCESS}:${randomUUID()}`,
    clock: deps.clock,
    ...(isAlone ? { isDead: (owner: string) => !owner.startsWith(`${PROCESS}:`) } : {}),
  });
  const readers = () => readersOf({ plugins: config, cascade: config.cascade, scorer: config.scorer }, deps);
  return {
    list: (tenant) => collections.list(tenant),
    show: async (key) => ({ collection: await findCollection(key, all), sources: statusesOf(await collections.sources(key)) }),
    ingest: async (request) => ingestCollection({ ...request, readers: await readers() }, { ...all, writer: writer() }),
    send: async (request) => sendDocuments({ ...request, readers: await readers() }, { ...all, writer: writer() }),
    remove: (key) => removeCollection(key, { ...all, writer: writer() }),
    resolve: (key) => currentVersion(key, all),
    search: (key, query, limit) => search({ key, query, limit, config }, all),
    forget: (request) => forgetDocuments(request, { ...all, writer: writer(), cancelRun: (runId) => engine.cancel(runId) }),
    knows: (key, documentId) => knows(key, documentId, all),
    scrub: () => traces.scrub(),
  };
}

/** For jobs that name a corpus; the tenant may name the version by its id from then on. */
export function createCorpusResolver({ database, documentStore }: Pick<OpenStore, 'database' | 'documentStore'>): ResolveCorpus {
  const collections = createCollectionStore(database);
  return async (tenant, name) => {
    const corpusId = await versionOf({ tenant, name }, collections);
    if (corpusId === undefined) return undefined;
    await documentStore.grantCorpus(corpusId, tenant);
    return corpusId;
  };
}

/** By a name, or by the id that the list of corpora shows beside it. @throws IsthmusError `invalid-input` for a name without documents */
async function versionOf(key: CollectionKey, collections: CollectionStore): Promise<string | undefined> {
  if ((await collections.find(key)) !== undefined) return currentVersion(key, { collections });
  return (await collections.list(key.tenant)).find(({ corpusId }) => corpusId === key.name)?.corpusId;
}

async function knows(
  key: CollectionKey,
  documentId: string,
  { collections, traces }: { readonly collections: CollectionStore; readonly traces: DocumentTraces },
): Promise<boolean> {
  if ((await collections.sources(key)).some((source) => source.documentId === documentId)) return true;
  if ((await traces.documentsOf(key)).some(({ id }) => id === documentId)) return true;
  return (await traces.runsWith(key.tenant, { documentIds: [documentId], corpusIds: [] })).length > 0;
}

interface Search {
  readonly key: CollectionKey;
  readonly query: string;
  readonly limit: number;
  readonly config: Config;
}

async function search(
  { key, query: typed, limit, config }: Search,
  deps: EngineDeps & Parameters<typeof currentVersion>[1],
): Promise<readonly SearchHit[]> {
  const corpusId = await currentVersion(key, deps);
  const { query, filter } = parseSearchQuery(typed);
  const { use, options } = config.retriever;
  const retriever = deps.registry.choose('retriever', use, options);
  const selection = { type: 'search', query, limit, ...(Object.keys(filter).length === 0 ? {} : { filter }) } as const;
  const { chunks: ranked } = await retrieve({ corpusId, retriever }, selection, deps);
  const chunks = await deps.documents.findChunks(ranked.map(({ chunkId }) => chunkId));
  const documents = await deps.documents.findDocuments([...new Set(ranked.map(({ documentId }) => documentId))]);
  const uris = new Map<string, string>();
  for (const { documentId, uri } of await deps.collections.sources(key))
    if (documentId !== undefined && !uris.has(documentId)) uris.set(documentId, uri);
  return ranked.flatMap((hit) => {
    const chunk = chunks.get(hit.chunkId);
    const document = documents.get(hit.documentId);
    if (chunk === undefined || document === undefined) return [];
    return [{ ranked: hit, chunk, document, uri: uris.get(document.id) ?? document.uri }];
  });
}
