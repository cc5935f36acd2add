import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type EmbeddedStore, openEmbeddedStore } from '../adapters/database/open-store.ts';
import { PLUGINS } from '../compose/plugins.ts';
import { addAmounts, limitsMet, NOTHING, type RunLimits, spentOf, toAmount } from '../domain/budget.ts';
import { createRandom } from '../domain/random.ts';
import type { RunState, StoredEvent } from '../domain/run.ts';
import { applyEvent, foldRun } from '../domain/run-reducer.ts';
import type { NamedStep } from '../domain/step.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import { definePlugin } from '../ports/plugin.ts';
import type { RunStore } from '../ports/run-store.ts';
import { buildCorpus } from '../testing/builders.ts';
import { createJitter, withJitter } from '../testing/clock.ts';
import { asRemote, type EngineBench, openEngineBench } from '../testing/engine-bench.ts';
import { createJobStorage, createMemoryJobQueue } from '../testing/memory-job-queue.ts';
import { createMemoryRunStore } from '../testing/memory-run-store.ts';
import { createReader, expectConsistent, never } from '../testing/research.ts';
import { createScriptedModel, type ScriptedModel } from '../testing/scripted-model.ts';
import { waitFor } from '../testing/wait-for.ts';
import { budgetOf, reservedOf } from './reserve.ts';
import { STOP } from './stop.ts';

const CALLS = 1_000;
const TABLE = { source: 'test', priceOf: () => ({ inputUsdPerToken: 2e-6, outputUsdPerToken: 8e-6 }) };

/** Chunks of one to twelve words, so that calls differ in size. */
const CORPUS = buildCorpus(Array.from({ length: CALLS }, (_, i) => `Canal ${i}${' boat'.repeat(i % 12)}.`));

/** Asks for every chunk at once, a plan or a panel apart, and ends when each is read or refused. */
const readAll = definePlugin({
  kind: 'strategy',
  id: 'read-all',
  version: '1',
  summary: 'every chunk at once',
  requires: [],
  options: z.object({}),
  create: () => ({
    next: ({ steps }, { refused }) => {
      const all: NamedStep = { id: 'all', step: { kind: 'retrieve', selection: { type: 'panel', seed: 1, size: CALLS } } };
      const found = steps.get('all')?.outcome;
      if (found?.status !== 'done' || found.result.kind !== 'retrieve') return { type: 'steps', steps: [all], findings: [] };
      const wanted = found.result.chunks.map(({ chunkId }): NamedStep => {
        return { id: chunkId, step: { kind: 'chat', role: 'compress', query: 'What came?', chunkId } };
      });
      if (!wanted.every(({ id }) => steps.get(id)?.outcome !== undefined || refused.has(id)))
        return { type: 'steps', steps: wanted, findings: [] };
      const draft = { status: 'not-found', text: '', citations: [], form: 'template' } as const;
      const incomplete = refused.size === 0 ? {} : { incomplete: `limit reached: ${refused.size} calls` };
      return { type: 'finish', draft, evidence: [], findings: [], ...incomplete };
    },
  }),
});

/** A reader behind an endpoint that writes between nothing and all it may. */
function createWriter(seed: number) {
  const random = createRandom(seed);
  return asRemote(createScriptedModel({ reply: () => 'word '.repeat(Math.floor(random() * 41)) }));
}

async function openBench(
  seed: number,
  runs: RunStore,
  options: { readonly concurrency?: number; readonly queue?: JobQueue } = {},
): Promise<EngineBench> {
  const models = { reader: createReader(), writer: createWriter(seed) };
  const { concurrency = 32, queue = createMemoryJobQueue() } = options;
  return openEngineBench({
    models,
    corpus: CORPUS,
    plugins: [...PLUGINS, readAll],
    pricing: { table: TABLE },
    deps: { runs, queue },
    concurrency,
  });
}

function submit(bench: EngineBench, limits: RunLimits): Promise<string> {
  const { plugins } = bench.request;
  const compressor = { use: 'abstractive', model: 'writer', options: {} };
  return bench.submit({ limits, plugins: { ...plugins, compressor, strategy: { use: 'read-all', options: {} } } });
}

/** At every event of the log, what is spent and set aside is within the limits, to the micro-dollar. */
function expectNeverExceeded(events: readonly StoredEvent[], limits: RunLimits): RunState {
  const [first, ...rest] = events;
  if (first === undefined) throw new Error('The log is empty.');
  let state = foldRun('run', [first]);
  let spent = NOTHING;
  for (const event of rest) {
    const before = state.ledger.length;
    state = applyEvent(state, event);
    spent = addAmounts(spent, spentOf(state.ledger.slice(before)));
    const { tokens, microUsd, calls } = addAmounts(spent, reservedOf(state));
    expect(microUsd).toBeLessThanOrEqual(limits.microUsd ?? Number.POSITIVE_INFINITY);
    expect(tokens).toBeLessThanOrEqual(limits.tokens ?? Number.POSITIVE_INFINITY);
    expect(calls).toBeLessThanOrEqual(limits.calls ?? Number.POSITIVE_INFINITY);
  }
  return state;
}

