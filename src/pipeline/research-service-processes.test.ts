import { describe, expect, it } from 'vitest';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { expectConsistent } from '../testing/research.ts';
import { CALLER, createHeldReader, ended, JOB, openServiceBench, QUICK, realClock } from '../testing/service-bench.ts';
import { waitFor } from '../testing/wait-for.ts';
import { inTurn } from './run-keeper.ts';

describe('several processes', () => {
  it('one takes over what another has left when its lease runs out, and no step is made twice', async () => {
    const { model, release, asked } = createHeldReader();
    const runs = createMemoryRunStore();
    let isDead = false;
    // A process that is gone says nothing more: neither renewals nor commits nor releases.
    const gone = () => new Promise<never>(() => {});
    const dying = {
      ...runs,
      renewLeases: (...args: Parameters<typeof runs.renewLeases>) => (isDead ? gone() : runs.renewLeases(...args)),
      commit: (...args: Parameters<typeof runs.commit>) => (isDead ? gone() : runs.commit(...args)),
      releaseLease: (...args: Parameters<typeof runs.releaseLease>) => (isDead ? gone() : runs.releaseLease(...args)),
      acquireLease: (...args: Parameters<typeof runs.acquireLease>) => (isDead ? gone() : runs.acquireLease(...args)),
    };
    const bench = await openServiceBench({ models: { reader: model }, deps: { runs } });
    const first = bench.open({ runs: dying });
    const { runId } = await first.submit(CALLER, JOB);
    await asked();
    bench.service.start();
    expect(await runs.acquireLease(runId, { owner: 'nobody', forMs: 1 })).toBe(false);
    await realClock.sleep(2 * QUICK.leaseMs);
    // Renewed all the time.
    expect(await runs.acquireLease(runId, { owner: 'nobody', forMs: 1 })).toBe(false);
    isDead = true;
    release();
    const end = await ended(bench.service, runId);
    expect(end.status).toBe('completed');
    await expectConsistent(bench, end);
    const prompts = model.calls.generate.map(({ prompt }) => JSON.stringify(prompt));
    expect(new Set(prompts).size).toBe(prompts.length);
    await bench.service[Symbol.asyncDispose]();
    await bench.deps.queue[Symbol.asyncDispose]();
  });

  it('a process that has lost its lease leaves the run and its jobs to the new holder', async () => {
    const { model, release, asked } = createHeldReader();
    const runs = createMemoryRunStore();
    let isLost = false;
    const losing: typeof runs = {
      ...runs,
      renewLeases: async (...args) => (isLost ? [] : runs.renewLeases(...args)),
      acquireLease: async (...args) => !isLost && runs.acquireLease(...args),
    };
    await using bench = await openServiceBench({ models: { reader: model }, deps: { runs } }, { runs: losing });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await asked();
    isLost = true;
    await waitFor('the lease to be given up', async () =>
      (await runs.acquireLease(runId, { owner: 'other', forMs: 60_000 })) ? true : undefined,
    );
    const events = await runs.readEvents(runId, 0);
    expect(events.map(({ event }) => event.type)).not.toContain('run-interrupted');
    release();
    await realClock.sleep(QUICK.leaseMs);
    // The calls are answered, and what has lost the run takes in none of it.
    expect(await runs.readEvents(runId, 0)).toEqual(events);
    await runs.releaseLease(runId, 'other');
    const second = bench.open();
    second.start();
    expect(await ended(second, runId)).toMatchObject({ status: 'completed' });
    expect(new Set(model.calls.generate.map(({ prompt }) => JSON.stringify(prompt))).size).toBe(model.calls.generate.length);
  });

  it('a process that closes leaves its runs to others at once', async () => {
    const { model, release, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await asked();
    await bench.service[Symbol.asyncDispose]();
    const second = bench.open();
    second.start();
    release();
    expect(await ended(second, runId)).toMatchObject({ status: 'completed' });
    expect(bench.errors).toEqual([]);
  });

  it('leaves alone a run that was not given to the background', async () => {
    await using bench = await openServiceBench();
    const runId = await bench.submit();
    bench.service.start();
    await realClock.sleep(5 * QUICK.sweepMs);
    expect(await bench.engine.read(runId)).toMatchObject({ status: 'queued' });
  });

  it('share twenty runs of three tenants, and all end', async () => {
    await using bench = await openServiceBench({ concurrency: 4 }, { maxRuns: 3 });
    const others = [bench.open({ maxRuns: 3 }), bench.open({ maxRuns: 3 })];
    for (const service of others) service.start();
    const submitted = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const caller = { tenant: `tenant-${i % 3}` };
        return { caller, ...(await bench.service.submit(caller, { ...JOB, seed: i })) };
      }),
    );
    const states = await Promise.all(submitted.map(({ caller, runId }) => ended(bench.service, runId, caller)));
    for (const state of states) expect(state.status).toBe('completed');
    for (const state of states) await expectConsistent(bench, state);
    expect(bench.errors).toEqual([]);
  });
});

describe('fairness', () => {
  const run = (tenant: string, id: number) => ({ tenant, id: `${tenant}${id}` });

  it('goes round the tenants, beginning with whom the least is done for', () => {
    const waiting = [run('a', 1), run('b', 1), run('a', 2), run('c', 1), run('a', 3), run('b', 2)];
    expect(inTurn(waiting, []).map(({ id }) => id)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(inTurn(waiting, [run('a', 0), run('a', 0), run('b', 0)]).map(({ id }) => id)).toEqual(['c1', 'b1', 'a1', 'b2', 'a2', 'a3']);
  });

  it('advances no more runs than allowed, and a modest tenant does not wait for a greedy one', async () => {
    const { model, release, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } }, { maxRuns: 2 });
    const greedy = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => bench.service.submit(CALLER, { ...JOB, seed })));
    const modest = await bench.service.submit({ tenant: 'modest' }, JOB);
    await asked();
    const started = async () => {
      const states = await Promise.all(greedy.map(({ runId }) => bench.service.read(CALLER, runId)));
      return states.filter(({ status }) => status !== 'queued').length;
    };
    expect(await started()).toBe(2);
    release();
    await ended(bench.service, modest.runId, { tenant: 'modest' });
    await Promise.all(greedy.map(({ runId }) => ended(bench.service, runId)));
    const endOf = async (runId: string) => (await bench.deps.runs.readEvents(runId, 0)).at(-1)?.at ?? 0;
    const last = Math.max(...(await Promise.all(greedy.map(({ runId }) => endOf(runId)))));
    expect(await endOf(modest.runId)).toBeLessThan(last);
  });
});

describe('a run that this process cannot advance', () => {
  it('is tried again, and the errors are told to whoever runs the service', async () => {
    const runs = createMemoryRunStore();
    let failures = 2;
    const flaky = {
      ...runs,
      findSteps: async (keys: readonly string[]) => {
        if (failures-- > 0) throw new Error('connection refused');
        return runs.findSteps(keys);
      },
    };
    let slept = 0;
    const clock = {
      now: () => Date.now() + slept,
      sleep: async (ms: number, signal?: AbortSignal) => {
        slept += ms * 20;
        await realClock.sleep(ms, signal);
      },
    };
    await using bench = await openServiceBench({ deps: { runs } }, { runs: flaky, clock });
    const { runId } = await bench.service.submit(CALLER, JOB);
    expect(await ended(bench.open(), runId)).toMatchObject({ status: 'completed' });
    expect(bench.errors.map((error) => (error as Error).message)).toEqual(['connection refused', 'connection refused']);
  });
});
