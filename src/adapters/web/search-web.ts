import { IsthmusError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SearchHit, Web } from '../../ports/web.ts';
import { hostOf } from './egress-guard.ts';
import type { Answer, AnswerHead } from './exchange.ts';
import { isRedirect } from './follow.ts';
import type { Pace } from './pace.ts';
import { retryOnce } from './retry-once.ts';
import type { SearchProvider, SearchQuery } from './search-provider.ts';
import type { Sender } from './sender.ts';
import { statusError } from './status-error.ts';
import { tidyHits } from './tidy-hits.ts';

export interface SearchSettings {
  readonly provider: SearchProvider;
  /** In the place of the provider's own address. */
  readonly url?: string;
  readonly language?: string;
  /** The variable that `apiKey` was read from; for messages. */
  readonly apiKeyEnv?: string;
  readonly apiKey?: string;
  /** Whether the host of `url` may be at any address: it was named by the operator, for search alone. */
  readonly isHostOpen?: boolean;
}

export interface SearchOptions extends SearchSettings {
  readonly sender: Sender;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const DETAIL_CHARACTERS = 200;
const DETAIL_BYTES = 4096;
const QUERY_CHARACTERS = 2000;

/** The configured provider as a function. The key goes into the request, and out of every message. */
export function createSearch(options: SearchOptions): Web['search'] {
  const { provider, sender, pace, timeoutMs, url } = options;
  const openHost = options.isHostOpen === true && url !== undefined ? hostOf(new URL(url)) : undefined;

  return async (query, call) => {
    const asked = toQuery(query, call.limit, options);
    const request = provider.request(asked);
    const host = hostOf(new URL(request.url));
    const send = async (): Promise<readonly SearchHit[]> => {
      const answer = await pace.run(
        host,
        () =>
          sender.send(
            {
              ...request,
              headers: { accept: 'application/json', ...request.headers },
              purpose: 'search',
              timeoutMs,
              bodyLimit: ({ status }) =>
                status === 200 ? { maxBytes: options.maxBytes, beyond: 'refuse' } : { maxBytes: DETAIL_BYTES, beyond: 'cut' },
              ...(openHost === undefined ? {} : { openHost }),
            },
            call,
          ),
        { signal: call.signal },
      );
      return readHits(answer, { ...options, asked });
    };
    return tidyHits(await retryOnce(send, { pace, host }), call.limit);
  };
}

function toQuery(query: string, limit: number, { provider, url, language, apiKey, apiKeyEnv }: SearchSettings): SearchQuery {
  const text = query.trim();
  if (text === '' || text.length > QUERY_CHARACTERS) {
    throw new IsthmusError('invalid-input', `Expected a query of 1 to ${QUERY_CHARACTERS} characters, but it has ${text.length}.`);
  }
  if (provider.apiKeyEnv !== undefined && apiKey === undefined) {
    throw new IsthmusError(
      'invalid-input',
      `Expected the key for ${provider.id} in the environment variable ${apiKeyEnv ?? provider.apiKeyEnv}.`,
    );
  }
  const baseUrl = (url ?? provider.baseUrl ?? '').replace('{language}', language ?? 'en').replace(/\/+$/, '');
  return { baseUrl, query: text, limit, apiKey: apiKey ?? '', ...(language === undefined ? {} : { language }) };
}

interface Asked extends SearchOptions {
  readonly asked: SearchQuery;
}

function readHits(answer: Answer, { provider, clock, asked }: Asked): readonly SearchHit[] {
  const hide = (text: string): string => (asked.apiKey === '' ? text : text.replaceAll(asked.apiKey, '…'));
  const text = new TextDecoder().decode(answer.bytes);
  if (answer.status !== 200) throw statusError(answer, { now: clock.now(), detail: detailOf(answer, provider, hide(text)) });
  const parsed = provider.answer.safeParse(parseJson(text));
  if (!parsed.success) {
    const { path = [], message = '' } = parsed.error.issues[0] ?? {};
    const where = path.map(String).join('.');
    throw new IsthmusError(
      'provider-rejected',
      `Expected results of ${provider.id} as JSON, but ${where === '' ? 'the answer' : where}: ${hide(message)}`,
    );
  }
  const { data } = parsed;
  if ('problem' in data) {
    throw new IsthmusError(data.isPassing ? 'provider-unavailable' : 'provider-rejected', `${provider.id}: ${hide(data.problem)}`);
  }
  return 'toHits' in data ? data.toHits(asked.baseUrl) : data.hits;
}

function detailOf({ status }: AnswerHead, { id, hints }: SearchProvider, text: string): string {
  const said = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, DETAIL_CHARACTERS);
  const hint = isRedirect(status) ? 'Searches follow no redirects; name the final address in web.url.' : hints?.[status];
  return [`${id} says "${said}".`, ...(hint === undefined ? [] : [hint])].join(' ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
