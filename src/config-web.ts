import { z } from 'zod';
import { isLoopbackHost } from './domain/loopback.ts';

const KEYED = new Set(['tavily', 'brave', 'serper']);

/** The part `web` of the configuration: how the web is searched and read, and what of it is out of bounds. */
export const webSettings = z
  .strictObject({
    /** Who is asked where a run may search the web; without one, only URLs that are named are read. */
    provider: z.enum(['searxng', 'tavily', 'brave', 'serper', 'wikipedia']).optional(),
    /** Where the provider is: needed for searxng, replaces the address of the others. */
    url: z.url({ protocol: /^https?$/, error: 'expected http://… or https://…' }).optional(),
    /** The environment variable that holds the provider's key; default: TAVILY_API_KEY, BRAVE_API_KEY, SERPER_API_KEY. */
    apiKeyEnv: z.string().optional(),
    /** Of search results, e.g. en. */
    language: z
      .string()
      .regex(/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i, 'expected a language tag such as en or pt-br')
      .optional(),
    /** Hits of one search. */
    results: z.number().int().min(1).max(50).default(8),
    /** Addresses (with a port or without) and ranges that may be read although they are not public. Whoever names a URL then reaches them. */
    allowAddresses: z.array(z.string()).default([]),
    /** Of one page, as it comes and inflated. */
    maxBytes: z
      .number()
      .int()
      .positive()
      .default(10 * 1024 * 1024),
    /** Of one page with its redirects, or one search. */
    timeoutMs: z.number().int().positive().max(600_000).default(20_000),
    /** How requests call themselves; a contact in it lets operators of sites write before they block. */
    userAgent: z
      .string()
      .regex(/^[\x20-\x7e]{1,300}$/, 'expected 1 to 300 printable ASCII characters')
      .optional(),
    /** Started to one host. */
    requestsPerSecond: z.number().positive().default(1),
  })
  .refine(({ provider, url }) => provider !== 'searxng' || url !== undefined, {
    error: 'searxng needs the address of an instance',
    path: ['url'],
  })
  .refine(({ provider, url }) => !KEYED.has(provider ?? '') || url === undefined || isKeySafe(url), {
    error: 'expected https://…: the key would travel in the clear',
    path: ['url'],
  });

/** Over TLS, or to this very machine. */
function isKeySafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopbackHost(hostname);
}

/** A word that is neither yes nor no is a yes: whoever names this variable wants the door shut. */
export function saysYes(value: string | undefined): boolean {
  return value !== undefined && !['0', 'false', 'no', 'off'].includes(value.toLowerCase());
}
