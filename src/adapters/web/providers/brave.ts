import { z } from 'zod';
import { type SearchProvider, withQuery } from '../search-provider.ts';

const MOST_RESULTS = 20;
/** Longer queries are answered with 422. */
const MOST_CHARACTERS = 400;
const MOST_WORDS = 50;

const answer = z
  .object({
    web: z
      .object({
        results: z.array(z.object({ url: z.string(), title: z.string().nullish(), description: z.string().nullish() })).default([]),
      })
      .nullish(),
  })
  .transform(({ web }) => ({
    hits: (web?.results ?? []).map(({ url, title, description }) => ({ url, title: title ?? '', snippet: description ?? '' })),
  }));

/** Brave Search. Protocol: https://api-dashboard.search.brave.com/app/documentation/web-search; `web` is absent where nothing was found. */
export const brave: SearchProvider = {
  id: 'brave',
  baseUrl: 'https://api.search.brave.com',
  apiKeyEnv: 'BRAVE_API_KEY',
  request: ({ baseUrl, query, limit, language, apiKey }) => ({
    url: withQuery(`${baseUrl}/res/v1/web/search`, {
      q: shorten(query),
      count: String(Math.min(limit, MOST_RESULTS)),
      search_lang: language,
      result_filter: 'web',
    }),
    headers: { 'x-subscription-token': apiKey },
  }),
  answer,
};

function shorten(query: string): string {
  return query.split(/\s+/).slice(0, MOST_WORDS).join(' ').slice(0, MOST_CHARACTERS);
}
