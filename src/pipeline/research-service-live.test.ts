import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../domain/run.ts';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { expectConsistent } from '../testing/research.ts';
import { CALLER, createHeldReader, ended, JOB, openServiceBench, QUICK, realClock } from '../testing/service-bench.ts';
import { waitFor } from '../testing/wait-for.ts';

const never = () => new AbortController().signal;

async function collect(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('cancelling', () => {
  it.each(['the process that advances it', 'another process'])('by %s stops the work and ends the run for good', async (by) => {
    const { model, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await asked();
    const asker = by === 'another process' ? bench.open() : bench.service;
    const cancelled = await asker.cancel(CALLER, runId);
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(cancelled.pending.size).toBe(0);
    expect(await asker.cancel(CALLER, runId)).toEqual(cancelled);
    await expectConsistent(bench, cancelled);
    const calls = model.calls.generate.length;
    await realClock.sleep(3 * QUICK.sweepMs);
    expect(model.calls.generate.length).toBe(calls);
    expect(await asker.read(CALLER, runId)).toEqual(cancelled);
  });

  it('ends a run that nobody holds, and one whose process has died', async () => {
    await using bench = await openServiceBench({}, { maxRuns: 0 });
    const { runId } = await bench.service.submit(CALLER, JOB);
    expect(await bench.service.cancel(CALLER, runId)).toMatchObject({ status: 'cancelled' });
    const second = await bench.service.submit(CALLER, JOB);
    await bench.deps.runs.acquireLease(second.runId, { owner: 'dead', forMs: QUICK.leaseMs });
    expect(await bench.service.cancel(CALLER, second.runId)).toMatchObject({ status: 'cancelled' });
  });

  it('leaves the work that another run waits for', async () => {
    const { model, release, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } });
    const [first, second] = [await bench.service.submit(CALLER, JOB), await bench.service.submit(CALLER, JOB)];
    await asked();
    await waitFor('both to wait', async () => {
      const states = await Promise.all([first, second].map(({ runId }) => bench.service.read(CALLER, runId)));
      return states.every(({ pending }) => pending.size > 0) ? true : undefined;
    });
    await bench.service.cancel(CALLER, first.runId);
    release();
    expect(await ended(bench.service, second.runId)).toMatchObject({ status: 'completed' });
    expect(new Set(model.calls.generate.map(({ prompt }) => JSON.stringify(prompt))).size).toBe(model.calls.generate.length);
  });

  it('does nothing to a run that is over', async () => {
    await using bench = await openServiceBench();
    const { runId } = await bench.service.submit(CALLER, JOB);
    const end = await ended(bench.service, runId);
    expect(await bench.service.cancel(CALLER, runId)).toEqual(end);
  });
});

describe('events', () => {
  it('tell the whole log in order, live, in the process that advances the run and in others', async () => {
    const { model, release, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } });
    const other = bench.open();
    const { runId } = await bench.service.submit(CALLER, JOB);
    const streams = [bench.service, bench.service, other].map((service) =>
      collect(service.events(CALLER, runId, { after: 0, signal: never() })),
    );
    await asked();
    release();
    const heard = await Promise.all(streams);
    const log = await bench.deps.runs.readEvents(runId, 0);
    for (const events of heard) expect(events).toEqual(log);
    expect(log.at(-1)?.event.type).toBe('run-completed');
  });

  it('are replayed after any number, and end at once when there are no more', async () => {
    await using bench = await openServiceBench();
    const { runId } = await bench.service.submit(CALLER, JOB);
    const { sequence } = await ended(bench.service, runId);
    const log = await bench.deps.runs.readEvents(runId, 0);
    for (const after of [0, 2, sequence - 1, sequence, sequence + 7]) {
      expect(await collect(bench.service.events(CALLER, runId, { after, signal: never() }))).toEqual(log.slice(after));
    }
  });

  it('end with the signal while the run goes on, and when the run is deleted', async () => {
    const { model, asked } = createHeldReader();
    await using bench = await openServiceBench({ models: { reader: model } });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await asked();
    const controller = new AbortController();
    const stream = collect(bench.service.events(CALLER, runId, { after: 0, signal: controller.signal }));
    await realClock.sleep(2 * QUICK.pollMs);
    controller.abort();
    expect((await stream).length).toBeGreaterThan(0);
    expect(await bench.service.read(CALLER, runId)).toMatchObject({ status: 'in_progress' });
    const { sequence } = await bench.service.cancel(CALLER, runId);
    await bench.service.remove(CALLER, runId);
    await expect(collect(bench.service.events(CALLER, runId, { after: sequence, signal: never() }))).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('ask one question about all followed runs, however many follow', async () => {
    const { model, asked } = createHeldReader();
    const runs = createMemoryRunStore();
    let looks = 0;
    const counting = {
      ...runs,
      sequences: (ids: readonly string[]) => {
        looks += 1;
        return runs.sequences(ids);
      },
    };
    await using bench = await openServiceBench({ models: { reader: model }, deps: { runs: counting } });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await asked();
    const controllers = Array.from({ length: 100 }, () => new AbortController());
    const streams = controllers.map(({ signal }) => collect(bench.service.events(CALLER, runId, { after: 0, signal })));
    await realClock.sleep(10 * QUICK.pollMs);
    expect(looks).toBeLessThanOrEqual(14);
    for (const controller of controllers) controller.abort();
    const heard = await Promise.all(streams);
    expect(new Set(heard.map((events) => events.length)).size).toBe(1);
  });
});
