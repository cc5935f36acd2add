import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { buildRunSpec } from '../../testing/build-run.ts';
import { openPostgresStore } from './open-store.ts';

const { databaseUrl } = inject('servers');
const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

/** The embedded database has its process's clock, which is then the only one; on a server there are several. */
describe.skipIf(databaseUrl === null)('a process whose clock is wrong', () => {
  it.each([
    ['fast', HOUR_MS],
    ['slow', -HOUR_MS],
  ])('an hour %s neither takes a lease that is held nor holds one for longer than it asked', async (_, offsetMs) => {
    const store = await openPostgresStore({ url: databaseUrl ?? '' });
    const { runStore } = store;
    const createRun = async (): Promise<string> => {
      const id = randomUUID();
      const tenant = `tenant-${id}`;
      const events = [{ type: 'run-created' as const, spec: buildRunSpec({ tenant }) }];
      await runStore.createRun({ id, tenant, question: 'How tall is it?', events, isBackground: true });
      return id;
    };
    const [held, taken] = [await createRun(), await createRun()];
    const isListed = async (id: string) => (await runStore.listWaiting(10_000)).some((run) => run.id === id);
    expect(await runStore.acquireLease(held, { owner: 'right', forMs: 60_000 })).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offsetMs });
    expect(await runStore.acquireLease(held, { owner: 'wrong', forMs: 60_000 })).toBe(false);
    expect(await isListed(held)).toBe(false);
    expect(await runStore.acquireLease(taken, { owner: 'wrong', forMs: 300 })).toBe(true);
    expect(await runStore.renewLeases([taken], { owner: 'wrong', forMs: 300 })).toEqual([taken]);
    vi.useRealTimers();
    expect(await runStore.acquireLease(taken, { owner: 'right', forMs: 60_000 })).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await isListed(taken)).toBe(true);
    expect(await runStore.acquireLease(taken, { owner: 'right', forMs: 60_000 })).toBe(true);
    await store.close();
  });
});
