import { z } from 'zod';
import { type SearchProvider, withQuery } from '../search-provider.ts';

const answer = z
  .object({
    results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })),
    /** Pairs of an engine's name and what it failed with; versions differ in what else stands in them. */
    unresponsive_engines: z.array(z.unknown()).default([]),
  })
  .transform(({ results, unresponsive_engines: failed }) =>
    // No engine answered: that nothing was found is then not known.
    results.length === 0 && failed.length > 0
      ? { problem: `none of its engines answered: ${JSON.stringify(failed).slice(0, 200)}`, isPassing: true }
      : { hits: results.map(({ url, title, content }) => ({ url, title: title ?? '', snippet: content ?? '' })) },
  );

/** A SearxNG of one's own. Protocol: https://docs.searxng.org/dev/search_api.html; it takes no number of results. */
export const searxng: SearchProvider = {
  id: 'searxng',
  hints: {
    403: 'Its settings.yml must list json under search.formats.',
    429: 'Its limiter is on; let this machine pass it, or turn it off.',
  },
  request: ({ baseUrl, query, language }) => ({ url: withQuery(`${baseUrl}/search`, { q: query, format: 'json', language }) }),
  answer,
};
