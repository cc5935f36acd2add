import type { Document } from '../domain/document.ts';
import { IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { GatheredSource, GatherStep, MadeSearch } from '../domain/gathering.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { SourceReader } from '../ports/source-reader.ts';
import type { Web, WebCall } from '../ports/web.ts';

/** Pages under way at a time; how many of them may be one host's, the adapter knows. */
const PAGES_AT_ONCE = 6;

/** Of all pages together, in UTF-16 units: what is read must fit into memory several times over. */
const MOST_TEXT = 64 * 1024 * 1024;

export interface GatherDoors {
  readonly web: Web;
  readonly reader: SourceReader;
}

export interface GatheredSources {
  /** In the order of the sources; equal pages once. */
  readonly documents: readonly Document[];
  readonly sources: readonly GatheredSource[];
  readonly searches: readonly MadeSearch[];
}

/**
 * Searches, then fetches and reads each page that was asked for or found. The list of pages is closed before the first is read: nothing that
 * stands in a page can make the run fetch another. What fails is a reason.
 * @throws IsthmusError `aborted`, once the signal says so
 */
export async function gatherSources(
  { urls, search }: Pick<GatherStep, 'urls' | 'search'>,
  { web, reader }: GatherDoors,
  call: WebCall & { readonly tenant: string },
): Promise<GatheredSources> {
  const { found, searches } = await makeSearches(search, web, call);
  const wanted = withoutRepeats([...urls.map((url): Wanted => ({ url, from: 'url' })), ...found]);
  let room = MOST_TEXT;
  const pages = await inParallel(wanted, PAGES_AT_ONCE, async ({ url }) => {
    const page = await readPage(url, { web, reader }, call);
    if (!('document' in page)) return page;
    if (page.document.text.length > room)
      return { reason: `the pages before it have filled the ${MOST_TEXT} characters that a run may gather` };
    room -= page.document.text.length;
    return page;
  });
  const documents = new Map(pages.flatMap((page) => ('document' in page ? [[page.document.id, page.document] as const] : [])));
  return { documents: [...documents.values()], sources: wanted.map((source, i) => toSource(source, pages[i])), searches };
}

type Wanted = Pick<GatheredSource, 'url' | 'from' | 'query'>;

type Failure = Pick<GatheredSource, 'isTemporary'> & { readonly reason: string };

type Page = { readonly document: Document } | Failure;

function toSource(source: Wanted, page: Page | undefined): GatheredSource {
  if (page === undefined) return source;
  return 'document' in page ? { ...source, documentId: page.document.id, title: page.document.title } : { ...source, ...page };
}

/** One after the other: a provider counts requests by the second. */
async function makeSearches(
  search: GatherStep['search'],
  web: Web,
  call: WebCall,
): Promise<{ readonly found: readonly Wanted[]; readonly searches: readonly MadeSearch[] }> {
  if (search === undefined) return { found: [], searches: [] };
  if (web.provider !== search.provider)
    throw new IsthmusError(
      'invalid-input',
      `The run was submitted for searches by ${search.provider}, but this process asks ${web.provider ?? 'nobody'}. Configure that provider again, or submit the run anew.`,
    );
  const found: Wanted[] = [];
  const searches: MadeSearch[] = [];
  for (const query of search.queries) {
    try {
      const hits = (await web.search(query, { ...call, limit: search.results })).slice(0, search.results);
      found.push(...hits.map(({ url }): Wanted => ({ url, from: 'search', query })));
      searches.push({ query, hits: hits.length });
    } catch (error) {
      searches.push({ query, hits: 0, ...toFailure(error, call) });
    }
  }
  return { found, searches };
}

function withoutRepeats(wanted: readonly Wanted[]): readonly Wanted[] {
  const byAddress = new Map<string, Wanted>();
  for (const page of wanted) {
    const address = page.url.replace(/#.*$/s, '');
    if (!byAddress.has(address)) byAddress.set(address, page);
  }
  return [...byAddress.values()];
}

async function readPage(url: string, { web, reader }: GatherDoors, call: WebCall & { readonly tenant: string }): Promise<Page> {
  try {
    const page = await web.fetch(url, call);
    const read = await reader.read({ bytes: page.bytes, uri: page.url, contentType: page.contentType }, call);
    if ('reason' in read) return read;
    if (read.document.text.trim() === '') return { reason: 'there is no text in it' };
    // As of texts that are sent: no tenant is shown another's address.
    const { text } = read.document;
    const id = await sha256(canonicalJson({ tenant: call.tenant, uri: page.url, text }));
    return { document: { ...read.document, id, uri: page.url } };
  } catch (error) {
    return toFailure(error, call);
  }
}

/** @throws IsthmusError `aborted` when it was the signal */
function toFailure(error: unknown, { signal }: WebCall): Failure {
  if (signal.aborted) throw new IsthmusError('aborted', 'Gathering the sources was stopped.');
  const { code, message, isRetryable } = toErrorRecord(error);
  // What no adapter foresaw may pass too.
  return isRetryable || code === 'internal' ? { reason: message, isTemporary: true } : { reason: message };
}

/** In the order given; the first error ends it, and nothing new is begun. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  task: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const work = async (): Promise<void> => {
    for (const [i, item] of rest) results[i] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
