import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunState } from '../domain/run.ts';
import type { JobHandler } from '../ports/job-queue.ts';
import { createJitter, withJitter } from '../testing/clock.ts';
import { asRemote, openEngineBench } from '../testing/engine-bench.ts';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { createReader, expectConsistent, isPrediction, never, readerReply, research } from '../testing/research.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { waitFor } from '../testing/wait-for.ts';
import { doJob } from './do-work.ts';
import { parseJobPayload } from './work.ts';

describe('interruption', () => {
  it('keeps what is done, and a resumed run ends with the report of an undisturbed one', async () => {
    const { state: undisturbed } = await research();
    for (const [stopAfter, name] of [
      [1, 'compress'],
      [3, 'compress'],
      [1, 'predict'],
    ] as const) {
      const controller = new AbortController();
      let left: number = stopAfter;
      let isSlow = true;
      const model = createReader({
        reply: (_request, prompt) => {
          if ((name === 'predict') === isPrediction(prompt) && isSlow && --left === 0) {
            controller.abort();
            return new Promise<string>(() => {});
          }
          return readerReply(prompt);
        },
      });
      await using bench = await openEngineBench({ models: { reader: model } });
      const runId = await bench.submit();
      const stopped = await bench.engine.advance(runId, { signal: controller.signal });
      expect(stopped).toMatchObject({ status: 'in_progress', reason: 'interrupted' });
      await expectConsistent(bench, stopped);
      isSlow = false;
      const done = [...stopped.steps.values()].filter(({ outcome }) => outcome?.status === 'done').length;
      expect(done).toBeGreaterThan(0);
      const resumed = await bench.engine.resume(runId, never());
      expect(resumed).toMatchObject({ status: 'completed' });
      expect(resumed.reason).toBeUndefined();
      expect(resumed.report).toEqual(undisturbed.report);
      expect(resumed.scores).toEqual(undisturbed.scores);
      await expectConsistent(bench, resumed);
    }
  });

  it('takes what another run has stored in the meantime, when the queue has lost its jobs', async () => {
    const runs = createMemoryRunStore();
    const controller = new AbortController();
    const slow = createReader({
      reply: () => {
        controller.abort();
        return new Promise<string>(() => {});
      },
    });
    await using first = await openEngineBench({ models: { reader: slow }, deps: { runs } });
    const [stopped, other] = [await first.submit(), await first.submit()];
    expect((await first.engine.advance(stopped, { signal: controller.signal })).pending.size).toBeGreaterThan(0);
    await using second = await openEngineBench({ models: { reader: createReader() }, deps: { runs } });
    expect((await second.engine.advance(other, never())).status).toBe('completed');
    const idle = createReader();
    await using third = await openEngineBench({ models: { reader: idle }, deps: { runs } });
    const resumed = await third.engine.resume(stopped, never());
    expect(resumed.status).toBe('completed');
    expect(idle.calls.generate).toHaveLength(0);
    await expectConsistent(third, resumed);
  });

  it('leaves alone the job that another run waits for, until that one leaves too', async () => {
    let isSlow = true;
    const model = createReader({ reply: (_request, prompt) => (isSlow ? new Promise<string>(() => {}) : readerReply(prompt)) });
    await using bench = await openEngineBench({ models: { reader: model } });
    const ids = [await bench.submit(), await bench.submit()];
    const controllers = ids.map(() => new AbortController());
    const advances = ids.map((id, i) => bench.engine.advance(id, { signal: controllers[i]?.signal ?? AbortSignal.abort() }));
    const keys = await waitFor('both to wait', async () => {
      const pending = await Promise.all(ids.map(async (id) => [...(await bench.engine.read(id)).pending]));
      if (pending.some((steps) => !steps.some((id) => id.startsWith('compress/')))) return undefined;
      const { steps } = await bench.engine.read(ids[0] ?? '');
      return [...steps.values()].flatMap(({ planned }) =>
        planned.jobId === undefined || !planned.id.startsWith('compress') ? [] : [planned],
      );
    });
    await waitFor('the model to be asked', async () => (model.calls.generate.length > 0 ? true : undefined));
    const states = async () =>
      [
        ...(
          await bench.deps.queue.states(
            'compress',
            keys.map(({ jobId }) => jobId ?? ''),
          )
        ).values(),
      ].map(({ state }) => state);
    controllers[0]?.abort();
    await advances[0];
    expect(await states()).toContain('active');
    controllers[1]?.abort();
    await advances[1];
    expect(await states()).not.toContain('active');
    isSlow = false;
    const resumed = await Promise.all(ids.map((id) => bench.engine.resume(id, never())));
    for (const state of resumed) expect(state.status).toBe('completed');
  });

  it('picks up what a dead process has left at any point of the log', async () => {
    const { bench: whole, state } = await research();
    const events = await whole.deps.runs.readEvents(state.runId, 0);
    for (let length = 1; length < events.length; length++) {
      await using bench = await openEngineBench({ models: { reader: createReader() } });
      const { runs } = bench.deps;
      const [first, ...rest] = events.slice(0, length).map(({ event }) => event);
      if (first === undefined) continue;
      await runs.createRun({ id: 'dead', tenant: 'tenant', question: state.spec.question, events: [first] });
      await runs.commit({ runId: 'dead', expectedSequence: 1, events: rest, steps: [] });
      const recovered = await bench.engine.advance('dead', never());
      expect(recovered).toMatchObject({ status: 'completed', report: state.report });
    }
  });

  it('enters a remote call whose end nobody saw at what was reserved for it', async () => {
    const table = { source: 'test', priceOf: () => ({ inputUsdPerToken: 0.001, outputUsdPerToken: 0.002 }) };
    let isSlow = true;
    const writer = createScriptedModel({ reply: (_request, prompt) => (isSlow ? new Promise<string>(() => {}) : readerReply(prompt)) });
    const models = { reader: createReader(), writer: asRemote(writer) };
    await using bench = await openEngineBench({ models, pricing: { table } });
    const runId = await bench.submit();
    const controller = new AbortController();
    const advance = bench.engine.advance(runId, { signal: controller.signal });
    await waitFor('the remote call', async () => (writer.calls.generate.length > 0 ? true : undefined));
    controller.abort();
    await advance;
    isSlow = false;
    const state = await bench.engine.resume(runId, never());
    expect(state.status).toBe('completed');
    const [unknown, call, ...others] = state.ledger.filter(({ role }) => role === 'predict');
    expect(others).toEqual([]);
    const { reserved } = state.steps.get('predict')?.planned ?? {};
    expect(unknown).toMatchObject({ kind: 'unknown', microUsd: reserved?.microUsd, promptTokens: reserved?.tokens });
    expect(call).toMatchObject({ kind: 'call', place: 'remote' });
    expect(call?.microUsd ?? Number.NaN).toBeLessThanOrEqual(unknown?.microUsd ?? 0);
    await expectConsistent(bench, state);
  });

  it('books no call that never began, though it was planned', async () => {
    const table = { source: 'test', priceOf: () => ({ inputUsdPerToken: 0.001, outputUsdPerToken: 0.002 }) };
    let isSlow = true;
    const writer = createScriptedModel({ reply: (_request, prompt) => (isSlow ? new Promise<string>(() => {}) : readerReply(prompt)) });
    await using bench = await openEngineBench({
      models: { reader: createReader(), writer: asRemote(writer) },
      pricing: { table },
      concurrency: 1,
    });
    const { plugins } = bench.request;
    const runId = await bench.submit({ plugins: { ...plugins, compressor: { use: 'abstractive', model: 'writer', options: {} } } });
    const controller = new AbortController();
    const advance = bench.engine.advance(runId, { signal: controller.signal });
    await waitFor('the first call', async () => (writer.calls.generate.length > 0 ? true : undefined));
    controller.abort();
    const stopped = await advance;
    expect([...stopped.pending].filter((id) => id.startsWith('compress/'))).toHaveLength(1);
    isSlow = false;
    const state = await bench.engine.resume(runId, never());
    expect(state.status).toBe('completed');
    expect(state.ledger.filter(({ kind }) => kind === 'unknown')).toHaveLength(1);
    await expectConsistent(bench, state);
  });

  it('books a call whose worker was closed under it when the job ends, and not before', async () => {
    const table = { source: 'test', priceOf: () => ({ inputUsdPerToken: 0.001, outputUsdPerToken: 0.002 }) };
    let isSlow = true;
    const writer = createScriptedModel({ reply: (_request, prompt) => (isSlow ? new Promise<string>(() => {}) : readerReply(prompt)) });
    await using bench = await openEngineBench({
      models: { reader: createReader(), writer: asRemote(writer) },
      pricing: { table },
      concurrency: 0,
    });
    const work: JobHandler = (payload, context) => doJob(parseJobPayload(payload), bench.deps, context);
    for (const name of ['compress', 'score']) await bench.deps.queue.consume(name, { concurrency: 2 }, work);
    const worker = await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const runId = await bench.submit();
    const advance = bench.engine.advance(runId, never());
    await waitFor('the remote call', async () => (writer.calls.generate.length > 0 ? true : undefined));
    await worker.close();
    isSlow = false;
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const state = await advance;
    expect(state.status).toBe('completed');
    expect(state.ledger.filter(({ role }) => role === 'predict').map(({ kind }) => kind)).toEqual(['unknown', 'call']);
    await expectConsistent(bench, state);
  });
});

