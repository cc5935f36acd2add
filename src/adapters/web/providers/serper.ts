import { z } from 'zod';
import { postJson, type SearchProvider } from '../search-provider.ts';

const MOST_RESULTS = 100;

const answer = z
  .object({ organic: z.array(z.object({ link: z.string(), title: z.string().nullish(), snippet: z.string().nullish() })).default([]) })
  .transform(({ organic }) => ({
    hits: organic.map(({ link, title, snippet }) => ({ url: link, title: title ?? '', snippet: snippet ?? '' })),
  }));

/** Serper, results of Google. Protocol: https://serper.dev/playground. */
export const serper: SearchProvider = {
  id: 'serper',
  baseUrl: 'https://google.serper.dev',
  apiKeyEnv: 'SERPER_API_KEY',
  request: ({ baseUrl, query, limit, language, apiKey }) =>
    postJson(
      `${baseUrl}/search`,
      { 'x-api-key': apiKey },
      { q: query, num: Math.min(limit, MOST_RESULTS), ...(language === undefined ? {} : { hl: language }) },
    ),
  answer,
};
