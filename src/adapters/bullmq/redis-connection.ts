import { Redis, type RedisOptions } from 'ioredis';
import { IsthmusError } from '../../domain/errors.ts';

/** A Redis, and how its certificate is checked where the address says `rediss:`. */
export interface RedisAddress {
  readonly url: string;
  /** The certificate authority to trust in place of the system's, in PEM. */
  readonly ca?: string;
}

/** How long a server that is named may take to answer when a process starts. */
const CONNECT_MS = 10_000;

/** A connection, or what will be one: ioredis connects again by itself. Errors that nobody waits for are the listener's. */
export function connectRedis({ url, ca }: RedisAddress, options: RedisOptions, onError: (error: Error) => void): Redis {
  // With `tls` given, ioredis would speak TLS to a `redis:` address too.
  const tls = ca !== undefined && url.startsWith('rediss:') ? { tls: { ca } } : {};
  const client = new Redis(url, { ...options, ...tls });
  client.on('error', onError);
  return client;
}

/**
 * Tries the address once. Later on a server that is away is waited for, but a wrong address would be waited for in silence.
 * @throws IsthmusError `provider-unavailable`, naming host and port and no password
 */
export async function checkRedis(address: RedisAddress): Promise<void> {
  let reason: unknown;
  const client = connectRedis(
    address,
    { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_MS, maxRetriesPerRequest: 0 },
    (error) => {
      reason = error;
    },
  );
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const { message, code } = (reason ?? error) as Error & { readonly code?: string };
    const { host } = new URL(address.url);
    throw new IsthmusError('provider-unavailable', `Expected Redis at ${host}, but ${message || code}. ${adviceFor(`${message} ${code}`)}`);
  } finally {
    client.disconnect();
  }
}

function adviceFor(reason: string): string {
  if (/NOAUTH|WRONGPASS|invalid password|invalid username|without any password/i.test(reason))
    return 'Correct the user and the password in REDIS_URL (redis://user:password@host, or redis://:password@host).';
  if (/NOPERM/.test(reason)) return 'Give its user the rights that README.md lists, or name another user in REDIS_URL.';
  if (/certificate|altname|self.signed|unable to verify|CERT_/i.test(reason))
    return 'Name the file of its certificate authority in REDIS_CA_FILE, and the host as the certificate has it in REDIS_URL.';
  if (/wrong version number|EPROTO|packet length|socket disconnected|Connection is closed|ECONNRESET/i.test(reason))
    return 'If only one of the two speaks TLS, correct REDIS_URL: rediss:// is with TLS, redis:// without.';
  return 'Start it, or correct REDIS_URL.';
}
