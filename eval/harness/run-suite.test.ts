import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IsthmusError } from '../../src/domain/errors.ts';
import { asRemote } from '../../src/testing/engine-bench.ts';
import { createReader, isPrediction, readerReply } from '../../src/testing/research.ts';
import { findMetrics } from '../metrics/index.ts';
import { buildTools } from '../testing/build-sample.ts';
import { benchDataset, openMemoryBench } from '../testing/memory-bench.ts';
import { armsOf } from './arms.ts';
import type { Bench } from './bench.ts';
import { cellsOf } from './cells.ts';
import { fittingTasks } from './fitting-tasks.ts';
import type { EvalRow } from './row.ts';
import { readDetails, readRows } from './rows.ts';
import { runSuite, type SuiteRun } from './run-suite.ts';
import { createSpending } from './spending.ts';
import { parseSuite } from './suite.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-suite-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SUITE = {
  name: 'mine',
  datasets: [{ use: 'samples' }],
  base: { compressor: { use: 'abstractive', model: 'nano' }, predictor: { use: 'openai', model: 'nano' }, scorer: null },
  arms: [{ name: 'reads' }],
};

/** One arm beside the yardsticks that need no more than words. */
function suiteRun(bench: Bench, own: Partial<SuiteRun> = {}): SuiteRun {
  const arms = armsOf(parseSuite(SUITE, 'mine.yaml', '/')).filter(({ name }) => name === 'top-k' || name === 'reads');
  const dataset = benchDataset(3);
  const metrics = findMetrics(['contains', 'bits', 'predictor-tokens']);
  return {
    ...{ bench, folder, arms, metrics, primary: 'contains', graded: ['contains'], budgets: [8, 64], seeds: [1], concurrency: 2 },
    ...{ datasets: [{ dataset, tasks: dataset.tasks }], tools: buildTools(), spending: createSpending(undefined, 2) },
    ...{ commit: 'abc', now: () => new Date(0), signal: new AbortController().signal },
    ...own,
  };
}

async function rows(): Promise<EvalRow[]> {
  const found: EvalRow[] = [];
  for await (const row of readRows(join(folder, 'rows.jsonl'))) found.push(row);
  return found;
}

describe('a suite that is run', () => {
  test('makes a row of each cell, once', async () => {
    await using bench = await openMemoryBench({ nano: createReader() });
    expect(await runSuite(suiteRun(bench))).toMatchObject({ done: 12, of: 12, made: 12, failed: 0 });
    expect(await runSuite(suiteRun(bench))).toMatchObject({ done: 12, of: 12, made: 0 });
    const made = await rows();
    expect(new Set(made.map(({ cell }) => cell)).size).toBe(12);
    const [row] = made.filter(({ arm, budget }) => arm === 'reads' && budget === 64);
    expect(row).toMatchObject({ dataset: 'bench', seed: 1, status: 'answered', outcome: 'right', answer: 'It was so.', gold: ['so'] });
    expect(row?.settings).toMatchObject({
      strategy: 'map-reduce',
      compressor: 'abstractive',
      compressorModel: 'nano',
      predictor: 'openai',
    });
    expect(row?.provenance).toMatchObject({ commit: 'abc', datasetSha256: 'b', at: '1970-01-01T00:00:00.000Z' });
    // Nothing is scored, so there are no bits, and not 0 of them.
    expect(Object.keys(row?.metrics ?? {})).toEqual(['contains', 'predictor-tokens']);
    expect(made.find(({ arm }) => arm === 'top-k')?.settings.compressor).toBe('none');
  });

  test('another metric makes the rows anew, and no model is asked again', async () => {
    const reader = createReader();
    await using bench = await openMemoryBench({ nano: reader });
    await runSuite(suiteRun(bench));
    const asked = reader.calls.generate.length;
    expect(await runSuite(suiteRun(bench, { graded: ['contains', 'bits'] }))).toMatchObject({ made: 12 });
    expect(reader.calls.generate).toHaveLength(asked);
  });

  test('what was shown is what the budget let through, and sources are kept with the largest only', async () => {
    await using bench = await openMemoryBench({ nano: createReader() });
    await runSuite(suiteRun(bench, { metrics: findMetrics(['contains', 'shown-tokens']) }));
    for (const { budget, metrics } of await rows()) expect(metrics['shown-tokens']).toBeLessThanOrEqual(budget ?? 0);
    const detailed = new Set<string>();
    for await (const { cell, sources } of readDetails(join(folder, 'details.jsonl'))) {
      detailed.add(cell);
      expect(sources.every(({ context }) => /canal|railway|Coal|lock/i.test(context))).toBe(true);
    }
    const largest = (await rows()).filter(({ budget }) => budget === 64).map(({ cell }) => cell);
    expect(detailed).toEqual(new Set(largest));
  });

  test('a run that fails is a row that says why; on demand it is made again', async () => {
    let isBroken = true;
    const reader = createReader({
      reply: () => {
        if (isBroken) throw new Error('the model is out');
        return 'It was so [1].';
      },
    });
    await using bench = await openMemoryBench({ nano: reader });
    expect(await runSuite(suiteRun(bench))).toMatchObject({ done: 12, failed: 12 });
    expect(
      (await rows()).every(({ status, outcome, problem }) => status === 'failed' && outcome === 'failed' && problem !== undefined),
    ).toBe(true);
    isBroken = false;
    expect(await runSuite(suiteRun(bench))).toMatchObject({ made: 0 });
    expect(await runSuite(suiteRun(bench, { retriesFailed: true }))).toMatchObject({ made: 12, failed: 0 });
    expect(await rows()).toHaveLength(12);
  });

  test('stops when told to, without a row of what was under way', async () => {
    const stop = new AbortController();
    let calls = 0;
    const reply = (_request: unknown, prompt: string): string | Promise<string> => {
      calls += 1;
      if (calls !== 6) return readerReply(prompt);
      stop.abort();
      return new Promise<string>(() => {});
    };
    {
      await using bench = await openMemoryBench({ nano: createReader({ reply }) });
      const outcome = await runSuite(suiteRun(bench, { signal: stop.signal }));
      expect(outcome.stopped).toBe('interrupted');
      expect(outcome.done).toBeLessThan(12);
      expect((await rows()).filter(({ status }) => status !== 'failed')).toHaveLength(outcome.done);
    }
    await using bench = await openMemoryBench({ nano: createReader() });
    expect(await runSuite(suiteRun(bench))).toMatchObject({ done: 12, failed: 0 });
    expect(await rows()).toHaveLength(12);
  });

  test('each seed has rows of its own', async () => {
    await using bench = await openMemoryBench({ nano: createReader() });
    expect(await runSuite(suiteRun(bench, { seeds: [1, 2] }))).toMatchObject({ made: 24 });
    expect(new Set((await rows()).map(({ cell }) => cell)).size).toBe(24);
  });
});

