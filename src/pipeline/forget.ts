import { IsthmusError } from '../domain/errors.ts';
import { isMatch } from '../domain/glob.ts';
import type { CollectionKey, CollectionStore, DocumentTraces } from '../ports/collection-store.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import { findCollection, type Writer, withLease } from './collections.ts';
import { leaveCorpora } from './forget-corpora.ts';
import { stepKeysWith } from './forget-steps.ts';
import { QUEUES } from './work.ts';

export interface ForgetRequest {
  readonly key: CollectionKey;
  /** Addresses or uris as the corpus lists them, patterns over uris (`*`, `**`), or ids of documents. */
  readonly selectors: readonly string[];
  /** End runs that are reading the documents instead of refusing. */
  readonly cancel?: boolean;
  /** Delete the runs that have read them, with reports and logs. */
  readonly withRuns?: boolean;
}

export interface ForgetDeps {
  readonly collections: CollectionStore;
  readonly traces: DocumentTraces;
  readonly documents: DocumentStore;
  readonly runs: RunStore;
  readonly queue: JobQueue;
  readonly writer: Writer;
  cancelRun(runId: string): Promise<unknown>;
}

export interface Forgotten {
  readonly documents: readonly { readonly id: string; readonly uris: readonly string[] }[];
  /** Corpora, of any name or none, that held them. */
  readonly corpora: number;
  readonly steps: number;
  readonly jobs: number;
  readonly cancelledRuns: readonly string[];
  readonly deletedRuns: readonly string[];
  /** Runs that have met the documents: their logs and reports may quote them. */
  readonly quotingRuns: readonly string[];
  /** Corpora that another tenant shares; its texts stay for that one. */
  readonly heldByOthers: number;
}

/**
 * Deletes documents of a named corpus from wherever the tenant has them: every version of every corpus, the index, results of models, jobs
 * of the queue, and, when asked, the runs that have read them. Killed in the middle, it is finished by being called again: what names
 * the documents, the manifest, goes last.
 * @throws IsthmusError `not-found`, `conflict` while a run reads them or another process writes one of the corpora
 */
export async function forgetDocuments(request: ForgetRequest, deps: ForgetDeps): Promise<Forgotten> {
  const { tenant } = request.key;
  const selected = await select(request, deps);
  const documentIds = [...selected.documents.keys()];
  const chunkIds = new Set(await deps.traces.chunkIds(documentIds));
  const holders = await deps.traces.holders(tenant, documentIds);
  const found = { documentIds, corpusIds: holders.map(({ corpusId }) => corpusId) };
  const sweep = { tenant, found, chunkIds, cancel: request.cancel === true };
  const before = await sweepRuns(sweep, deps);
  await leaveCorpora({ tenant, documentIds, holders }, deps);
  // Once more for runs that have begun meanwhile; no other can read the documents now.
  const after = await sweepRuns(sweep, deps);
  const deletedRuns = request.withRuns === true ? after.runs : [];
  for (const id of deletedRuns) await deleteQuietly(id, deps);
  // Jobs of runs that are gone only now.
  const jobs = before.jobs + after.jobs + (await purgeJobs(new Set(), deps));
  await leaveManifests({ ...request, documentIds, addresses: selected.addresses }, deps);
  return {
    documents: [...selected.documents].map(([id, uris]) => ({ id, uris })),
    corpora: holders.length,
    steps: before.steps + after.steps,
    jobs,
    cancelledRuns: [...before.cancelled, ...after.cancelled],
    deletedRuns,
    quotingRuns: request.withRuns === true ? [] : after.runs,
    heldByOthers: holders.filter(({ isForeign }) => isForeign).length,
  };
}

interface Selected {
  /** Each document's names. */
  readonly documents: ReadonlyMap<string, readonly string[]>;
  /** Of sources that were listed and not read. */
  readonly addresses: readonly string[];
}

const ID = /^[0-9a-f]{64}$/;

async function select({ key, selectors }: ForgetRequest, deps: ForgetDeps): Promise<Selected> {
  await findCollection(key, deps);
  const sources = await deps.collections.sources(key);
  const versions = await deps.traces.documentsOf(key);
  const documents = new Map<string, Set<string>>();
  const add = (id: string, ...uris: string[]): unknown => documents.set(id, new Set([...(documents.get(id) ?? []), ...uris]));
  const unread = selectors.flatMap((selector) => {
    const named = sources.filter(({ uri, address, documentId }) => fits(selector, uri, address, documentId));
    const earlier = versions.filter(({ id, uri }) => fits(selector, uri, id));
    for (const { documentId } of named) if (documentId !== undefined) add(documentId);
    for (const { id, uri } of earlier) add(id, uri);
    if (named.length + earlier.length === 0) add(checkId(selector, key.name));
    return named.filter(({ documentId }) => documentId === undefined);
  });
  // Who repeats the text goes with it, under whatever name.
  for (const { documentId, uri } of sources) if (documentId !== undefined && documents.has(documentId)) add(documentId, uri);
  return { documents: new Map([...documents].map(([id, uris]) => [id, [...uris]])), addresses: unread.map(({ address }) => address) };
}

