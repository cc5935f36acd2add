import type { Corpus, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { InlineDocument, ResearchJob } from '../ports/research-service.ts';
import { chunkLimitOf, cut } from './ingest.ts';
import type { RunRequest } from './run-request.ts';
import type { EngineDeps } from './session.ts';
import { readersOf } from './submit.ts';

/** What a tenant may name is never taken back, so each answer is asked for once. */
export interface GrantMemo {
  isGranted(corpusId: string, tenant: string): Promise<boolean>;
}

/** Beyond this all is asked for again: a bound, not a policy. */
const MEMO_SIZE = 10_000;

export function createGrantMemo({ documents }: Pick<EngineDeps, 'documents'>): GrantMemo {
  const known = new Set<string>();
  return {
    isGranted: async (corpusId, tenant) => {
      const name = `${tenant}\n${corpusId}`;
      if (known.has(name)) return true;
      if (!(await documents.isGranted(corpusId, tenant))) return false;
      if (known.size >= MEMO_SIZE) known.clear();
      known.add(name);
      return true;
    },
  };
}

/** The corpus of a job; only one that was sent is there in full, and not stored yet. */
export interface JobSources {
  readonly corpusId: string;
  readonly sent?: Corpus;
}

/**
 * The corpus that a job names, if it is the tenant's, or what it has sent, cut to fit. Texts that are sent twice are one document, but
 * tenants share none.
 * @throws IsthmusError `invalid-input`, `not-found`
 */
export async function readSources(
  { documents, corpusId }: ResearchJob,
  { tenant, request }: { readonly tenant: string; readonly request: RunRequest },
  deps: Pick<EngineDeps, 'models' | 'clock'> & { readonly grants: GrantMemo },
): Promise<JobSources> {
  if ((documents === undefined) === (corpusId === undefined))
    throw new IsthmusError(
      'invalid-input',
      `Expected either documents or a corpus id, but got ${documents === undefined ? 'neither' : 'both'}.`,
    );
  if (corpusId !== undefined) {
    if (await deps.grants.isGranted(corpusId, tenant)) return { corpusId };
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