describe('money', () => {
  const pricing = {
    table: {
      source: 'the test',
      priceOf: (name: string) => (name === 'large-1' ? { inputUsdPerToken: 1e-6, outputUsdPerToken: 2e-6 } : undefined),
    },
  };
  const remote = () => ({ nano: asRemote(createReader()) });

  test('is never passed, ends the evaluation, and leaves no row of a run that it has cut', async () => {
    await using bench = await openMemoryBench(remote(), pricing);
    const free = createSpending(undefined, 2);
    await runSuite(suiteRun(bench, { spending: free, folder: join(folder, 'free') }));
    expect(free.spent).toBeGreaterThan(100);
    await using other = await openMemoryBench(remote(), pricing);
    const spending = createSpending(Math.floor(free.spent / 2), 2);
    const outcome = await runSuite(suiteRun(other, { spending }));
    expect(outcome.stopped).toBe('spent');
    expect(spending.spent).toBeLessThanOrEqual(free.spent / 2);
    expect((await rows()).every(({ problem }) => problem === undefined)).toBe(true);
    expect(await runSuite(suiteRun(other))).toMatchObject({ done: 12 });
  });

  test('is not taken for reached where a run is incomplete because a chunk could not be read', async () => {
    let reads = 0;
    const reply = (_request: unknown, prompt: string): string => {
      if (!isPrediction(prompt) && ++reads === 1) throw new IsthmusError('invalid-input', 'It cannot be read.');
      return readerReply(prompt);
    };
    await using bench = await openMemoryBench({ nano: asRemote(createReader({ reply })) }, pricing);
    const outcome = await runSuite(suiteRun(bench, { spending: createSpending(1_000_000_000, 2) }));
    expect(outcome).toMatchObject({ done: 12, of: 12, made: 12, failed: 0 });
    expect(outcome.stopped).toBeUndefined();
  });

  test('a limit in dollars is refused where a model has no price, before anything is asked', async () => {
    const reader = createReader();
    await using bench = await openMemoryBench({ nano: asRemote(reader) });
    const run = runSuite(suiteRun(bench, { spending: createSpending(1_000, 2) }));
    await expect(run).rejects.toThrow(/Arm "top-k", task t0: A limit in USD cannot hold/);
    expect(reader.calls.generate).toEqual([]);
  });
});

test('an arm that cannot begin ends it before anything is asked', async () => {
  const reader = createReader();
  await using bench = await openMemoryBench({ nano: reader });
  const arms = armsOf(parseSuite({ ...SUITE, arms: [{ name: 'odd', strategy: { use: 'map-reduce', options: { chunk: 3 } } }] }, 'm', '/'));
  await expect(runSuite(suiteRun(bench, { arms }))).rejects.toThrow('Arm "odd", task t0:');
  expect(reader.calls.generate).toEqual([]);
});

test('a question that some arm cannot take is asked of none', async () => {
  await using bench = await openMemoryBench({ nano: createReader() });
  const { datasets, ...request } = suiteRun(bench);
  const [{ dataset, tasks }] = datasets as [(typeof datasets)[number]];
  const long = { ...tasks[0], id: 'long', question: 'word '.repeat(4_000) } as (typeof tasks)[number];
  const fitting = await fittingTasks({ ...request, datasets: [{ dataset, tasks: [long, ...tasks] }] }, bench);
  expect(fitting.datasets[0]?.tasks).toEqual(tasks);
  expect(fitting.leftOut.map(({ task }) => task.id)).toEqual(['long']);
  expect([...cellsOf({ ...request, datasets: fitting.datasets })]).toHaveLength(12);
});
