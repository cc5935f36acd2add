import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { and, asc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { IsthmusError } from '../../domain/errors.ts';
import type { ApiKey, KeyStore, NewApiKey } from '../../ports/key-store.ts';
import type { Database } from './database.ts';
import { apiKeys, apiSecrets } from './schema.ts';

const SECRET_BYTES = 32;
/** By which a secret is known as one of ours, in a log or by a scanner. */
const PREFIX = 'isk_';
const HINT_CHARACTERS = PREFIX.length + 4;
const DEFAULT_REQUESTS_PER_MINUTE = 600;
const DEFAULT_CONCURRENT_RUNS = 20;
/** Noting every use would be a write a request. */
const NOTE_USE_EVERY_MS = 60_000;

export interface KeyStoreOptions {
  /** Mixed into every hash and kept out of the database, so that a stolen copy of the table verifies nothing. */
  readonly pepper: string;
  readonly now?: () => number;
}

/**
 * API keys in the database. A secret is found by its hash: what an attacker could time is the comparison of hashes, which tells nothing
 * about a secret of 256 random bits.
 */
export function createKeyStore(database: Database, { pepper, now = Date.now }: KeyStoreOptions): KeyStore {
  const hashOf = (secret: string): string => createHash('sha256').update(pepper).update(secret).digest('hex');
  return {
    create: (key) => create(database, key, { hashOf, at: now() }),
    verify: (secret) => verify(database, hashOf(secret), now()),
    rotate: (id, { graceMs }) => rotate(database, id, { hashOf, at: now(), graceMs }),
    revoke: async (id) => {
      const revoked = await database
        .update(apiKeys)
        .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${now()}::bigint)` })
        .where(eq(apiKeys.id, id))
        .returning();
      if (revoked.length === 0) throw unknownKey(id);
    },
    list: async (tenant) => {
      const isOfTenant = tenant === undefined ? undefined : eq(apiKeys.tenant, tenant);
      const rows = await database.select().from(apiKeys).where(isOfTenant).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
      return rows.map(toKey);
    },
    hasAny: async () => {
      const usable = await database.select({ id: apiKeys.id }).from(apiKeys).where(isUsable(now())).limit(1);
      return usable.length > 0;
    },
  };
}

interface Issuing {
  readonly hashOf: (secret: string) => string;
  readonly at: number;
}

async function create(database: Database, key: NewApiKey, { hashOf, at }: Issuing): Promise<{ key: ApiKey; secret: string }> {
  const secret = newSecret();
  const row = {
    id: `key_${randomUUID().replaceAll('-', '')}`,
    tenant: key.tenant,
    owner: key.owner,
    scopes: key.scopes,
    hint: secret.slice(0, HINT_CHARACTERS),
    createdAt: at,
    expiresAt: key.expiresAt ?? null,
    requestsPerMinute: key.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE,
    concurrentRuns: key.concurrentRuns ?? DEFAULT_CONCURRENT_RUNS,
  };
  await database.transaction(async (transaction) => {
    await transaction.insert(apiKeys).values(row);
    await transaction.insert(apiSecrets).values({ hash: hashOf(secret), keyId: row.id });
  });
  return { key: toKey({ ...row, lastUsedAt: null, revokedAt: null }), secret };
}

async function verify(database: Database, hash: string, at: number): Promise<ApiKey | undefined> {
  const isCurrent = or(isNull(apiSecrets.expiresAt), gt(apiSecrets.expiresAt, at));
  const [row] = await database
    .select({ key: apiKeys })
    .from(apiSecrets)
    .innerJoin(apiKeys, eq(apiKeys.id, apiSecrets.keyId))
    .where(and(eq(apiSecrets.hash, hash), isCurrent, isUsable(at)));
  if (row === undefined) return undefined;
  const { id, lastUsedAt } = row.key;
  if (lastUsedAt !== null && at - lastUsedAt < NOTE_USE_EVERY_MS) return toKey(row.key);
  await database.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id));
  return toKey({ ...row.key, lastUsedAt: at });
}

/** The key's row is locked first: of two rotations at once the later one ends the earlier one's secret too. */
async function rotate(
  database: Database,
  id: string,
  { hashOf, at, graceMs }: Issuing & { readonly graceMs: number },
): Promise<{ key: ApiKey; secret: string }> {
  const secret = newSecret();
  const end = at + graceMs;
  const key = await database.transaction(async (transaction) => {
    const [row] = await transaction
      .update(apiKeys)
      .set({ hint: secret.slice(0, HINT_CHARACTERS) })
      .where(eq(apiKeys.id, id))
      .returning();
    if (row === undefined) throw unknownKey(id);
    if (row.revokedAt !== null) throw new IsthmusError('conflict', `Key ${id} is revoked and gets no new secret. Make another key.`);
    await transaction.delete(apiSecrets).where(and(eq(apiSecrets.keyId, id), lt(apiSecrets.expiresAt, at)));
    const isLater = or(isNull(apiSecrets.expiresAt), gt(apiSecrets.expiresAt, end));
    await transaction
      .update(apiSecrets)
      .set({ expiresAt: end })
      .where(and(eq(apiSecrets.keyId, id), isLater));
    await transaction.insert(apiSecrets).values({ hash: hashOf(secret), keyId: id });
    return row;
  });
  return { key: toKey(key), secret };
}

function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

function isUsable(at: number) {
  return and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at)));
}

function unknownKey(id: string): IsthmusError {
  return new IsthmusError('not-found', `There is no key ${id}.`);
}

function toKey({ lastUsedAt, expiresAt, revokedAt, ...key }: typeof apiKeys.$inferSelect): ApiKey {
  return {
    ...key,
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(revokedAt === null ? {} : { revokedAt }),
  };
}
