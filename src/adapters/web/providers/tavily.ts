import { z } from 'zod';
import { postJson, type SearchProvider } from '../search-provider.ts';

const MOST_RESULTS = 20;

const answer = z
  .object({ results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })) })
  .transform(({ results }) => ({ hits: results.map(({ url, title, content }) => ({ url, title: title ?? '', snippet: content ?? '' })) }));

/** Tavily. Protocol: https://docs.tavily.com/documentation/api-reference/endpoint/search; the basic search costs one credit. It takes no language. */
export const tavily: SearchProvider = {
  id: 'tavily',
  baseUrl: 'https://api.tavily.com',
  apiKeyEnv: 'TAVILY_API_KEY',
  hints: { 432: "The key's plan is used up.", 433: 'The limit for paying as you go is reached.' },
  request: ({ baseUrl, query, limit, apiKey }) =>
    postJson(
      `${baseUrl}/search`,
      { authorization: `Bearer ${apiKey}` },
      { query, max_results: Math.min(limit, MOST_RESULTS), search_depth: 'basic', include_answer: false, include_raw_content: false },
    ),
  answer,
};
