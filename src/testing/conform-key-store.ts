import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyStore, NewApiKey } from '../ports/key-store.ts';

/** Two views on the same keys: `other` has another pepper. The clock is the test's. */
export interface KeyStoreBench {
  readonly store: KeyStore;
  readonly other: KeyStore;
  /** Everything that is stored, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** What every {@link KeyStore} must do. The store is expected to be empty. */
export function conformKeyStore(name: string, { create }: { create(now: () => number): Promise<KeyStoreBench> }): void {
  describe(`key store: ${name}`, () => {
    let bench: KeyStoreBench;
    let now = 1_000_000;
    beforeAll(async () => {
      bench = await create(() => now);
    });
    afterAll(async () => bench.close());
    const wanted: NewApiKey = { tenant: 'acme', owner: 'Ada', scopes: ['research:read', 'research:write'] };

    it('is without keys at first, and has one once there is one that can be used', async () => {
      expect(await bench.store.hasAny()).toBe(false);
      const { key } = await bench.store.create({ ...wanted, tenant: 'first', expiresAt: now + MINUTE_MS });
      expect(await bench.store.hasAny()).toBe(true);
      now += 2 * MINUTE_MS;
      expect(await bench.store.hasAny()).toBe(false);
      const { key: second } = await bench.store.create({ ...wanted, tenant: 'first' });
      await bench.store.revoke(second.id);
      expect(await bench.store.hasAny()).toBe(false);
      expect((await bench.store.list('first')).map(({ id }) => id)).toEqual([key.id, second.id]);
    });

    it('knows a key by its secret, of 256 bits, and stores neither the secret nor an unpeppered hash', async () => {
      const { key, secret } = await bench.store.create({ ...wanted, requestsPerMinute: 3, concurrentRuns: 2 });
      expect(Buffer.from(secret.slice(secret.indexOf('_') + 1), 'base64url')).toHaveLength(32);
      expect(await bench.store.verify(secret)).toEqual({ ...key, lastUsedAt: now });
      expect(key).toMatchObject({ ...wanted, requestsPerMinute: 3, concurrentRuns: 2, hint: secret.slice(0, key.hint.length) });
      expect(await bench.other.verify(secret)).toBeUndefined();
      for (const wrong of ['', 'isk_', `${secret}x`, secret.slice(0, -1), secret.toUpperCase(), key.id, key.hint]) {
        expect(await bench.store.verify(wrong), wrong).toBeUndefined();
      }
      const stored = await bench.dump();
      expect(stored).toContain(key.id);
      expect(stored).not.toContain(secret.slice(key.hint.length));
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
      expect(stored).not.toContain(Buffer.from(digest).toString('hex'));
    });

    it('gives each key another secret and fills in limits', async () => {
      const made = await Promise.all(Array.from({ length: 5 }, () => bench.store.create(wanted)));
      expect(new Set(made.map(({ secret }) => secret)).size).toBe(5);
      for (const { key } of made) expect(key.requestsPerMinute > 0 && key.concurrentRuns > 0).toBe(true);
    });

    it('notes the use of a key once a minute', async () => {
      const { secret } = await bench.store.create(wanted);
      const first = now;
      await bench.store.verify(secret);
      now += MINUTE_MS / 2;
      expect((await bench.store.verify(secret))?.lastUsedAt).toBe(first);
      now += MINUTE_MS;
      expect((await bench.store.verify(secret))?.lastUsedAt).toBe(now);
    });

    it('refuses a key that is revoked or expired', async () => {
      const brief = await bench.store.create({ ...wanted, expiresAt: now + 10 });
      const revoked = await bench.store.create(wanted);
      expect(await bench.store.verify(brief.secret)).toBeDefined();
      now += 10;
      expect(await bench.store.verify(brief.secret)).toBeUndefined();
      await bench.store.revoke(revoked.key.id);
      expect(await bench.store.verify(revoked.secret)).toBeUndefined();
      const at = now;
      now += 1;
      await bench.store.revoke(revoked.key.id);
      expect((await bench.store.list(wanted.tenant)).find(({ id }) => id === revoked.key.id)?.revokedAt).toBe(at);
      await expect(bench.store.rotate(revoked.key.id, { graceMs: 0 })).rejects.toMatchObject({ code: 'conflict' });
      await expect(bench.store.revoke('nobody')).rejects.toMatchObject({ code: 'not-found' });
      await expect(bench.store.rotate('nobody', { graceMs: 0 })).rejects.toMatchObject({ code: 'not-found' });
    });

    it('rotates a secret: the old one works on for the grace given, and no longer', async () => {
      const first = await bench.store.create(wanted);
      const second = await bench.store.rotate(first.key.id, { graceMs: 100 });
      expect(second.secret).not.toBe(first.secret);
      expect(second.key).toMatchObject({ id: first.key.id, tenant: wanted.tenant, scopes: wanted.scopes });
      expect((await bench.store.verify(first.secret))?.id).toBe(first.key.id);
      expect((await bench.store.verify(second.secret))?.id).toBe(first.key.id);
      now += 50;
      const third = await bench.store.rotate(first.key.id, { graceMs: 1_000 });
      now += 50;
      expect(await bench.store.verify(first.secret)).toBeUndefined();
      expect(await bench.store.verify(second.secret)).toBeDefined();
      const fourth = await bench.store.rotate(first.key.id, { graceMs: 0 });
      for (const { secret } of [first, second, third]) expect(await bench.store.verify(secret)).toBeUndefined();
      expect((await bench.store.verify(fourth.secret))?.hint).toBe(fourth.key.hint);
    });

    it('lists the keys of one tenant, or of all', async () => {
      const tenant = `tenant-${now}`;
      const { key } = await bench.store.create({ ...wanted, tenant });
      expect(await bench.store.list(tenant)).toEqual([key]);
      expect((await bench.store.list()).length).toBeGreaterThan(1);
    });
  });
}
