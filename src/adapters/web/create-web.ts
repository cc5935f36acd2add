import { IsthmusError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Web } from '../../ports/web.ts';
import { createEgressGuard, type Resolve } from './egress-guard.ts';
import { createPageFetcher } from './fetch-page.ts';
import { createPace } from './pace.ts';
import { brave } from './providers/brave.ts';
import { searxng } from './providers/searxng.ts';
import { serper } from './providers/serper.ts';
import { tavily } from './providers/tavily.ts';
import { wikipedia } from './providers/wikipedia.ts';
import { createRobots } from './robots.ts';
import { createSearch } from './search-web.ts';
import { createSender } from './sender.ts';

const PROVIDERS = { searxng, tavily, brave, serper, wikipedia } as const;

export interface WebOptions {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly provider?: keyof typeof PROVIDERS;
  /** Where the provider is; searxng has no other. */
  readonly url?: string;
  readonly language?: string;
  /** Reads an environment variable. */
  readonly environment: (name: string) => string | undefined;
  /** In the place of the provider's usual variable. */
  readonly apiKeyEnv?: string;
  /** Open although they are not public: `127.0.0.1:8080`, `10.0.0.0/8`. */
  readonly allowAddresses: readonly string[];
  /** Of a body, as it comes and inflated. */
  readonly maxBytes: number;
  /** Of a page with its redirects, or of a search. */
  readonly timeoutMs: number;
  /** Started to one host. */
  readonly requestsPerSecond: number;
  /** The system's, where absent. */
  readonly resolve?: Resolve;
}

const AT_ONCE = 2;

/**
 * The door to the web: what leaves goes through one guard, at a pace, and is told of.
 * @throws IsthmusError `invalid-input` for an entry of `allowAddresses` that is none
 */
export function createWeb(options: WebOptions): Web {
  const { clock, userAgent, allowAddresses, maxBytes, timeoutMs, requestsPerSecond, resolve } = options;
  const guard = createEgressGuard({ allowAddresses, ...(resolve === undefined ? {} : { resolve }) });
  const sender = createSender({ guard, clock, userAgent });
  const pace = createPace({ clock, intervalMs: 1000 / requestsPerSecond, atOnce: AT_ONCE });
  const robots = createRobots({ sender, pace, clock, product: productOf(userAgent), timeoutMs });
  const shared = { sender, pace, clock, maxBytes, timeoutMs };
  return {
    ...(options.provider === undefined ? {} : { provider: options.provider }),
    fetch: createPageFetcher({ ...shared, robots }),
    search: createConfiguredSearch(options, shared),
  };
}

/** The word that a robots.txt knows a crawler by (RFC 9309 section 2.2.1). */
function productOf(userAgent: string): string {
  return /^[^\s/(]*/.exec(userAgent)?.[0] ?? '';
}

type Shared = Omit<Parameters<typeof createSearch>[0], 'provider'>;

function createConfiguredSearch({ provider, url, language, apiKeyEnv, environment }: WebOptions, shared: Shared): Web['search'] {
  if (provider === undefined) {
    return () =>
      Promise.reject(
        new IsthmusError('invalid-input', `Expected a search provider: name one of ${Object.keys(PROVIDERS).join(', ')} as web.provider.`),
      );
  }
  const chosen = PROVIDERS[provider];
  const variable = apiKeyEnv ?? chosen.apiKeyEnv;
  const apiKey = variable === undefined ? undefined : environment(variable);
  return createSearch({
    ...shared,
    provider: chosen,
    isHostOpen: provider === 'searxng',
    ...(url === undefined ? {} : { url }),
    ...(language === undefined ? {} : { language }),
    ...(variable === undefined ? {} : { apiKeyEnv: variable }),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}
