import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAmounts, type RunLimits, spentOf } from '../domain/budget.ts';
import type { RunState } from '../domain/run.ts';
import { createHandClock } from '../testing/clock.ts';
import { asRemote, openEngineBench } from '../testing/engine-bench.ts';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { createReader, drive, expectConsistent, isPrediction, never, readerReply } from '../testing/research.ts';
import { waitFor } from '../testing/wait-for.ts';
import { reservedOf } from './reserve.ts';

const TABLE = {
  source: 'test',
  priceOf: (name: string) => (name === 'large-1' ? { inputUsdPerToken: 2e-6, outputUsdPerToken: 8e-6 } : undefined),
};

function openRemoteBench() {
  return openEngineBench({ models: { reader: createReader(), writer: asRemote(createReader()) }, pricing: { table: TABLE } });
}

function expectWithin(state: RunState, limits: RunLimits): void {
  const { tokens, microUsd, calls } = addAmounts(spentOf(state.ledger), reservedOf(state));
  expect(tokens).toBeLessThanOrEqual(limits.tokens ?? Number.POSITIVE_INFINITY);
  expect(microUsd).toBeLessThanOrEqual(limits.microUsd ?? Number.POSITIVE_INFINITY);
  expect(calls).toBeLessThanOrEqual(limits.calls ?? Number.POSITIVE_INFINITY);
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
    fc.record({ calls: fc.integer({ min: 0, max: 14 }) }),
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
    for (const tokens of [4_400, 4_700, 5_000, 6_000]) states.push(await runWithin({ tokens }));
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

  it('holds for a compressor that points and does not write, which is paid for what it reads', async () => {
    const refused: number[] = [];
    for (const tokens of [300, 900, 1_500, 9_000]) {
      await using bench = await openEngineBench({ models: { reader: createReader() } });
      const plugins = { ...bench.request.plugins, compressor: { use: 'select', model: 'reader', options: {} } };
      const runId = await bench.submit({ limits: { tokens }, plugins, scorer: null });
      const onEvent = (_event: unknown, after: RunState) => expectWithin(after, { tokens });
      const { ledger, status } = await bench.engine.advance(runId, { ...never(), onEvent });
      const read = ledger.filter(({ role }) => role === 'compress');
      for (const entry of read) expect(entry).toMatchObject({ kind: 'call', outputTokens: 0, scoredTokens: 1 });
      refused.push(read.length);
      expect(status).toBe(tokens === 9_000 ? 'completed' : 'incomplete');
    }
    expect(refused).toEqual([...refused].sort((a, b) => a - b));
    expect(new Set(refused).size).toBeGreaterThan(1);
  });

  it('on scoring buys whole summaries, each prompt once', async () => {
    const seen: { scored: number; paid: number }[] = [];
    for (const tokens of [500, 900, 1_100, 1_300, 1_600, 2_000, 4_000]) {
      await using bench = await openEngineBench({ models: { reader: createReader({ contextTokens: 400 }) } });
      const { plugins } = bench.request;
      // Reads without a call, so that the whole limit is there for the scoring.
      const limits = { tokens };
      const runId = await bench.submit({
        limits,
        plugins: { ...plugins, compressor: { use: 'extractive', model: 'reader', options: {} } },
      });
      const onEvent = (_event: unknown, state: RunState) => expectWithin(state, limits);
      const state = await bench.engine.advance(runId, { ...never(), onEvent });
      expect(['completed', 'incomplete']).toContain(state.status);
      const scored = [...state.scores.values()].filter((score) => 'score' in score).length;
      const paid = state.ledger.filter(({ role }) => role === 'score').length;
      expect(paid > 0).toBe(scored > 0);
      seen.push({ scored, paid });
    }
    expect(seen[0]).toEqual({ scored: 0, paid: 0 });
    const parts = new Set(seen.map(({ scored }) => scored));
    expect(parts.size).toBeGreaterThan(2);
    // Fewer calls than scorings: a context is read once for all summaries that are compared with it.
    expect(seen.at(-1)?.paid).toBeLessThan((seen.at(-1)?.scored ?? 0) * 4);
  });

  it('on time withdraws what is under way, and the report comes from what was bought', async () => {
    const clock = createHandClock();
    let isStuck = false;
    const model = createReader({
      reply: (_request, prompt) => {
        if (isPrediction(prompt) || !isStuck) {
          isStuck = true;
          return readerReply(prompt);
        }
        return new Promise<string>(() => {});
      },
    });
    const runs = createMemoryRunStore(clock);
    await using bench = await openEngineBench({ models: { reader: model }, deps: { clock, runs }, concurrency: 1 });
    const runId = await bench.submit({ limits: { durationMs: 60_000 } });
    const run = bench.engine.advance(runId, never());
    await waitFor('one chunk to be read', async () =>
      [...(await bench.engine.read(runId)).steps].some(([id, { outcome }]) => id.startsWith('compress/') && outcome) ? true : undefined,
    );
    clock.moveOn(60_000);
    const state = await run;
    expect(state).toMatchObject({
      status: 'incomplete',
      reason: expect.stringMatching(/^limit reached: \d+ steps were not made \(60 s\)$/),
    });
    expect(state.report).toMatchObject({ status: 'answered', text: 'It was so [1].' });
    expect(state.pending.size).toBe(0);
    await expectConsistent(bench, state);
  });

  it('on time does not count a pause, and begins anew when the run is resumed after it', async () => {
    const clock = createHandClock();
    const controller = new AbortController();
    let isSlow = true;
    const model = createReader({
      reply: (_request, prompt) => {
        if (!isSlow) return readerReply(prompt);
        controller.abort();
        return new Promise<string>(() => {});
      },
    });
    await using bench = await openEngineBench({
      models: { reader: model },
      deps: { clock, runs: createMemoryRunStore(clock) },
    });
    const runId = await bench.submit({ limits: { durationMs: 1_000 } });
    await bench.engine.advance(runId, { signal: controller.signal });
    isSlow = false;
    clock.moveOn(3_600_000);
    expect(await bench.engine.resume(runId, never())).toMatchObject({ status: 'completed' });
  });
});
