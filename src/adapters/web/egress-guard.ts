import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { IsthmusError } from '../../domain/errors.ts';
import { addressProblem, bare, nameProblem, parseAllowList, WEB_PORTS } from './address-rules.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name, as the system gives them. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** A URL that may be asked for, with the only addresses that its request may be sent to. */
export interface CheckedTarget {
  readonly url: URL;
  /** At least one; each was judged. */
  readonly addresses: readonly ResolvedAddress[];
}

export interface EgressGuard {
  /**
   * Looks up the name and judges every address of it. `openHost` (`host:port`, as configured) may be at any address.
   * @throws IsthmusError `egress-refused` with the reason, `provider-unavailable` when the name is not found
   */
  check(url: string, options?: { readonly openHost?: string }): Promise<CheckedTarget>;
}

export interface GuardOptions {
  /** Addresses, addresses with ports, and ranges that are open although they are not public. */
  readonly allowAddresses?: readonly string[];
  readonly resolve?: Resolve;
}

const MAX_URL_CHARACTERS = 2048;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Decides where a request may go. The answer is a set of addresses, not a yes: whoever connects uses these and asks no resolver again, so a name
 * that resolves to something else a moment later (DNS rebinding) leads nowhere. One bad address among several refuses them all.
 */
export function createEgressGuard({ allowAddresses = [], resolve = systemResolve }: GuardOptions = {}): EgressGuard {
  const allowed = parseAllowList(allowAddresses);

  return {
    check: async (text, { openHost } = {}) => {
      const url = parseUrl(text);
      const port = portOf(url);
      if (openHost !== undefined && hostOf(url) === openHost) return { url, addresses: await addressesOf(url, resolve) };
      const problem = nameProblem(url.hostname) ?? portProblem(port);
      // What nothing can open is not even looked up: the name itself may be nobody else's business.
      if (problem !== undefined && allowed.isEmpty) refuse(url, problem);
      const addresses = await addressesOf(url, resolve, problem);
      const others = addresses.filter(({ address }) => !allowed.allows(address, port));
      if (others.length > 0 && problem !== undefined) refuse(url, problem);
      for (const { address } of others) refuseUnlessPublic(url, address);
      return { url, addresses };
    },
  };
}

function refuseUnlessPublic(url: URL, address: string): void {
  const reason = addressProblem(address);
  if (reason !== undefined) refuse(url, `its address ${address} ${reason}`);
}

function portProblem(port: number): string | undefined {
  return WEB_PORTS.has(port) ? undefined : `port ${port} is none of ${[...WEB_PORTS].join(', ')}`;
}

/** `host:port`, the port always named. */
export function hostOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
}

/** The WHATWG parser has by now turned 2130706433, 0x7f.1, 0177.0.0.1 and full-width digits into 127.0.0.1. */
function parseUrl(text: string): URL {
  if (text.length > MAX_URL_CHARACTERS) {
    throw new IsthmusError('egress-refused', `A URL of ${text.length} characters is refused: at most ${MAX_URL_CHARACTERS} are sent.`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new IsthmusError('egress-refused', 'Expected an absolute URL (https://…), but got something else.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse(url, `${url.protocol} is neither http: nor https:`);
  if (url.username !== '' || url.password !== '') refuse(url, 'it carries a user name or a password');
  url.hash = '';
  return url;
}

async function addressesOf(url: URL, resolve: Resolve, problem?: string): Promise<readonly ResolvedAddress[]> {
  const hostname = bare(url.hostname);
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  try {
    const found = await resolve(hostname);
    if (found.length > 0) return found;
  } catch (cause) {
    if (problem !== undefined) refuse(url, problem);
    throw notFound(hostname, cause);
  }
  throw notFound(hostname, undefined);
}

/** A name that does not exist will not exist in a second either; anything else may be a passing trouble of the resolver. */
function notFound(hostname: string, cause: unknown): IsthmusError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no address';
  return new IsthmusError('provider-unavailable', `The name ${hostname} could not be looked up (${code}).`, {
    isRetryable: code === 'EAI_AGAIN',
    cause,
  });
}

function refuse(url: URL, reason: string): never {
  throw new IsthmusError('egress-refused', `${url.protocol}//${url.host} is refused: ${reason}.`, { details: { reason } });
}
