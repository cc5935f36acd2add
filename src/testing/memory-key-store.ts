import { IsthmusError } from '../domain/errors.ts';
import type { ApiKey, KeyStore } from '../ports/key-store.ts';

interface Secret {
  readonly secret: string;
  readonly keyId: string;
  until: number;
}

/** The key store as maps, with secrets as they are: the simplest implementation of its port, for tests only. */
export function createMemoryKeyStore(now: () => number = Date.now): KeyStore {
  const keys = new Map<string, ApiKey>();
  const secrets: Secret[] = [];

  function issue(keyId: string): string {
    const secret = `isk_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}`;
    secrets.push({ secret, keyId, until: Number.POSITIVE_INFINITY });
    return secret;
  }

  function find(id: string): ApiKey {
    const key = keys.get(id);
    if (key === undefined) throw new IsthmusError('not-found', `There is no key ${id}.`);
    return key;
  }

  const isUsable = ({ revokedAt, expiresAt }: ApiKey): boolean => revokedAt === undefined && (expiresAt === undefined || expiresAt > now());

  return {
    create: async (asked) => {
      const id = `key_${keys.size + 1}`;
      const secret = issue(id);
      const key = { id, hint: secret.slice(0, 8), createdAt: now(), requestsPerMinute: 600, concurrentRuns: 20, ...asked };
      keys.set(id, key);
      return { key, secret };
    },
    verify: async (secret) => {
      const known = secrets.find((candidate) => candidate.secret === secret && candidate.until > now());
      const key = known === undefined ? undefined : find(known.keyId);
      if (key === undefined || !isUsable(key)) return undefined;
      keys.set(key.id, { ...key, lastUsedAt: now() });
      return key;
    },
    rotate: async (id, { graceMs }) => {
      const key = find(id);
      for (const old of secrets.filter(({ keyId }) => keyId === id)) old.until = Math.min(old.until, now() + graceMs);
      const secret = issue(id);
      const rotated = { ...key, hint: secret.slice(0, 8) };
      keys.set(id, rotated);
      return { key: rotated, secret };
    },
    revoke: async (id) => {
      keys.set(id, { ...find(id), revokedAt: now() });
    },
    list: async (tenant) => [...keys.values()].filter((key) => tenant === undefined || key.tenant === tenant),
    hasAny: async () => [...keys.values()].some(isUsable),
  };
}
