import type { EgressRecord } from '../domain/egress.ts';

export type { EgressRecord } from '../domain/egress.ts';

export type EgressListener = (record: EgressRecord) => void;

export interface WebCall {
  readonly signal: AbortSignal;
  /** Told of each attempt, redirects and robots.txt included. */
  readonly onEgress?: EgressListener;
}

export interface SearchHit {
  readonly url: string;
  readonly title: string;
  readonly snippet: string;
}

export interface FetchedPage {
  /** Where the last redirect led. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * The door to the web. Errors are `IsthmusError`: `egress-refused` (offline, private address, robots.txt, scheme, size, type; never retryable),
 * `provider-unavailable` and `provider-timeout` (retryable), `provider-rejected`, `aborted`.
 */
export interface Web {
  /** The search provider that is configured; absent where none is. */
  readonly provider?: string;
  /** Best first. @throws IsthmusError `invalid-input` without a provider */
  search(query: string, options: WebCall & { readonly limit: number }): Promise<readonly SearchHit[]>;
  fetch(url: string, options: WebCall): Promise<FetchedPage>;
}
