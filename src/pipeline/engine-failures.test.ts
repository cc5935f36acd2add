import { describe, expect, it } from 'vitest';
import { abstractive } from '../../agents/compressors/abstractive.ts';
import { PLUGINS } from '../compose/plugins.ts';
import { IsthmusError } from '../domain/errors.ts';
import { definePlugin } from '../ports/plugin.ts';
import { buildCorpus } from '../testing/builders.ts';
import { BENCH_CORPUS, openEngineBench, startQuickWorkers } from '../testing/engine-bench.ts';
import { createMemoryDocuments } from '../testing/memory-documents.ts';
import { createReader, drive, expectConsistent, isPrediction, never, readerReply, research } from '../testing/research.ts';
import { promptText, type ScriptedModelOptions } from '../testing/scripted-model.ts';
import { waitFor } from '../testing/wait-for.ts';
import { doJob } from './do-work.ts';
import { parseJobPayload, QUEUES } from './work.ts';

describe('failures', () => {
  const failing = (isBroken: (prompt: string) => boolean, code: 'invalid-input' | 'provider-unavailable' = 'invalid-input') =>
    createReader({
      reply: (_request, prompt) => {
        if (isBroken(prompt)) throw new IsthmusError(code, 'The model said no.');
        return readerReply(prompt);
      },
    });

  it('a chunk that cannot be read is left out, and the report still comes and says so', async () => {
    const { bench, state } = await research({ models: { reader: failing((prompt) => prompt.includes('1932')) } });
    expect(state).toMatchObject({ status: 'incomplete', report: { text: 'It was so [1].' } });
    expect(state.reason).toMatch(/^1 of \d+ steps of the kind "compress" failed \(The model said no\.\)$/);
    expect(state.steps.get('compress/chunk-4')?.outcome).toMatchObject({ status: 'failed', error: { message: 'The model said no.' } });
    await expectConsistent(bench, state);
  });

  it('a queue that loses its jobs while a run waits for them is told of them again', async () => {
    const bench = await openEngineBench({ models: { reader: createReader() }, concurrency: 0 });
    const { queue, runs } = bench.deps;
    const runId = await bench.submit();
    const advance = bench.engine.advance(runId, never());
    const jobIds = await waitFor('jobs', async () => {
      const events = await runs.readEvents(runId, 0);
      const ids = events.flatMap(({ event }) => (event.type === 'steps-planned' ? event.steps.flatMap(({ jobId = [] }) => jobId) : []));
      const counts = await Promise.all(QUEUES.map((name) => queue.counts(name)));
      return ids.length > 0 && counts.some(({ waiting }) => waiting > 0) ? ids : undefined;
    });
    for (const name of QUEUES) await queue.cancel(name, jobIds);
    await startQuickWorkers(bench.deps, 2);
    const state = await advance;
    expect(state.status).toBe('completed');
    await expectConsistent(bench, state);
  });

  it('a job that ended with what is no result fails its run, and is not taken for the result of the next', async () => {
    const bench = await openEngineBench({ models: { reader: createReader() }, concurrency: 0 });
    for (const name of ['compress', 'score'])
      await bench.deps.queue.consume(name, { concurrency: 2 }, (payload, context) => doJob(parseJobPayload(payload), bench.deps, context));
    let answers = 0;
    await bench.deps.queue.consume('predict', { concurrency: 1 }, async (payload, context) => {
      answers += 1;
      return answers === 1 ? { nonsense: true } : doJob(parseJobPayload(payload), bench.deps, context);
    });
    const first = await bench.engine.advance(await bench.submit(), never());
    expect(first).toMatchObject({ status: 'failed', error: { code: 'output-unparseable' } });
    const second = await bench.engine.advance(await bench.submit(), never());
    expect(second).toMatchObject({ status: 'completed' });
    // The plan twice, and the prediction.
    expect(answers).toBe(3);
  });

  it('a failed run says why, and goes on where it stopped once the model is well', async () => {
    let isWell = false;
    const model = failing((prompt) => !isWell && isPrediction(prompt));
    const { bench, runId, state } = await research({ models: { reader: model } });
    expect(state).toMatchObject({ status: 'failed', error: { code: 'invalid-input', message: 'The model said no.' } });
    isWell = true;
    const before = model.calls.generate.length;
    const resumed = await bench.engine.resume(runId, never());
    expect(resumed).toMatchObject({ status: 'completed', report: { text: 'It was so [1].' }, epoch: 1 });
    expect(resumed.error).toBeUndefined();
    expect(model.calls.generate.length).toBe(before + 1);
    await expectConsistent(bench, resumed);
    expect(await bench.engine.resume(runId, never())).toEqual(resumed);
  });

  it('fails with the first error when no chunk can be read, and leaves nothing behind that harms the next run', async () => {
    let isWell = false;
    const { bench, state } = await research({ models: { reader: failing(() => !isWell) } });
    expect(state).toMatchObject({ status: 'failed', error: { message: 'The model said no.' } });
    isWell = true;
    const next = await bench.engine.advance(await bench.submit(), never());
    expect(next.status).toBe('completed');
  });

  it('an answer that cannot be used was paid for all the same', async () => {
    const picky = definePlugin({
      ...abstractive,
      id: 'picky',
      create: (options, handle) => ({
        compress: async (request, context) => {
          const summary = await abstractive.create(options, handle).compress(request, context);
          if (summary.text.includes('1869')) throw new IsthmusError('output-unparseable', 'Not a number again.');
          return summary;
        },
      }),
    });
    const bench = await openEngineBench({ models: { reader: createReader() }, plugins: [...PLUGINS, picky] });
    const { plugins } = bench.request;
    const { state } = await drive(bench, { plugins: { ...plugins, compressor: { use: 'picky', model: 'reader', options: {} } } });
    const failed = state.steps.get('compress/chunk-2');
    expect(failed?.outcome).toMatchObject({ status: 'failed', error: { code: 'output-unparseable' } });
    const paid = state.ledger.filter(({ stepKey }) => stepKey === failed?.planned.stepKey);
    expect(paid).toMatchObject([{ kind: 'call', role: 'compress', outputTokens: 8 }]);
    await expectConsistent(bench, state);
  });

  it('a search that fails has failed the run, and is done again when it is resumed', async () => {
    let isWell = false;
    const documents = createMemoryDocuments(BENCH_CORPUS);
    const readChunks = (id: string) => (isWell ? documents.readChunks(id) : Promise.reject(new Error('The disk is gone.')));
    const { bench, runId, state } = await research({ deps: { documents: { ...documents, readChunks } } });
    expect(state).toMatchObject({ status: 'failed', error: { message: 'The disk is gone.' } });
    isWell = true;
    expect(await bench.engine.resume(runId, never())).toMatchObject({ status: 'completed' });
  });

  it('a result that is none fails its step, not the process', async () => {
    const bench = await openEngineBench({ models: { reader: createReader() }, concurrency: 0 });
    for (const name of QUEUES) await bench.deps.queue.consume(name, { concurrency: 1 }, async () => ({ steps: 'of another version' }));
    const { state } = await drive(bench);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'output-unparseable' } });
  });

  it('a scoring that gives no number leaves one summary without a score, not the run without an end', async () => {
    const score: ScriptedModelOptions['score'] = (prompt, { text }) => [
      text.includes('1869') && promptText(prompt).includes('Coal') ? Number.NaN : -1,
    ];
    const { state, bench } = await research({ models: { reader: createReader({ score }) } });
    expect(state.status).toBe('completed');
    expect(state.scores.get('compress/chunk-2')).toEqual({ missing: 'a scoring it needs has failed' });
    expect(state.scores.get('compress/chunk-3')).toHaveProperty('score');
    await expectConsistent(bench, state);
  });

  it('a summary too long for its column costs only its own score', async () => {
    const long = `The canal was opened. ${'rain '.repeat(46)}`;
    const corpus = buildCorpus([long, 'The canal was dug.', 'A canal leaked.', 'No canal came.']);
    const bench = await openEngineBench({ models: { reader: createReader({ contextTokens: 90 }) }, corpus });
    const { plugins } = bench.request;
    const { state } = await drive(bench, { plugins: { ...plugins, compressor: { use: 'identity', model: 'reader', options: {} } } });
    expect(state.status).toBe('completed');
    expect(state.scores.get('compress/chunk-1')).toEqual({ missing: 'a scoring it needs has failed' });
    expect([...state.scores.values()].filter((score) => 'score' in score)).toHaveLength(3);
  });
});
