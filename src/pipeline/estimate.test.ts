import { describe, expect, it } from 'vitest';
import { spentOf } from '../domain/budget.ts';
import type { Estimate, Range } from '../domain/estimate.ts';
import type { RunState } from '../domain/run.ts';
import { asRemote, type EngineBench, openEngineBench } from '../testing/engine-bench.ts';
import { createReader, drive } from '../testing/research.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { estimateRun, estimateSpec, measuredRates } from './estimate.ts';
import { ratesOf } from './estimate-time.ts';
import { overviewOf } from './overview.ts';
import type { RunRequest } from './run-request.ts';

const TABLE = {
  source: 'test',
  priceOf: (name: string) => (name === 'large-1' ? { inputUsdPerToken: 2e-6, outputUsdPerToken: 8e-6 } : undefined),
};

const contains = ({ low, high }: Range, fact: number) => low <= fact && fact <= high;

async function estimateAndRun(
  bench: EngineBench,
  change: (request: RunRequest) => Partial<RunRequest>,
): Promise<{ readonly estimate: Estimate; readonly state: RunState }> {
  const request = { ...bench.request, ...change(bench.request) };
  const estimate = await estimateRun(request, bench.deps);
  return { estimate, state: (await drive(bench, request)).state };
}

const use = (plugin: string, model: string, options = {}) => ({ use: plugin, model, options });

describe('an estimate', () => {
  it.each([
    ['a compressor that writes', (request: RunRequest) => request],
    ['one that only counts', (r: RunRequest) => ({ plugins: { ...r.plugins, compressor: use('extractive', 'reader') } })],
    ['one that points', (r: RunRequest) => ({ plugins: { ...r.plugins, compressor: use('select', 'reader') } })],
    ['a remote compressor', (r: RunRequest) => ({ plugins: { ...r.plugins, compressor: use('abstractive', 'writer') } })],
    ['no scorer', () => ({ scorer: null })],
    ['a planner that writes', (r: RunRequest) => ({ plugins: { ...r.plugins, planner: use('decompose', 'reader', { maxQueries: 3 }) } })],
    ['all against all', (r: RunRequest) => ({ plugins: { ...r.plugins, estimator: { use: 'monte-carlo', options: {} } } })],
  ])('holds what the run then takes: %s', async (_what, change) => {
    // As many words as the usual limit has tokens, or fewer.
    const models = { reader: createReader(), writer: asRemote(createReader()) };
    await using bench = await openEngineBench({ models, pricing: { table: TABLE, localUsdPerSecond: 0.001 } });
    const { estimate, state } = await estimateAndRun(bench, change);
    expect(state.status).toBe('completed');
    const { calls, tokens } = spentOf(state.ledger);
    expect(contains(estimate.calls, calls), `${calls} calls in ${JSON.stringify(estimate.calls)}`).toBe(true);
    expect(contains(estimate.tokens, tokens), `${tokens} tokens in ${JSON.stringify(estimate.tokens)}`).toBe(true);
    const remote = state.ledger.filter(({ place }) => place === 'remote').reduce((sum, entry) => sum + (entry.microUsd ?? 0), 0);
    expect(remote).toBeLessThanOrEqual(estimate.microUsd?.high ?? 0);
    for (const { low, expected, high } of [estimate.calls, estimate.tokens, estimate.durationMs]) {
      expect(low).toBeLessThanOrEqual(expected);
      expect(expected).toBeLessThanOrEqual(high);
    }
    expect(estimate.chunks).toBe(5);
  });

  it('is exact where no model writes', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const { estimate, state } = await estimateAndRun(bench, ({ plugins }) => ({
      plugins: { ...plugins, compressor: use('extractive', 'reader') },
    }));
    const scored = state.ledger.filter(({ role }) => role === 'score');
    expect(estimate.calls).toEqual({ low: scored.length + 1, expected: scored.length + 1, high: scored.length + 1 });
  });

  it('makes no model write, and stores nothing', async () => {
    const model = createScriptedModel();
    await using bench = await openEngineBench({ models: { reader: model } });
    await estimateRun(bench.request, bench.deps);
    await estimateRun({ ...bench.request, plugins: { ...bench.request.plugins, compressor: use('select', 'reader') } }, bench.deps);
    expect(model.calls).toMatchObject({ generate: [], score: [], markers: [] });
    expect(model.calls.countTokens.length).toBeGreaterThan(0);
    expect(await bench.deps.runs.listRuns({ tenant: 'tenant', limit: 9 })).toEqual([]);
  });

  it('has no price where a model has none, and says which', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const estimate = await estimateRun(bench.request, bench.deps);
    expect(estimate.microUsd).toBeUndefined();
    expect(estimate.basis).toContain('no price for reader');
  });

  it('goes no further than the limits, and says which may end the run', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const free = await estimateRun(bench.request, bench.deps);
    const estimate = await estimateRun({ ...bench.request, limits: { calls: 3, tokens: 1e9 } }, bench.deps);
    expect(estimate.calls).toEqual({ low: 3, expected: 3, high: 3 });
    expect(estimate.tokens).toEqual(free.tokens);
    expect(estimate.basis).toContain('may end early: calls limited');
  });

  it('refuses what a submission would refuse', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    await expect(estimateRun({ ...bench.request, question: 'why '.repeat(99) }, bench.deps)).rejects.toMatchObject({
      code: 'context-overflow',
    });
  });

  it('stands beside the fact when the run is over', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const spec = await bench.specify();
    const estimate = await estimateSpec(spec, bench.deps);
    const runId = await bench.engine.submit({ ...spec, estimate });
    const state = await bench.engine.advance(runId, { signal: new AbortController().signal });
    const overview = await overviewOf(state, bench.deps);
    const { calls, tokens } = spentOf(state.ledger);
    expect(overview.estimate).toEqual({ expected: estimate, fact: { calls, tokens, durationMs: state.updatedAt - state.createdAt } });
    expect(await overviewOf((await drive(bench)).state, bench.deps)).not.toHaveProperty('estimate');
  });
});

describe('the minutes', () => {
  it('come from the speed of earlier runs, stage by stage', async () => {
    let at = 0;
    const { createMemoryRunStore } = await import('../testing/memory-run-store.ts');
    await using bench = await openEngineBench({
      models: { reader: createReader() },
      // Each event comes a second after the one before.
      deps: { runs: createMemoryRunStore({ now: () => (at += 1000) }) },
    });
    const { state } = await drive(bench);
    const events = await bench.deps.runs.readEvents(state.runId, 0);
    const rates = ratesOf(events);
    expect(new Set(rates.map(({ role }) => role))).toEqual(new Set(['compress', 'score', 'predict']));
    expect(await measuredRates(bench.deps.runs, { tenant: 'tenant' })).toEqual(rates);
    const usual = await estimateRun(bench.request, bench.deps);
    const measured = await estimateRun(bench.request, { ...bench.deps, rates });
    expect(usual.basis).toContain('usual speeds');
    expect(measured.basis).toContain('speed of earlier runs');
    expect(measured.durationMs.high / measured.durationMs.low).toBeLessThan(usual.durationMs.high / usual.durationMs.low);
    expect(ratesOf([...events, { sequence: 99, at, event: { type: 'run-resumed', epoch: 1 } }])).toEqual([]);
  });
});
