import type { Corpus, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { GatherRequest } from '../domain/gathering.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { InlineDocument, ResearchJob } from '../ports/research-service.ts';
import { toGather } from './gather-request.ts';
import { chunkLimitOf, cut } from './ingest.ts';
import type { JobDefaults } from './job-request.ts';
import type { RunRequest } from './run-request.ts';
import type { EngineDeps } from './session.ts';
import { readersOf } from './submit.ts';

/** The present version of a tenant's named corpus, which the tenant may then name by its id; undefined where there is no such name. */
export type ResolveCorpus = (tenant: string, name: string) => Promise<string | undefined>;

/** The corpus of a job; only one that was sent is there in full, and not stored yet. */
export interface JobSources {
  readonly corpusId: string;
  readonly sent?: Corpus;
  /** The run gathers it; `corpusId` is empty. */
  readonly gather?: GatherRequest;
}

/**
 * The corpus that a job names, if it is the tenant's, or what it has sent, cut to fit. Texts that are sent twice are one document, but
 * tenants share none.
 * @throws IsthmusError `invalid-input`, `not-found`
 */
export async function readSources(
  job: ResearchJob,
  { tenant, request }: { readonly tenant: string; readonly request: RunRequest },
  deps: Pick<EngineDeps, 'models' | 'clock' | 'web' | 'reader' | 'documents'> & {
    readonly defaults?: Pick<JobDefaults, 'results'>;
    readonly resolveCorpus?: ResolveCorpus;
  },
): Promise<JobSources> {
  const { documents, corpusId } = job;
  const gather = toGather(job, deps, deps.defaults?.results);
  const kinds = [documents, corpusId, gather].filter((kind) => kind !== undefined).length;
  if (kinds !== 1)
    throw new IsthmusError(
      'invalid-input',
      `Expected either documents, a corpus id, or addresses and searches, but got ${kinds === 0 ? 'none of them' : `${kinds} of the three`}.`,
    );
  if (gather !== undefined) return { corpusId: '', gather };
  if (corpusId !== undefined) {
    // Asked for each job, since a corpus may have been dropped; the store knows how long an answer holds.
    if (await deps.documents.isGranted(corpusId, tenant)) return { corpusId };
    const named = await deps.resolveCorpus?.(tenant, corpusId);
    if (named !== undefined) return { corpusId: named };
    throw new IsthmusError('not-found', `There is no corpus ${corpusId}. Send the documents, or the id of a corpus of an earlier run.`);
  }
  const sent = await toDocuments(documents ?? [], tenant);
  const limits = await Promise.all((await readersOf(request, deps)).map(chunkLimitOf));
  const corpus = await cut(sent, limits, { signal: new AbortController().signal, pause: () => deps.clock.sleep(0) });
  return { corpusId: corpus.id, sent: corpus };
}

export async function saveSources({ sent }: JobSources, tenant: string, { documents }: Pick<EngineDeps, 'documents'>): Promise<void> {
  if (sent === undefined) return;
  await documents.saveCorpus(sent);
  await documents.grantCorpus(sent.id, tenant);
}

async function toDocuments(sent: readonly InlineDocument[], tenant: string): Promise<Document[]> {
  const documents = new Map<string, Document>();
  for (const { uri, text } of sent) {
    if (text.trim() === '')
      throw new IsthmusError('invalid-input', `Expected text in the document ${JSON.stringify(uri)}, but it is empty.`);
    const id = await sha256(canonicalJson({ tenant, uri, text }));
    documents.set(id, { id, uri, title: uri, text });
  }
  if (documents.size === 0) throw new IsthmusError('invalid-input', 'Expected at least one document, but the list is empty.');
  return [...documents.values()];
}