describe('several engines', () => {
  it('advance one run together to one consistent log, whoever is faster', async () => {
    const { state: alone } = await research();
    const race = fc.asyncProperty(fc.integer(), async (seed) => {
      const jitter = createJitter(seed);
      const model = createReader({ reply: (_request, prompt) => jitter().then(() => readerReply(prompt)) });
      const runs = withJitter(createMemoryRunStore(), jitter, ['readEvents', 'commit', 'findSteps']);
      await using bench = await openEngineBench({ models: { reader: model }, deps: { runs } });
      const runId = await bench.submit();
      const states = await Promise.all([0, 1, 2].map(() => jitter().then(() => bench.engine.advance(runId, never()))));
      for (const state of states) expect(state).toEqual(states[0]);
      expect(states[0]).toMatchObject({ status: 'completed', report: alone.report });
      await expectConsistent(bench, states[0] as RunState);
      const calls = model.calls.generate.map(({ prompt }) => JSON.stringify(prompt));
      expect(new Set(calls).size).toBe(calls.length);
    });
    await fc.assert(race, { seed: 7, numRuns: 12, endOnFailure: true });
  });

  it('resume one stopped run together, and each step is tried anew once', async () => {
    const controller = new AbortController();
    let isSlow = true;
    const model = createReader({
      reply: (_request, prompt) => {
        if (!isSlow) return readerReply(prompt);
        controller.abort();
        return new Promise<string>(() => {});
      },
    });
    await using bench = await openEngineBench({ models: { reader: model } });
    const runId = await bench.submit();
    await bench.engine.advance(runId, { signal: controller.signal });
    isSlow = false;
    const states = await Promise.all([0, 1, 2].map(() => bench.engine.resume(runId, never())));
    for (const state of states) expect(state).toEqual(states[0]);
    expect(states[0]).toMatchObject({ status: 'completed', epoch: 1 });
    await expectConsistent(bench, states[0] as RunState);
  });
});
