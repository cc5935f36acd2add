import { IsthmusError } from '../domain/errors.ts';
import { sha256 } from '../domain/json.ts';
import type { SourceReader } from '../ports/source-reader.ts';
import type { EgressRecord, SearchHit, Web, WebCall } from '../ports/web.ts';

/** A text, an error, or what the test does in its place. */
type Page = string | Error | ((call: WebCall) => Promise<string>);

export interface ScriptedWebOptions {
  /** By address; any other does not exist. */
  readonly pages: Readonly<Record<string, Page>>;
  /** Addresses by query. */
  readonly hits?: Readonly<Record<string, readonly string[] | Error>>;
  /** Null: no provider is configured. */
  readonly provider?: string | null;
}

export interface ScriptedWeb extends Web {
  /** In order. */
  readonly asked: { readonly searches: string[]; readonly pages: string[] };
}

/** A web of the pages given; it tells of each attempt, as the real one does. */
export function createScriptedWeb({ pages, hits = {}, provider = 'scripted' }: ScriptedWebOptions): ScriptedWeb {
  const asked: ScriptedWeb['asked'] = { searches: [], pages: [] };
  const attempt = async <Value>(call: WebCall, record: Pick<EgressRecord, 'url' | 'purpose'>, task: () => Promise<Value>) => {
    const base = { ...record, at: 1_000, bytes: 0, durationMs: 1 };
    try {
      const value = await task();
      call.onEgress?.({ ...base, address: '192.0.2.1', status: 200, bytes: 10 });
      return value;
    } catch (error) {
      call.onEgress?.({ ...base, refused: error instanceof Error ? error.message : 'unknown' });
      throw error;
    }
  };
  return {
    asked,
    ...(provider === null ? {} : { provider }),
    search: (query, call) =>
      attempt(call, { purpose: 'search', url: `https://search.test/?q=${encodeURIComponent(query)}` }, async () => {
        asked.searches.push(query);
        const found = hits[query] ?? [];
        if (found instanceof Error) throw found;
        return found.map((url): SearchHit => ({ url, title: url, snippet: '' }));
      }),
    fetch: (url, call) =>
      attempt(call, { purpose: 'page', url }, async () => {
        asked.pages.push(url);
        const page = pages[url];
        if (page === undefined) throw new IsthmusError('provider-rejected', 'the server says 404: there is no such page');
        if (page instanceof Error) throw page;
        const text = typeof page === 'string' ? page : await page(call);
        return { url, contentType: 'text/plain; charset=utf-8', bytes: new TextEncoder().encode(text) };
      }),
  };
}

/** Takes bytes for UTF-8, and whatever contains a NUL for something that nobody can read. */
export const plainReader: SourceReader = {
  read: async ({ bytes, uri }) => {
    const text = new TextDecoder().decode(bytes);
    if (text.includes('\0')) return { reason: 'no format that can be read' };
    return { document: { id: await sha256(text), uri, title: text.split('\n')[0] ?? '', text, format: 'text' } };
  },
};
