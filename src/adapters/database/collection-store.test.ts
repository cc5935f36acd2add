import { afterAll, expect, it } from 'vitest';
import type { CollectionLease } from '../../ports/collection-store.ts';
import { createCollectionStore } from './collection-store.ts';
import { type EmbeddedStore, openEmbeddedStore } from './open-store.ts';

let opened: Promise<EmbeddedStore> | undefined;
const shared = (): Promise<EmbeddedStore> => {
  opened ??= openEmbeddedStore();
  return opened;
};
afterAll(async () => (await shared()).close());

const SOURCE = { address: '/a.md', uri: 'a.md', reader: '1', reason: 'is empty', addedAt: 1 };

it('takes no write of a writer that another one has taken the lease from', async () => {
  const store = createCollectionStore((await shared()).database);
  const lost: CollectionLease = { tenant: 'local', name: 'town', owner: 'first', forMs: 60_000 };
  const next: CollectionLease = { ...lost, owner: 'second' };
  expect(await store.acquire(lost)).toBe(true);
  expect(await store.acquire(next)).toBe(false);
  expect(await store.acquire(next, (owner) => owner === 'first')).toBe(true);
  await store.saveSources(next, [SOURCE], []);
  const late: readonly (() => Promise<void>)[] = [
    () => store.renew(lost),
    () => store.saveSources(lost, [{ ...SOURCE, reason: 'late' }], []),
    () => store.removeSources(lost, [SOURCE.address]),
    () => store.noteVersion(lost, 'version'),
    () => store.publish(lost, { corpusId: 'version', sizes: [], added: [], removed: [] }),
    () => store.forgetVersions(lost, []),
    () => store.remove(lost),
  ];
  for (const write of late) await expect(write()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('"town"') });
  await store.release(lost);
  expect(await store.acquire(lost)).toBe(false);
  expect(await store.sources(next)).toEqual([SOURCE]);
  expect((await store.find(next))?.corpusId).toBeUndefined();
});
