import { z } from 'zod';
import { type SearchProvider, withQuery } from '../search-provider.ts';

/** For clients without special rights. */
const MOST_RESULTS = 50;
/** Codes of errors that pass (https://www.mediawiki.org/wiki/API:Errors_and_warnings). */
const PASSING = new Set(['maxlag', 'ratelimited', 'readonly', 'cirrussearch-too-busy-error']);

const failure = z.object({ error: z.object({ code: z.string(), info: z.string().default('') }) });
const success = z.object({ query: z.object({ search: z.array(z.object({ title: z.string(), snippet: z.string().default('') })) }) });

const answer = z.union([
  failure.transform(({ error }) => ({ problem: `${error.code}: ${error.info}`, isPassing: PASSING.has(error.code) })),
  success.transform(({ query }) => ({
    toHits: (baseUrl: string) => query.search.map(({ title, snippet }) => ({ url: articleUrl(baseUrl, title), title, snippet })),
  })),
]);

/**
 * Wikipedia in one language, without a key; `web.url` may name the site of another MediaWiki whose articles lie under /wiki/ and its API under /w/.
 * Protocol: https://www.mediawiki.org/wiki/API:Search. Errors come with status 200.
 */
export const wikipedia: SearchProvider = {
  id: 'wikipedia',
  baseUrl: 'https://{language}.wikipedia.org',
  request: ({ baseUrl, query, limit }) => ({
    url: withQuery(`${baseUrl}/w/api.php`, {
      action: 'query',
      list: 'search',
      srsearch: query,
      srlimit: String(Math.min(limit, MOST_RESULTS)),
      srprop: 'snippet',
      format: 'json',
      formatversion: '2',
    }),
  }),
  answer,
};

function articleUrl(baseUrl: string, title: string): string {
  return `${baseUrl}/wiki/${encodeURIComponent(title.replaceAll(' ', '_')).replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}
