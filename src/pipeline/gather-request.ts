import { IsthmusError } from '../domain/errors.ts';
import type { GatherRequest, WebSearch } from '../domain/gathering.ts';
import type { ResearchJob, WebWish } from '../ports/research-service.ts';
import { doorsOf } from './gather-step.ts';
import type { EngineDeps } from './session.ts';

/** What a job asks to be gathered, at most. */
export const GATHER_BOUNDS = { urls: 100, queries: 10, results: 20, urlLength: 2_000, queryLength: 2_000 } as const;

/** Pages wanted of a search that does not say. */
const USUAL_RESULTS = 8;

/** A day: what was gathered within it serves the tenant's other runs. */
const USUAL_TTL_MS = 24 * 60 * 60 * 1000;

type Wishes = Pick<ResearchJob, 'question' | 'urls' | 'web' | 'maxAgeMs'>;

/**
 * What a job wants gathered, frozen: undefined where it wants nothing from the web.
 * @throws IsthmusError `invalid-input` for an address or a search that cannot be, `capability-missing` in a process without a door to the web
 */
export function toGather(
  { question, urls, web, maxAgeMs }: Wishes,
  deps: Pick<EngineDeps, 'web' | 'reader'>,
  usualResults = USUAL_RESULTS,
): GatherRequest | undefined {
  if (urls === undefined && web === undefined) {
    if (maxAgeMs === undefined) return undefined;
    throw new IsthmusError('invalid-input', 'Expected addresses or a search beside a greatest age of sources, but there is neither.');
  }
  const ttlMs = maxAgeMs ?? USUAL_TTL_MS;
  if (!Number.isFinite(ttlMs) || ttlMs < 0)
    throw new IsthmusError('invalid-input', `Expected a greatest age of sources of 0 ms or more, but got ${ttlMs}.`);
  const doors = doorsOf(deps);
  const addresses = [...new Set((urls ?? []).map(toAddress))];
  requireCount(addresses.length, web === undefined ? 1 : 0, GATHER_BOUNDS.urls, 'addresses');
  return {
    ...(addresses.length === 0 ? {} : { urls: addresses }),
    ...(web === undefined
      ? {}
      : { search: toSearch({ results: Math.min(usualResults, GATHER_BOUNDS.results), ...web }, question, doors.web.provider) }),
    ttlMs,
  };
}

function toSearch(
  { results, queries: asked }: WebWish & { readonly results: number },
  question: string,
  provider: string | undefined,
): WebSearch {
  const queries = [...new Set((asked ?? [question.slice(0, GATHER_BOUNDS.queryLength)]).map((query) => query.trim()))];
  requireCount(queries.length, 1, GATHER_BOUNDS.queries, 'searches');
  if (queries.some((query) => query === '' || query.length > GATHER_BOUNDS.queryLength))
    throw new IsthmusError('invalid-input', `Expected searches of 1 to ${GATHER_BOUNDS.queryLength} characters.`);
  if (!Number.isInteger(results))
    throw new IsthmusError('invalid-input', `Expected a whole number of pages of a search, but got ${results}.`);
  requireCount(results, 1, GATHER_BOUNDS.results, 'pages of a search');
  if (provider !== undefined) return { queries, results, provider };
  throw new IsthmusError(
    'invalid-input',
    'Searching the web needs a search provider, and none is configured. Configure one, or name the addresses to be read.',
  );
}

/** Pages that nobody has fetched have no size. */
export function unknownSize(): IsthmusError {
  const message =
    'What a run over pages of the web will take is not known before they are gathered. Set limits to bound it; once a run has gathered them, a job over its corpus can be estimated.';
  return new IsthmusError('invalid-input', message);
}

function requireCount(count: number, least: number, most: number, what: string): void {
  if (count >= least && count <= most) return;
  throw new IsthmusError('invalid-input', `Expected ${least} to ${most} ${what}, but got ${count}.`);
}

/** The address as it will be asked for. Credentials have no place in one: it stands in logs and reports. */
function toAddress(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || written.length > GATHER_BOUNDS.urlLength)
    throw new IsthmusError('invalid-input', `Expected an http or https address, but got ${JSON.stringify(written.slice(0, 200))}.`);
  if (url.username !== '' || url.password !== '')
    throw new IsthmusError('invalid-input', `Expected an address without a user's name or password, but that of ${url.host} has them.`);
  url.hash = '';
  return url.href;
}