/** What was left out would not have fitted in the end either, when nothing was set aside any more. */
async function expectNoPhantom(bench: EngineBench, state: RunState): Promise<number> {
  const budget = await budgetOf(state, bench.deps);
  expect(budget.reserved).toEqual(NOTHING);
  const left = CORPUS.chunks.filter(({ id }) => !state.steps.has(id));
  const { overheadTokens, summaryTokens } = { overheadTokens: 10, summaryTokens: 40 };
  for (const { text } of left) {
    const prompt = overheadTokens + text.length + 'What came?'.length;
    const microUsd = Math.ceil(prompt * 2 + summaryTokens * 8 - 1e-6);
    const wanted = toAmount({ tokens: prompt + summaryTokens, calls: 1, microUsd });
    expect(limitsMet(budget, wanted, false), text).not.toEqual([]);
  }
  return left.length;
}

let embedded: EmbeddedStore | undefined;
afterAll(() => embedded?.close());

interface Setting {
  readonly name: string;
  readonly numRuns: number;
  readonly engines: number;
  readonly concurrency: number;
  open(seed: number): Promise<RunStore>;
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'in memory, every call of the store some time before or after it is done',
    numRuns: 6,
    engines: 3,
    concurrency: 32,
    open: async (seed) => withJitter(createMemoryRunStore(), createJitter(seed), ['readEvents', 'commit', 'findSteps']),
  },
  {
    name: 'in PGlite',
    numRuns: 1,
    engines: 2,
    concurrency: 250,
    open: async () => {
      embedded = await openEmbeddedStore();
      return embedded.runStore;
    },
  },
];

describe.each(SETTINGS)(`${CALLS} calls of one run at once, several engines, $name`, ({ numRuns, engines, concurrency, open }) => {
  const limits = fc.oneof(
    fc.record({ microUsd: fc.integer({ min: 30_000, max: 400_000 }) }),
    fc.record({ tokens: fc.integer({ min: 5_000, max: 80_000 }) }),
    fc.record({ calls: fc.integer({ min: 1, max: CALLS }), microUsd: fc.integer({ min: 30_000, max: 500_000 }) }),
  );

  it('never exceed a limit by a micro-dollar, and none is refused that would have fitted', { timeout: 240_000 }, async () => {
    const held = fc.asyncProperty(limits, fc.integer(), async (chosen, seed) => {
      const runs = await open(seed);
      await using bench = await openBench(seed, runs, { concurrency });
      const runId = await submit(bench, chosen);
      const states = await Promise.all(Array.from({ length: engines }, () => bench.engine.advance(runId, never())));
      const last = expectNeverExceeded(await runs.readEvents(runId, 0), chosen);
      for (const state of states) expect(state.sequence).toBe(last.sequence);
      const left = await expectNoPhantom(bench, last);
      expect(last.status).toBe(left === 0 ? 'completed' : 'incomplete');
      expect(last.report).toBeDefined();
    });
    await fc.assert(held, { seed: 17, numRuns, endOnFailure: true });
  });
});

describe('a run whose process was killed', () => {
  it.each([
    ['with its queue', false, undefined],
    ['and whose queue is there', true, 3],
  ])('%s: frees what was set aside, and books calls that may have been made', { timeout: 120_000 }, async (_what, isQueueKept, cutOff) => {
    const limits = { microUsd: 60_000 };
    const storage = createJobStorage();
    const queue = createMemoryJobQueue({ storage });
    const runs = createMemoryRunStore();
    const stuck: ScriptedModel = createScriptedModel({ reply: () => new Promise<string>(() => {}) });
    const shared = { corpus: CORPUS, plugins: [...PLUGINS, readAll], pricing: { table: TABLE } };
    const models = { reader: createReader(), writer: asRemote(stuck) };
    await using dead = await openEngineBench({ ...shared, models, deps: { runs, queue }, concurrency: 3 });
    const runId = await submit(dead, limits);
    const killed = new AbortController();
    const advance = dead.engine.advance(runId, { signal: killed.signal });
    const planned = await waitFor('calls to be planned and begun', async () => {
      const state = await dead.engine.read(runId);
      return state.pending.size > 20 && stuck.calls.generate.length === 3 ? state : undefined;
    });
    const setAside = reservedOf(planned).microUsd;
    expect(setAside).toBeGreaterThan(limits.microUsd / 2);
    // Whoever drove the run goes without a word, and the workers' jobs go back into the queue.
    killed.abort(STOP.leave);
    await advance;
    await queue[Symbol.asyncDispose]();

    const next = createMemoryJobQueue(isQueueKept ? { storage } : {});
    await using bench = await openBench(5, runs, { queue: next });
    const state = await bench.engine.advance(runId, never());
    expect(state).toMatchObject({ status: 'incomplete' });
    expect(reservedOf(state)).toEqual(NOTHING);
    await expectNoPhantom(bench, expectNeverExceeded(await runs.readEvents(runId, 0), limits));
    await expectConsistent(bench, state);
    // What the queue knows never to have begun is not booked; of what it has lost, anything may have been.
    const unknown = state.ledger.filter(({ kind }) => kind === 'unknown');
    expect(unknown).toHaveLength(cutOff ?? planned.pending.size);
  });
});
