import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { summariseLedger } from '../domain/ledger-summary.ts';
import type { FinishedStep, RunEvent } from '../domain/run.ts';
import { choicesOf, spendingOf, sumCosts } from '../domain/run-figures.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { RunChange, RunStore } from '../ports/run-store.ts';
import { buildRunSpec, choice, entry, finished, gathered, steps } from './build-run.ts';

interface Kit {
  test(title: string, body: () => Promise<void>): void;
  store(): RunStore;
}

const EVER = { from: 0, to: 8_000_000_000_000 };
const NANO = { provider: 'llama', name: 'nano', settings: {} } as const;

const failed = (...ids: readonly string[]): RunEvent => ({
  type: 'steps-finished',
  steps: ids.map(
    (id): FinishedStep => ({
      id,
      outcome: { status: 'failed', error: { code: 'provider-timeout', message: `no answer \0 to ${id} \ud83d`, isRetryable: true } },
      ledger: [],
    }),
  ),
});

/** Sums over runs: what lists and bills show must be what the events say. */
export function accountCases({ test, store }: Kit): void {
  const newTenant = (): string => `tenant-${randomUUID()}`;

  async function start(tenant: string, change: { strategy?: string; isBackground?: boolean } = {}): Promise<string> {
    const id = randomUUID();
    const compressor = { ...choice('abstractive'), model: NANO };
    const spec = buildRunSpec({ tenant, corpusId: `corpus-of-${id}`, compressor, strategy: choice(change.strategy ?? 'map-reduce') });
    await store().createRun({
      id,
      tenant,
      question: 'Why?',
      events: [{ type: 'run-created', spec }],
      isBackground: change.isBackground ?? false,
    });
    return id;
  }

  async function append(runId: string, events: readonly RunEvent[], change: Partial<RunChange> = {}): Promise<void> {
    const expectedSequence = (await store().sequences([runId])).get(runId) ?? 0;
    expect(await store().commit({ runId, expectedSequence, events, steps: [], ...change })).toMatchObject({ type: 'committed' });
  }

  test('runs are counted by their status, of all tenants together', async () => {
    const before = await store().countRuns();
    const first = await start(newTenant());
    await start(newTenant());
    const open = await store().countRuns();
    expect(open.queued).toBe((before.queued ?? 0) + 2);
    await append(first, [{ type: 'run-cancelled' }], { status: 'cancelled' });
    expect(await store().countRuns()).toMatchObject({ queued: (before.queued ?? 0) + 1, cancelled: (before.cancelled ?? 0) + 1 });
  });

  test('a summary tells what a fold of the events would', async () => {
    const tenant = newTenant();
    const id = await start(tenant);
    const commits: readonly (readonly RunEvent[])[] = [
      [steps('a', 'b', 'c', 'd', 'e')],
      [finished('a', [entry('k1', { promptTokens: 70, microUsd: 5 }), entry('k2', { role: 'predict', promptTokens: 9 })]), failed('b')],
      [{ type: 'steps-withdrawn', stepIds: ['c'], reason: 'late' }],
      [failed('d'), { type: 'run-resumed', epoch: 1 }, steps('b', 'f'), failed('f')],
      [finished('e', [entry('k3', { kind: 'cache', avoidedMicroUsd: 3, avoided: { promptTokens: 40, outputTokens: 2 }, microUsd: 0 })])],
      [{ type: 'intent-unknown', stepId: 'b', ledger: entry('k4', { kind: 'unknown', promptTokens: 1_000, microUsd: 8 }) }],
      [{ type: 'run-resumed', epoch: 2 }, steps('f')],
      gathered('gathered-corpus'),
    ];
    for (const events of commits) {
      await append(id, events);
      const state = foldRun(id, await store().readEvents(id, 0));
      const statuses = [...state.steps.values()].map(({ outcome }) => outcome?.status);
      const summary = await store().findRun(id);
      expect(summary?.progress).toEqual({
        planned: statuses.length,
        done: statuses.filter((status) => status === 'done').length,
        failed: statuses.filter((status) => status === 'failed').length,
      });
      expect(summary?.spending).toEqual(spendingOf(state.ledger));
      expect([summary?.choices, summary?.corpusId]).toEqual([choicesOf(state.spec), state.spec.corpusId]);
      expect(await store().listRuns({ tenant, limit: 5 })).toEqual([summary]);
    }
    expect((await store().findRun(id))?.choices.compressor).toBe('abstractive@nano');
    expect((await store().findRun(id))?.spending).toEqual({ pricedMicroUsd: 13, unpricedCalls: 1, readTokens: 110, predictorTokens: 9 });
  });

  test('runs are listed by their strategy', async () => {
    const tenant = newTenant();
    const [, forage] = [await start(tenant), await start(tenant, { strategy: 'forage' })];
    expect((await store().listRuns({ tenant, limit: 5, strategy: 'forage' })).map(({ id }) => id)).toEqual([forage]);
    expect(await store().listRuns({ tenant, limit: 5, strategy: 'other' })).toEqual([]);
  });

  test('costs are the sums of the ledgers, to the millionth, and of one tenant', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    const [first, second, foreign] = [await start(tenant), await start(tenant, { strategy: 'forage' }), await start(other)];
    const remote = { place: 'remote', model: 'large', role: 'predict', flopsFull: 3 } as const;
    const entries = [
      entry('k1', { microUsd: 1_234_567, flopsFull: 2e12, durationMs: 0.5 }),
      entry('k2', { ...remote, microUsd: 9_007_199_254_740 }),
      entry('k3', { ...remote, kind: 'cache', microUsd: 0, avoidedMicroUsd: 77, flopsFull: 0 }),
      entry('k4'),
      entry('k5', { kind: 'unknown', microUsd: 1, flopsFull: 1 }),
    ];
    await append(first, [steps('a', 'b'), finished('a', entries.slice(0, 3)), finished('b', entries.slice(3))]);
    await append(second, [steps('a'), finished('a', entries.slice(0, 2))]);
    await append(foreign, [steps('a'), finished('a', entries)]);
    const { rows, runs } = await store().readCosts({ tenant }, EVER);
    const ledger = [...(await store().readLedger(first)), ...(await store().readLedger(second))];
    const expected = summariseLedger(ledger).total;
    expect(sumCosts(rows)).toMatchObject({
      calls: expected.calls,
      cacheHits: expected.cacheHits,
      promptTokens: expected.promptTokens,
      outputTokens: expected.outputTokens,
      durationMs: expected.durationMs,
      pricedMicroUsd: expected.pricedMicroUsd,
      unpricedCalls: expected.unpricedCalls,
      avoidedMicroUsd: expected.avoidedMicroUsd,
    });
    expect(runs).toBe(2);
    expect(rows.every((row) => row.tenant === tenant)).toBe(true);
    const today = new Date((await store().findRun(first))?.updatedAt ?? 0).toISOString().slice(0, 10);
    expect(
      rows.map(({ day, role, model, place, strategy, calls, flopsFull }) => [day, role, model, place, strategy, calls, flopsFull]),
    ).toEqual([
      [today, 'compress', 'nano', 'local', 'forage', 1, 2e12],
      [today, 'compress', 'nano', 'local', 'map-reduce', 2, undefined],
      [today, 'predict', 'large', 'remote', 'forage', 1, 3],
      [today, 'predict', 'large', 'remote', 'map-reduce', 1, 3],
    ]);
  });

  test('costs and savings of all tenants are those of each', async () => {
    const tenants = [newTenant(), newTenant()].sort();
    const times: number[] = [];
    for (const [i, tenant] of tenants.entries()) {
      const id = await start(tenant);
      await append(id, [steps('a'), finished('a', [entry('k', { microUsd: 4 + i })]), { type: 'run-cancelled' }], { status: 'cancelled' });
      await store().keepSavings(id, [{ baseline: 'raw', savedTokens: 10 + i }]);
      times.push((await store().findRun(id))?.updatedAt ?? 0);
    }
    const [first, last] = times as [number, number];
    const period = { from: first, to: last + 1 };
    const { rows, runs } = await store().readCosts('all', period);
    const theirs = rows.filter(({ tenant }) => tenants.includes(tenant));
    expect(theirs.map(({ tenant, pricedMicroUsd }) => [tenant, pricedMicroUsd])).toEqual([
      [tenants[0], 4],
      [tenants[1], 5],
    ]);
    expect(theirs).toEqual(await Promise.all(tenants.map(async (tenant) => (await store().readCosts({ tenant }, period)).rows[0])));
    // A store that others write into at the same time may hold more.
    expect(runs).toBeGreaterThanOrEqual(2);
    const [raw] = await store().readSavings('all', period);
    expect([raw?.baseline, (raw?.runs ?? 0) >= 2, (raw?.savedTokens ?? 0) >= 21]).toEqual(['raw', true, true]);
  });

  test('costs of a period are those that were written in it', async () => {
    const tenant = newTenant();
    const id = await start(tenant);
    await append(id, [steps('a'), finished('a', [entry('k', { microUsd: 4 })])]);
    const at = (await store().findRun(id))?.updatedAt ?? 0;
    const within = async (from: number, to: number) => (await store().readCosts({ tenant }, { from, to })).runs;
    expect([await within(at, at + 1), await within(at + 1, at + 9), await within(at - 9, at)]).toEqual([1, 0, 0]);
    expect(await store().readCosts({ tenant }, { from: at + 1, to: at + 9 })).toEqual({ rows: [], runs: 0 });
  });

  test('savings are kept once a run, and summed over runs that are over', async () => {
    const tenant = newTenant();
    const ids = [await start(tenant), await start(tenant), await start(tenant)] as const;
    const end = async (id: string) => append(id, [{ type: 'run-cancelled' }], { status: 'cancelled' });
    for (const id of ids.slice(0, 2)) await end(id);
    await store().keepSavings(ids[0], [{ baseline: 'raw', savedTokens: 1, savedMicroUsd: 1 }]);
    await store().keepSavings(ids[0], [
      { baseline: 'raw', savedTokens: 900, savedMicroUsd: 50 },
      { baseline: 'top-k', savedTokens: -5, savedMicroUsd: -70 },
    ]);
    await store().keepSavings(ids[1], [{ baseline: 'raw', savedTokens: 100 }]);
    await store().keepSavings(ids[2], [{ baseline: 'raw', savedTokens: 7 }]);
    await store().keepSavings('nobody', [{ baseline: 'raw', savedTokens: 7 }]);
    const sums = [
      { baseline: 'raw', runs: 2, savedTokens: 1_000, pricedRuns: 1, pricedSavedMicroUsd: 50 },
      { baseline: 'top-k', runs: 1, savedTokens: -5, pricedRuns: 1, pricedSavedMicroUsd: -70 },
    ];
    expect(await store().readSavings({ tenant }, EVER)).toEqual(sums);
    expect(await store().readSavings({ tenant: newTenant() }, EVER)).toEqual([]);
    expect(await store().readSavings({ tenant }, { from: 0, to: 1 })).toEqual([]);
    await store().deleteRun(ids[0]);
    expect(await store().readSavings({ tenant }, EVER)).toMatchObject([{ baseline: 'raw', runs: 1, pricedRuns: 0 }]);
  });

  test('failures are listed newest first until their run is resumed', async () => {
    const tenant = newTenant();
    const [first, second] = [await start(tenant), await start(tenant)];
    const failedRoles = { a: 'plan', b: 'plan' } as const;
    await append(first, [steps('a', 'b'), failed('a')], { status: 'in_progress', failedRoles });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await append(second, [steps('a'), failed('a'), { type: 'run-failed', error: { code: 'internal', message: 'x', isRetryable: false } }], {
      status: 'failed',
      failedRoles,
    });
    const listed = await store().listFailures(tenant, 5);
    expect(listed.map(({ runId, runStatus, stepId, role, code }) => [runId, runStatus, stepId, role, code])).toEqual([
      [second, 'failed', 'a', 'plan', 'provider-timeout'],
      [first, 'in_progress', 'a', 'plan', 'provider-timeout'],
    ]);
    expect(listed[0]).toMatchObject({ question: 'Why?', message: expect.stringMatching(/^no answer .+ to a/) });
    expect(await store().listFailures(tenant, 1)).toHaveLength(1);
    expect(await store().listFailures(newTenant(), 5)).toEqual([]);
    await append(second, [{ type: 'run-resumed', epoch: 1 }], { status: 'in_progress' });
    expect((await store().listFailures(tenant, 5)).map(({ runId }) => runId)).toEqual([first]);
  });

  test('waiting runs are counted until somebody holds them', async () => {
    const tenant = newTenant();
    const [held] = [await start(tenant, { isBackground: true }), await start(tenant, { isBackground: true }), await start(tenant)];
    expect(await store().countWaiting(tenant)).toBe(2);
    await store().acquireLease(held, { owner: 'me', forMs: 60_000 });
    expect(await store().countWaiting(tenant)).toBe(1);
    expect(await store().countWaiting(newTenant())).toBe(0);
  });
}
