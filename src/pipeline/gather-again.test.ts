import { describe, expect, it } from 'vitest';
import { PLUGINS } from '../compose/plugins.ts';
import { IsthmusError } from '../domain/errors.ts';
import { createHandClock } from '../testing/clock.ts';
import { type EngineBench, openEngineBench } from '../testing/engine-bench.ts';
import {
  DAY,
  everything,
  gather,
  gathered,
  hang,
  OPENED,
  openGatherBench,
  PAGES,
  QUERY,
  requestOf,
  SEARCH,
  URLS,
} from '../testing/gather-kit.ts';
import { createMemoryDocuments } from '../testing/memory-documents.ts';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { createReader, expectConsistent, never } from '../testing/research.ts';
import { createScriptedWeb, plainReader } from '../testing/scripted-web.ts';

describe('what was gathered', () => {
  it('serves another run of the tenant within its time to live, and no run of another tenant', async () => {
    const clock = createHandClock();
    await using bench = await openGatherBench({}, { clock });
    const { state: first } = await gather(bench, URLS);
    const { state: second } = await gather(bench, URLS);
    expect(second.status).toBe('completed');
    expect(second.spec.corpusId).toBe(first.spec.corpusId);
    expect([gathered(first).isShared, gathered(second).isShared]).toEqual([false, true]);
    expect(bench.web.asked.pages).toHaveLength(2);
    const { state: foreign } = await gather(bench, URLS, { tenant: 'another' });
    expect(foreign.spec.corpusId).not.toBe(first.spec.corpusId);
    expect(bench.web.asked.pages).toHaveLength(4);
    clock.moveOn(DAY);
    await gather(bench, URLS);
    expect(bench.web.asked.pages).toHaveLength(6);
    await expectConsistent(bench, second);
  });

  it('is gathered anew where its time to live is 0, where a page may be back, and where its corpus is gone', async () => {
    await using bench = await openGatherBench();
    for (const _ of [1, 2]) await gather(bench, { ...URLS, ttlMs: 0 });
    expect(bench.web.asked.pages).toHaveLength(4);

    const down = { isDown: true };
    const busy = new IsthmusError('provider-unavailable', 'the server is busy');
    const pages = { ...PAGES, [OPENED]: async () => (down.isDown ? Promise.reject(busy) : PAGES[OPENED]) };
    await using flaky = await openGatherBench({ pages });
    const { state: without } = await gather(flaky, URLS);
    expect(gathered(without).sources[1]).toMatchObject({ reason: busy.message, isTemporary: true });
    down.isDown = false;
    const { state: whole } = await gather(flaky, URLS);
    expect(gathered(whole).sources.every(({ documentId }) => documentId !== undefined)).toBe(true);

    const runs = createMemoryRunStore();
    await using before = await openGatherBench({}, { runs });
    await gather(before, URLS);
    await using after = await openEngineBench({
      models: { reader: createReader() },
      plugins: [...PLUGINS, everything],
      deps: { web: createScriptedWeb({ pages: PAGES }), reader: plainReader, runs, documents: createMemoryDocuments() },
    });
    const runId = await createEngineRun(after);
    expect((await after.engine.advance(runId, never())).status).toBe('completed');
  });
});

/** Under another id than the first run of a bench has. */
async function createEngineRun(bench: EngineBench): Promise<string> {
  const spec = await bench.specify(requestOf(bench, URLS));
  await bench.deps.runs.createRun({ id: 'later', tenant: spec.tenant, question: spec.question, events: [{ type: 'run-created', spec }] });
  return 'later';
}

describe('a gathering that is cut off', () => {
  it('stops its fetches, keeps what it asked, and is done again by whoever goes on', async () => {
    for (const reason of [undefined, 'isthmus-leave']) {
      const controller = new AbortController();
      const slow = { isSlow: true };
      const seen: AbortSignal[] = [];
      const pages = {
        ...PAGES,
        [OPENED]: async ({ signal }: { signal: AbortSignal }) => {
          if (!slow.isSlow) return PAGES[OPENED];
          seen.push(signal);
          controller.abort(reason);
          return hang(signal);
        },
      };
      await using bench = await openGatherBench({ pages });
      const runId = await bench.submit(requestOf(bench, SEARCH));
      const stopped = await bench.engine.advance(runId, { signal: controller.signal });
      expect(stopped.status).toBe('in_progress');
      expect([...stopped.pending]).toEqual(['gather']);
      expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
      expect(gathered(stopped).egress.map(({ purpose }) => purpose)).toContain('search');
      slow.isSlow = false;
      const resumed = await bench.engine.resume(runId, never());
      expect(resumed.status).toBe('completed');
      expect(bench.web.asked.searches).toEqual([QUERY, QUERY]);
      await expectConsistent(bench, resumed);
    }
  });

  it('ends with its run when that is cancelled, even where a page hears nothing', async () => {
    const controller = new AbortController();
    const pages = {
      [OPENED]: () => {
        controller.abort('isthmus-cancel');
        return new Promise<string>(() => {});
      },
    };
    await using bench = await openGatherBench({ pages });
    const runId = await bench.submit(requestOf(bench, { urls: [OPENED], ttlMs: DAY }));
    const state = await bench.engine.advance(runId, { signal: controller.signal });
    expect(state.status).toBe('cancelled');
    expect(state.pending.size).toBe(0);
    await expectConsistent(bench, state);
  });

  it('ends at the time limit of its run', async () => {
    await using bench = await openGatherBench({ pages: { [OPENED]: ({ signal }) => hang(signal) } });
    const { state } = await gather(bench, { urls: [OPENED], ttlMs: DAY }, { limits: { durationMs: 50 } });
    expect(state).toMatchObject({ status: 'failed', error: { code: 'budget-exceeded', message: expect.stringContaining('0.05 s') } });
    await expectConsistent(bench, state);
  });

  it('is picked up from any point of the log that a dead process has left, under the key that it was planned with', async () => {
    const clock = createHandClock();
    await using whole = await openGatherBench({}, { clock });
    const { state, runId } = await gather(whole, SEARCH);
    const events = await whole.deps.runs.readEvents(runId, 0);
    for (let length = 1; length <= Math.min(events.length, 6); length += 1) {
      await using bench = await openGatherBench({}, { clock });
      clock.moveOn(DAY);
      const [first, ...rest] = events.slice(0, length).map(({ event }) => event);
      if (first === undefined) throw new Error('The log is empty.');
      const finished = rest.some((event) => event.type === 'steps-finished');
      if (finished) continue;
      await bench.deps.runs.createRun({ id: runId, tenant: 'tenant', question: state.spec.question, events: [first, ...rest] });
      const again = await bench.engine.advance(runId, never());
      expect(again.report).toEqual(state.report);
      if (length > 1) expect(again.steps.get('gather')?.planned).toEqual(state.steps.get('gather')?.planned);
      else expect(again.steps.get('gather')?.planned.stepKey).not.toBe(state.steps.get('gather')?.planned.stepKey);
      await expectConsistent(bench, again);
    }
  });

  it('replays to the same state from its log alone', async () => {
    await using bench = await openGatherBench();
    const { state, runId } = await gather(bench, SEARCH);
    const web = createScriptedWeb({ pages: {} });
    await using other = await openEngineBench({
      models: { reader: createReader() },
      plugins: [...PLUGINS, everything],
      deps: { web, reader: plainReader, runs: bench.deps.runs, documents: bench.deps.documents },
    });
    expect(await other.engine.advance(runId, never())).toEqual(state);
    expect(web.asked).toEqual({ searches: [], pages: [] });
  });
});
