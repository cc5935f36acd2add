import { IsthmusError } from '../../domain/errors.ts';
import { checkName } from '../../pipeline/collections.ts';
import type { CollectionKey } from '../../ports/collection-store.ts';
import type { ApiContext, ApiDeps, ApiLimits, Handler } from '../context.ts';
import { convertChange, convertCorpora, convertCorpusPage, convertForgotten, convertHits } from '../convert-corpora.ts';
import { readBody, readQuery } from '../read-request.ts';
import { corpusDocumentsBody, corpusQuery, corpusSearchBody, forgetQuery } from '../schemas-corpora.ts';

interface CorporaDeps extends Pick<ApiDeps, 'corpora'> {
  readonly limits: ApiLimits;
}

/** Of a query. */
const SMALL_BODY = 64 * 1024;
/** As documents of corpora are named. */
const DOCUMENT_ID = /^[0-9a-f]{64}$/;

export function listCorporaHandler({ corpora }: CorporaDeps): Handler {
  return async (context) => context.json(convertCorpora(await corpora.list(context.get('caller').tenant)));
}

export function readCorpusHandler({ corpora }: CorporaDeps): Handler {
  return async (context) => {
    const key = keyOf(context);
    const page = readQuery(context, corpusQuery);
    return context.json(convertCorpusPage(await inOwnWords(key, () => corpora.show(key)), page));
  };
}

export function sendCorpusHandler({ corpora, limits }: CorporaDeps): Handler {
  return async (context) => {
    const key = { tenant: context.get('caller').tenant, name: checkName(context.req.param('corpus') ?? '') };
    const read = await readBody(context, corpusDocumentsBody, { maxBytes: limits.bodyBytes });
    if ('refusal' in read) return read.refusal;
    const summary = await inOwnWords(key, () => corpora.send({ key, documents: read.value.documents }));
    const { collection } = await inOwnWords(key, () => corpora.show(key));
    return context.json(convertChange(summary, collection));
  };
}

export function searchCorpusHandler({ corpora }: CorporaDeps): Handler {
  return async (context) => {
    const key = keyOf(context);
    const read = await readBody(context, corpusSearchBody, { maxBytes: SMALL_BODY });
    if ('refusal' in read) return read.refusal;
    const { query, limit } = read.value;
    const { corpusId } = (await inOwnWords(key, () => corpora.show(key))).collection;
    const hits = corpusId === undefined ? [] : await inOwnWords(key, () => corpora.search(key, query, limit));
    return context.json(convertHits(hits, { query, corpusId }));
  };
}

export function forgetDocumentHandler({ corpora }: CorporaDeps): Handler {
  return async (context) => {
    const key = keyOf(context);
    const withRuns = readQuery(context, forgetQuery).with_runs === 'true';
    const documentId = context.req.param('document') ?? '';
    await inOwnWords(key, () => corpora.show(key));
    if (!DOCUMENT_ID.test(documentId) || !(await corpora.knows(key, documentId))) throw noDocument(key);
    const forgotten = await inOwnWords(key, () => corpora.forget({ key, selectors: [documentId], withRuns }));
    return context.json(convertForgotten(documentId, forgotten));
  };
}

export function deleteCorpusHandler({ corpora }: CorporaDeps): Handler {
  return async (context) => {
    const key = keyOf(context);
    await inOwnWords(key, () => corpora.remove(key));
    return context.body(null, 204);
  };
}

/** The name in the path. One that no corpus can have is refused as one that none has. */
function keyOf(context: ApiContext): CollectionKey {
  const key = { tenant: context.get('caller').tenant, name: context.req.param('corpus') ?? '' };
  try {
    checkName(key.name);
  } catch {
    throw noCorpus('of this name');
  }
  return key;
}

/** What the command line is told to type is no help here. */
async function inOwnWords<Value>({ name }: CollectionKey, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof IsthmusError)) throw error;
    if (error.code === 'not-found') throw noCorpus(JSON.stringify(name));
    const runIds = error.details?.['runIds'];
    if (error.code === 'conflict' && Array.isArray(runIds)) throw stillRead(runIds.map(String));
    throw error;
  }
}

function noCorpus(name: string): IsthmusError {
  return new IsthmusError('not-found', `There is no corpus ${name}. GET /v1/corpora lists those there are.`);
}

function noDocument({ name }: CollectionKey): IsthmusError {
  const message = `Expected the id of a document of the corpus ${JSON.stringify(name)} in the path, but it has none of this id. GET /v1/corpora/${encodeURIComponent(name)} lists those there are.`;
  return new IsthmusError('not-found', message);
}

function stillRead(runIds: readonly string[]): IsthmusError {
  const [who, what] =
    runIds.length === 1 ? ['A run that is not over reads', 'it'] : [`${runIds.length} runs that are not over read`, 'them'];
  const message = `${who} this document: ${runIds.join(', ')}. Wait for the end, or cancel ${what} with POST /v1/research/{id}/cancel.`;
  return new IsthmusError('conflict', message, { details: { runIds: [...runIds] } });
}
