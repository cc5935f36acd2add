import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStatus } from '../domain/run.ts';
import type { NewRun, RunStore } from '../ports/run-store.ts';
import { buildRunSpec, entry, finished, planned, steps } from './build-run.ts';

/** Short enough to wait for, long enough that a busy machine does not let one end early. */
const LEASE_MS = 600;

/** What a {@link RunStore} must do for a service of several processes and tenants; the rest is in conform-run-store.ts. */
export function conformRunService(
  name: string,
  { create }: { create(): Promise<{ readonly store: RunStore; close(): Promise<void> }> },
): void {
  describe(`run store for a service: ${name}`, () => {
    let bench: Awaited<ReturnType<typeof create>>;
    let store: RunStore;
    beforeAll(async () => {
      bench = await create();
      store = bench.store;
    });
    afterAll(async () => bench.close());

    const build = (members: Partial<NewRun> = {}): NewRun => {
      const tenant = members.tenant ?? `tenant-${randomUUID()}`;
      const events = [{ type: 'run-created' as const, spec: buildRunSpec({ tenant }) }];
      return { id: randomUUID(), tenant, question: 'How tall is it?', events, isBackground: true, ...members };
    };
    const add = async (members: Partial<NewRun> = {}): Promise<string> => {
      const run = build(members);
      await store.createRun(run);
      return run.id;
    };
    const move = (runId: string, status: RunStatus) =>
      store.commit({ runId, expectedSequence: 1, events: [{ type: 'run-cancelled' }], steps: [], status });
    const waiting = async (ids: readonly string[]) =>
      (await store.listWaiting(10_000)).map(({ id }) => id).filter((id) => ids.includes(id));
    const lease = (owner: string) => ({ owner, forMs: LEASE_MS });

    it('keeps metadata and parent of a run', async () => {
      const metadata = { team: 'bridges', depth: 2, tags: ['a', null], 'odd \u0000': '\ud83d' };
      const id = await add({ metadata, parent: 'an-older-run' });
      expect(await store.findRun(id)).toMatchObject({ metadata, parent: 'an-older-run' });
      expect(await store.findRun(await add())).not.toHaveProperty('metadata');
      expect(await store.findRun(await add())).not.toHaveProperty('parent');
    });

    it('lists by status and by words of the question, page by page', async () => {
      const tenant = `tenant-${randomUUID()}`;
      const ids: string[] = [];
      for (const question of ['The Bridge', 'A 100% lock_', 'another bridge', 'bridges']) ids.unshift(await add({ tenant, question }));
      await move(ids[1] ?? '', 'failed');
      const list = async (filter: object) => (await store.listRuns({ tenant, limit: 10, ...filter })).map(({ id }) => id);
      expect(await list({ search: 'bridge' })).toEqual([ids[0], ids[1], ids[3]]);
      expect(await list({ search: '0% Lock_' })).toEqual([ids[2]]);
      expect(await list({ search: '0_' })).toEqual([]);
      expect(await list({ status: 'failed' })).toEqual([ids[1]]);
      expect(await list({ status: 'queued', search: 'bridge', before: ids[0] })).toEqual([ids[3]]);
      expect(await list({ search: 'bridge', limit: 2 })).toEqual([ids[0], ids[1]]);
    });

    it('counts the background runs of a tenant that are not over, up to a bound', async () => {
      const tenant = `tenant-${randomUUID()}`;
      const ids = [
        await add({ tenant }),
        await add({ tenant }),
        await add({ tenant }),
        await add({ tenant, isBackground: false }),
        await add(),
      ];
      await move(ids[0] ?? '', 'completed');
      await move(ids[1] ?? '', 'in_progress');
      expect(await store.countUnfinished(tenant, 10)).toBe(2);
      expect(await store.countUnfinished(tenant, 1)).toBe(1);
      expect(await store.countUnfinished(`${tenant}-of-nobody`, 10)).toBe(0);
    });

    it('stores what comes together with a run that cannot be stored', async () => {
      const taken = await add();
      const runs = Array.from({ length: 8 }, (_, i) => build(i === 5 ? { id: taken } : {}));
      const settled = await Promise.allSettled(runs.map((run) => store.createRun(run)));
      expect(settled.map(({ status }) => status)).toEqual(runs.map((_, i) => (i === 5 ? 'rejected' : 'fulfilled')));
      expect(settled[5]).toMatchObject({ reason: { code: 'conflict' } });
      for (const { id, tenant } of runs.filter((run) => run.id !== taken)) {
        expect(await store.findRun(id)).toMatchObject({ id, tenant });
        expect(await store.readEvents(id, 0)).toHaveLength(1);
      }
    });

    it('makes one run a key, also of many submissions at once', async () => {
      const tenant = `tenant-${randomUUID()}`;
      const key = { key: 'once', bodyHash: 'one' };
      expect(await store.findSubmission(tenant, 'once')).toBeUndefined();
      const made = await Promise.all(Array.from({ length: 12 }, () => store.createRunOnce(build({ tenant }), key)));
      expect(new Set(made.map(({ runId }) => runId)).size).toBe(1);
      expect(await store.listRuns({ tenant, limit: 50 })).toHaveLength(1);
      const runId = made[0]?.runId ?? '';
      expect(made.flatMap(({ events }) => (events === undefined ? [] : [events]))).toEqual([await store.readEvents(runId, 0)]);
      expect(await store.createRunOnce(build({ tenant }), { key: 'once', bodyHash: 'two' })).toEqual({ runId, bodyHash: 'one' });
      expect(await store.findSubmission(tenant, 'once')).toEqual({ runId: made[0]?.runId, bodyHash: 'one' });
      const other = await store.createRunOnce(build(), key);
      expect(other.runId).not.toBe(made[0]?.runId);
      expect((await store.readEvents(made[0]?.runId ?? '', 0)).map(({ sequence }) => sequence)).toEqual([1]);
    });

    it('deletes a run that is over with all that is its own, and leaves its results to others', async () => {
      const tenant = `tenant-${randomUUID()}`;
      const run = build({ tenant });
      await store.createRunOnce(run, { key: 'k', bodyHash: 'b' });
      const stepKey = randomUUID();
      const paid = { stepKey, result: planned('x'), ledger: [entry(stepKey)] };
      const events = [steps('a'), finished('a', paid.ledger)];
      await store.commit({ runId: run.id, expectedSequence: 1, events, steps: [paid], waitFor: ['other'] });
      await store.acquireLease(run.id, lease('me'));
      await expect(store.deleteRun(run.id)).rejects.toMatchObject({ code: 'conflict' });
      await store.commit({ runId: run.id, expectedSequence: 3, events: [{ type: 'run-cancelled' }], steps: [], status: 'cancelled' });
      await store.deleteRun(run.id);
      expect(await store.findRun(run.id)).toBeUndefined();
      expect(await store.readEvents(run.id, 0)).toEqual([]);
      expect(await store.readLedger(run.id)).toEqual([]);
      expect(await store.findSubmission(tenant, 'k')).toBeUndefined();
      expect((await store.waiters(['other'])).get('other') ?? []).not.toContain(run.id);
      expect((await store.findSteps([stepKey])).get(stepKey)).toMatchObject({ result: paid.result, ledger: paid.ledger });
      await expect(store.deleteRun(run.id)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('tells how far many runs are', async () => {
      const [first, second] = [await add(), await add()];
      await store.commit({ runId: second, expectedSequence: 1, events: [steps('a')], steps: [] });
      expect(await store.sequences([first, second, 'nobody'])).toEqual(
        new Map([
          [first, 1],
          [second, 2],
        ]),
      );
      expect(await store.sequences([])).toEqual(new Map());
    });

    it('gives a lease to one owner until it is released or runs out', async () => {
      const id = await add();
      const taken = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => store.acquireLease(id, lease(owner))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const [holder = '', rival = ''] = taken[0] === true ? ['a', 'b'] : [['a', 'b', 'c', 'd'][taken.indexOf(true)], 'a'];
      expect(await store.acquireLease(id, lease(holder))).toBe(true);
      await store.releaseLease(id, rival);
      expect(await store.acquireLease(id, lease(rival))).toBe(false);
      await store.releaseLease(id, holder);
      expect(await store.acquireLease(id, lease(rival))).toBe(true);
      expect(await store.renewLeases([id], lease(holder))).toEqual([]);
      await delay(LEASE_MS + 50);
      expect(await store.acquireLease(id, lease(holder))).toBe(true);
      expect(await store.renewLeases([id, 'nobody'], lease(rival))).toEqual([]);
    });

    it('a lease that is renewed lasts, and its loss is told', async () => {
      const [kept, lost] = [await add(), await add()];
      for (const id of [kept, lost]) await store.acquireLease(id, lease('me'));
      for (let i = 0; i < 3; i++) {
        await delay(LEASE_MS / 2);
        expect(await store.renewLeases([kept], lease('me'))).toEqual([kept]);
      }
      expect(await store.acquireLease(lost, lease('you'))).toBe(true);
      expect(await store.acquireLease(kept, lease('you'))).toBe(false);
      expect(await store.renewLeases([kept, lost], lease('me'))).toEqual([kept]);
      expect(await store.renewLeases([], lease('me'))).toEqual([]);
    });

    it('lists the runs that wait for a process: in the background, not over, not held', async () => {
      const ids = [await add(), await add(), await add({ isBackground: false }), await add(), await add()] as const;
      await move(ids[1], 'completed');
      await move(ids[4], 'in_progress');
      expect(await waiting(ids)).toEqual([ids[0], ids[3], ids[4]]);
      await store.acquireLease(ids[0], lease('me'));
      expect(await waiting(ids)).toEqual([ids[3], ids[4]]);
      await delay(LEASE_MS + 50);
      expect(await waiting(ids)).toEqual([ids[0], ids[3], ids[4]]);
    });

    it('lists the tenants in turn, however much one has asked for', async () => {
      const [greedy, modest] = [`tenant-${randomUUID()}`, `tenant-${randomUUID()}`];
      const many = [];
      for (let i = 0; i < 4; i++) many.push(await add({ tenant: greedy }));
      const few = [await add({ tenant: modest }), await add({ tenant: modest })];
      const [m0, m1, m2, m3] = many;
      expect(await waiting([...many, ...few])).toEqual([m0, few[0], m1, few[1], m2, m3]);
      expect(await store.listWaiting(2)).toHaveLength(2);
    });

    it('keeps the wish to cancel until the run is over', async () => {
      const [wanted, other, over] = [await add(), await add(), await add()];
      await move(over, 'completed');
      await store.requestCancel(wanted);
      await store.requestCancel(over);
      await store.requestCancel('nobody');
      expect(await store.cancelRequests([wanted, other, over])).toEqual([wanted]);
      await move(wanted, 'cancelled');
      expect(await store.cancelRequests([wanted, other, over])).toEqual([]);
      expect(await store.cancelRequests([])).toEqual([]);
    });
  });
}