function fits(selector: string, uri: string, ...others: readonly (string | undefined)[]): boolean {
  return uri === selector || others.includes(selector) || isMatch(uri, selector);
}

/** An id need not be known here any more: runs may still quote it. */
function checkId(selector: string, name: string): string {
  if (ID.test(selector)) return selector;
  throw unknown(selector, name);
}

function unknown(selector: string, name: string): IsthmusError {
  return new IsthmusError(
    'not-found',
    `The corpus "${name}" has no document ${JSON.stringify(selector)}. See those it has with: isthmus corpora ${name}`,
  );
}

interface Sweep {
  readonly tenant: string;
  readonly found: { readonly documentIds: readonly string[]; readonly corpusIds: readonly string[] };
  readonly chunkIds: ReadonlySet<string>;
  readonly cancel: boolean;
}

interface Swept {
  readonly runs: readonly string[];
  readonly cancelled: readonly string[];
  readonly steps: number;
  readonly jobs: number;
}

/** Ends or refuses live runs, then deletes what the runs' steps have left in the step store and the queue. */
async function sweepRuns({ tenant, found, chunkIds, cancel }: Sweep, deps: ForgetDeps): Promise<Swept> {
  const runs = await deps.traces.runsWith(tenant, found);
  const live = runs.filter(({ isLive }) => isLive).map(({ id }) => id);
  if (live.length > 0 && !cancel) {
    throw new IsthmusError(
      'conflict',
      `${live.length === 1 ? 'A run that is not over reads' : `${live.length} runs that are not over read`} this: ${live.join(', ')}. Wait for the end, or cancel with --cancel.`,
      { details: { runIds: live } },
    );
  }
  for (const id of live) await deps.cancelRun(id);
  const keys = new Set<string>();
  for (const { id } of runs) {
    const events = await deps.runs.readEvents(id, 0);
    for (const key of stepKeysWith(
      events.map(({ event }) => event),
      chunkIds,
    ))
      keys.add(key);
  }
  const steps = await deps.traces.deleteSteps(tenant, [...keys]);
  return { runs: runs.map(({ id }) => id), cancelled: live, steps, jobs: await purgeJobs(keys, deps) };
}

/** Jobs that make one of the steps, and jobs of runs that are gone. Those of a run at work stay: only another document has brought it the same words. */
async function purgeJobs(keys: ReadonlySet<string>, { queue, runs }: ForgetDeps): Promise<number> {
  let count = 0;
  for (const name of QUEUES) {
    count += await queue.purge(name, async (jobs) => {
      const read = jobs.map(({ id, payload }) => ({ id, ...traitsOf(payload) }));
      const known = await runs.sequences([...new Set(read.map(({ runId }) => runId))]);
      return read.filter(({ runId, stepKeys }) => !known.has(runId) || stepKeys.some((key) => keys.has(key))).map(({ id }) => id);
    });
  }
  return count;
}

function traitsOf(payload: unknown): { readonly runId: string; readonly stepKeys: readonly string[] } {
  const { runId, works } = (payload ?? {}) as { readonly runId?: unknown; readonly works?: unknown };
  const stepKeys = Array.isArray(works) ? works.flatMap((work: { readonly stepKey?: unknown }) => String(work?.stepKey)) : [];
  return { runId: String(runId), stepKeys };
}

/** Somebody else may have deleted it. */
async function deleteQuietly(runId: string, { runs }: ForgetDeps): Promise<void> {
  try {
    await runs.deleteRun(runId);
  } catch (error) {
    if (!(error instanceof IsthmusError && error.code === 'not-found')) throw error;
  }
}

async function leaveManifests(
  { key, documentIds, addresses }: ForgetRequest & { readonly documentIds: readonly string[]; readonly addresses: readonly string[] },
  deps: ForgetDeps,
): Promise<void> {
  const names = new Set([key.name, ...(await deps.traces.collectionsWith(key.tenant, documentIds))]);
  for (const name of names)
    await withLease({ tenant: key.tenant, name }, deps, (lease) =>
      deps.traces.deleteSources(lease, documentIds, name === key.name ? addresses : []),
    );
}
