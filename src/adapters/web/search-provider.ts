import type { z } from 'zod';
import type { SearchHit } from '../../ports/web.ts';

/** How one search service is asked and how its answer reads; who sends it, and what may go wrong on the way, is the same for all. */
export interface SearchProvider {
  readonly id: string;
  /** Where the service is, without a trailing slash; replaced by `web.url`. Absent: it must be configured. */
  readonly baseUrl?: string;
  /** The usual name of the variable that holds the key; absent for services without keys. */
  readonly apiKeyEnv?: string;
  /** What the operator can do about a status, as a sentence. */
  readonly hints?: Readonly<Record<number, string>>;
  request(query: SearchQuery): SearchRequest;
  /** Hits, best first. */
  readonly answer: z.ZodType<SearchAnswer>;
}

export interface SearchQuery {
  readonly baseUrl: string;
  readonly query: string;
  /** Hits that are wanted, at least 1. */
  readonly limit: number;
  readonly language?: string;
  /** Present for services with keys. */
  readonly apiKey: string;
}

export interface SearchRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `problem` where the service answers 200 and has failed all the same; `isPassing` where it may not in a moment. */
export type SearchAnswer =
  | { readonly hits: readonly SearchHit[] }
  | { readonly problem: string; readonly isPassing: boolean }
  | { readonly toHits: (baseUrl: string) => readonly SearchHit[] };

/** A URL with these parameters; undefined ones are left out. */
export function withQuery(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) full.searchParams.set(name, value);
  return full.href;
}

export function postJson(url: string, headers: Readonly<Record<string, string>>, body: object): SearchRequest {
  return { url, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
