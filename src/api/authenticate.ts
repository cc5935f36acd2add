import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiKey, KeyStore, Scope } from '../ports/key-store.ts';
import type { RateLimiter, Taken } from '../ports/shared-limits.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { refuse } from './errors.ts';

/** How long a looked-up key is believed: so long may a revoked one work on. */
const BELIEVED_MS = 2_000;
const MAX_BELIEVED = 1_000;
/** As our own secrets look; anything else is refused without asking the store. */
const SECRET = /^Bearer +(isk_[\w-]{16,200}) *$/i;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Who keyless requests act for. */
export const LOCAL_TENANT = 'local';

export interface AuthenticateOptions {
  readonly keys: KeyStore;
  readonly limiter: RateLimiter;
  readonly isLoopback: boolean;
  readonly now: () => number;
}

/** Makes the guards of routes: who asks, whether their key allows it, and whether they ask too often. */
export function createGuards({ keys, limiter, isLoopback, now }: AuthenticateOptions): (scope: Scope) => MiddlewareHandler<ApiEnv> {
  const verify = believed((secret) => keys.verify(secret), now);
  const anyKey = believed(
    () => keys.hasAny(),
    now,
    (nobody) => nobody,
  );

  async function findKey(authorization: string | undefined): Promise<ApiKey | undefined> {
    const secret = SECRET.exec(authorization ?? '')?.[1];
    return secret === undefined ? undefined : verify(secret);
  }

  /** The answer to a request that is refused; nothing for one that may go on. */
  async function check(context: ApiContext, scope: Scope): Promise<Response | undefined> {
    if (isLoopback && !(await anyKey(''))) {
      context.set('caller', { tenant: LOCAL_TENANT });
      return isFromThisHost(context) ? undefined : refuse(context, ORIGIN_REFUSED);
    }
    const key = await findKey(context.req.header('authorization'));
    if (key === undefined) return unauthenticated(context);
    const taken = await limiter.take(key.id, key.requestsPerMinute);
    setRateHeaders(context, taken);
    if (!taken.isAllowed) return tooOften(context, taken);
    context.set('caller', { tenant: key.tenant });
    context.set('key', key);
    return allows(key, scope) ? undefined : refuse(context, { code: 'missing-scope', message: missingScope(key, scope) });
  }

  return (scope) =>
    async function guard(context, next) {
      const refusal = await check(context, scope);
      if (refusal !== undefined) return refusal;
      return next();
    };
}

function allows({ scopes }: ApiKey, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}

/**
 * Without keys whatever page this host's browser shows could ask too. A page's request names its origin, and one that was led here by a
 * name of its own (DNS rebinding) names that host.
 */
function isFromThisHost(context: ApiContext): boolean {
  const host = context.req.header('host') ?? '';
  const origin = context.req.header('origin');
  return LOOPBACK_NAME.test(host) && (origin === undefined || origin === `http://${host}`);
}

const ORIGIN_REFUSED = {
  code: 'origin-refused',
  message:
    'Expected a request to a loopback address from a program on this host, but this one names another host or comes from another page. To serve others, create a key with `isthmus keys create`.',
} as const;

function unauthenticated(context: ApiContext): Response {
  const came = context.req.header('authorization') === undefined ? 'there is none' : 'it holds no valid key';
  const message = `Expected the header Authorization: Bearer isk_…, but ${came}. \`isthmus keys create\` makes a key; a revoked or expired one does not work.`;
  return refuse(context, { code: 'invalid-api-key', message }, { 'www-authenticate': 'Bearer' });
}

function missingScope(key: ApiKey, scope: Scope): string {
  return `Expected a key with the scope ${scope}, but this one (${key.hint}…) has ${key.scopes.join(', ') || 'none'}. Use another key, or have one made with \`isthmus keys create --scopes ${scope}\`.`;
}

function setRateHeaders(context: ApiContext, { limit, remaining, resetMs }: Taken): void {
  context.header('x-ratelimit-limit-requests', String(limit));
  context.header('x-ratelimit-remaining-requests', String(remaining));
  context.header('x-ratelimit-reset-requests', `${Math.ceil(resetMs / 1000)}s`);
}

function tooOften(context: ApiContext, { limit, retryAfterMs }: Taken): Response {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const message = `Expected at most ${limit} requests a minute with this key, but this is one more. Try again in ${seconds} s.`;
  return refuse(context, { code: 'rate-limit-exceeded', message }, { 'retry-after': String(seconds) });
}

/** Remembers answers for a short while, under the hash of what was asked, so that no secret is kept. */
function believed<Value>(
  ask: (secret: string) => Promise<Value>,
  now: () => number,
  toName = (secret: string): string => createHash('sha256').update(secret).digest('base64'),
): (secret: string) => Promise<Value> {
  const answers = new Map<string, { readonly value: Value; readonly until: number }>();
  return async (secret) => {
    const name = toName(secret);
    const known = answers.get(name);
    if (known !== undefined && known.until > now()) return known.value;
    const value = await ask(secret);
    if (answers.size >= MAX_BELIEVED) answers.clear();
    answers.set(name, { value, until: now() + BELIEVED_MS });
    return value;
  };
}
