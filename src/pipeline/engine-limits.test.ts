import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RunLimits, spentOf } from '../domain/budget.ts';
import type { RunState } from '../domain/run.ts';
import { asRemote, openEngineBench } from '../testing/engine-bench.ts';
import { createReader, drive, expectConsistent } from '../testing/research.ts';

const TABLE = {
  source: 'test',
  priceOf: (name: string) => (name === 'large-1' ? { inputUsdPerToken: 2e-6, outputUsdPerToken: 8e-6 } : undefined),
};

function openRemoteBench() {
  return openEngineBench({ models: { reader: createReader(), writer: asRemote(createReader()) }, pricing: { table: TABLE } });
}

function expectWithin({ ledger, pending, steps }: RunState, limits: RunLimits): void {
  const spent = spentOf(ledger);
  const reserved = [...pending].map((id) => steps.get(id)?.planned.reserved);
  const tokens = reserved.reduce((sum, one) => sum + (one?.tokens ?? 0), spent.tokens);
  const microUsd = reserved.reduce((sum, one) => sum + (one?.microUsd ?? 0), spent.microUsd);
  expect(tokens).toBeLessThanOrEqual(limits.tokens ?? Number.POSITIVE_INFINITY);
  expect(microUsd).toBeLessThanOrEqual(limits.microUsd ?? Number.POSITIVE_INFINITY);
}

/** Everything remote, so that every call has a price. */
const REMOTE = { use: 'abstractive', model: 'writer', options: {} };

async function runWithin(limits: RunLimits): Promise<RunState> {
  await using bench = await openRemoteBench();
  const { plugins } = bench.request;
  const runId = await bench.submit({ limits, plugins: { ...plugins, compressor: REMOTE } });
  const state = await bench.engine.advance(runId, {
    signal: new AbortController().signal,
    onEvent: (_event, after) => expectWithin(after, limits),
  });
  await expectConsistent(bench, state);
  return state;
}

describe('a limit', () => {
  const limits: fc.Arbitrary<RunLimits> = fc.oneof(
    fc.record({ tokens: fc.integer({ min: 0, max: 12_000 }) }),
    fc.record({ microUsd: fc.integer({ min: 0, max: 20_000 }) }),
    fc.record({ tokens: fc.integer({ min: 3_000, max: 12_000 }), microUsd: fc.integer({ min: 5_000, max: 20_000 }) }),
  );

  it('is never exceeded, not by what is set aside either, and every run ends with a report', async () => {
    const held = fc.asyncProperty(limits, async (chosen) => {
      const state = await runWithin(chosen);
      expect(['completed', 'incomplete']).toContain(state.status);
      expect(state.report).toBeDefined();
      if (state.status === 'incomplete') expect(state.reason).toContain('limit');
    });
    await fc.assert(held, { seed: 11, numRuns: 40 });
  });

  it('that is wide changes nothing', async () => {
    const free = await runWithin({});
    const wide = await runWithin({ tokens: 1_000_000, microUsd: 1_000_000_000 });
    expect(wide).toMatchObject({ status: 'completed', report: free.report });
  });

  it('that leaves room for some chunks buys those, and a report from them', async () => {
    const states = [];
    for (const tokens of [4_200, 4_600, 5_000, 6_000]) states.push(await runWithin({ tokens }));
    const partly = states.filter(({ status, report }) => status === 'incomplete' && report?.status === 'answered');
    expect(partly.length).toBeGreaterThan(0);
  });

  it('does not refuse what costs nothing', async () => {
    await using bench = await openRemoteBench();
    const { plugins } = bench.request;
    const local = { ...plugins, compressor: { use: 'extractive', model: 'reader', options: {} } };
    const { state } = await drive(bench, { limits: { microUsd: 1 }, plugins: local });
    expect(state).toMatchObject({ status: 'incomplete', report: { status: 'answered', form: 'template' } });
    expect([...state.steps.keys()].filter((id) => id.startsWith('compress/')).length).toBeGreaterThan(1);
  });

  it('reckons with the output that an option allows, not with what is usual', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader({ reply: () => 'word '.repeat(3_000) }) } });
    const { plugins } = bench.request;
    const long = { ...plugins, compressor: { use: 'abstractive', model: 'reader', options: { maxTokens: 2_000 } } };
    const limits = { tokens: 5_000 };
    const runId = await bench.submit({ limits, plugins: long, scorer: null });
    await bench.engine.advance(runId, { signal: new AbortController().signal, onEvent: (_event, after) => expectWithin(after, limits) });
  });
});
