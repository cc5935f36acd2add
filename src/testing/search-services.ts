import { json, type Route, type SeenRequest } from './web-servers.ts';

export interface ServiceHit {
  readonly url: string;
  readonly title: string;
  readonly snippet: string;
}

interface Service {
  /** Where it is asked, below its base URL. */
  readonly path: string;
  /** Whether a request is one that the real service would answer, by its published protocol. */
  readonly isRight: (request: SeenRequest) => boolean;
  readonly keyOf?: (request: SeenRequest) => string | undefined;
  /** The real answer's form, with members that nobody reads. */
  readonly answer: (hits: readonly ServiceHit[]) => unknown;
}

const bodyOf = (request: SeenRequest): Record<string, unknown> => JSON.parse(request.body);
const one = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** Search services as their documentation has them. */
export const SEARCH_SERVICES: Readonly<Record<'searxng' | 'tavily' | 'brave' | 'serper' | 'wikipedia', Service>> = {
  searxng: {
    path: '/search',
    isRight: ({ method, query }) => method === 'GET' && query['format'] === 'json' && query['q'] !== undefined,
    answer: (hits) => ({
      query: 'q',
      number_of_results: 0,
      results: hits.map(({ url, title, snippet }) => ({ url, title, content: snippet, engine: 'e', score: 1, category: 'general' })),
      answers: [],
      unresponsive_engines: [['other', 'timeout']],
    }),
  },
  tavily: {
    path: '/search',
    isRight: (request) => request.method === 'POST' && typeof bodyOf(request)['query'] === 'string',
    keyOf: ({ headers }) => headers.authorization?.replace('Bearer ', ''),
    answer: (hits) => ({
      query: 'q',
      images: [],
      results: hits.map(({ url, title, snippet }) => ({ url, title, content: snippet, score: 0.9, raw_content: null })),
      response_time: '1.2',
      request_id: 'r',
    }),
  },
  brave: {
    path: '/res/v1/web/search',
    isRight: ({ method, query }) => method === 'GET' && query['q'] !== undefined && Number(query['count']) <= 20,
    keyOf: ({ headers }) => one(headers['x-subscription-token']),
    answer: (hits) => ({
      type: 'search',
      query: { original: 'q' },
      web: {
        type: 'search',
        results: hits.map(({ url, title, snippet }) => ({ url, title, description: snippet, family_friendly: true })),
      },
    }),
  },
  serper: {
    path: '/search',
    isRight: (request) => request.method === 'POST' && typeof bodyOf(request)['q'] === 'string',
    keyOf: ({ headers }) => one(headers['x-api-key']),
    answer: (hits) => ({
      searchParameters: { q: 'q', type: 'search' },
      organic: hits.map(({ url, title, snippet }, i) => ({ link: url, title, snippet, position: i + 1 })),
      credits: 1,
    }),
  },
  wikipedia: {
    path: '/w/api.php',
    isRight: ({ method, query }) =>
      method === 'GET' &&
      query['action'] === 'query' &&
      query['list'] === 'search' &&
      query['format'] === 'json' &&
      query['srsearch'] !== undefined,
    answer: (hits) => ({
      batchcomplete: true,
      query: {
        searchinfo: { totalhits: hits.length },
        search: hits.map(({ title, snippet }, i) => ({ ns: 0, title, pageid: i, snippet })),
      },
    }),
  },
};

/** The routes of a service that knows these hits; with a key, it turns away whoever has another. */
export function serveSearch(
  name: keyof typeof SEARCH_SERVICES,
  { hits, apiKey }: { readonly hits: readonly ServiceHit[]; readonly apiKey?: string },
) {
  const service = SEARCH_SERVICES[name];
  const route: Route = (request, response) => {
    const key = service.keyOf?.(request);
    if (service.keyOf !== undefined && apiKey !== undefined && key !== apiKey)
      return json({ message: `Invalid key ${key}` }, 401)(request, response);
    return service.isRight(request)
      ? json(service.answer(hits))(request, response)
      : json({ message: 'unprocessable' }, 422)(request, response);
  };
  return { [service.path]: route };
}
