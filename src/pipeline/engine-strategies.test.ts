import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PLUGINS } from '../compose/plugins.ts';
import type { RunState } from '../domain/run.ts';
import type { NamedStep } from '../domain/step.ts';
import { definePlugin } from '../ports/plugin.ts';
import type { Decision, StrategyView } from '../ports/strategy.ts';
import { buildCorpus } from '../testing/builders.ts';
import { type EngineBenchOptions, openEngineBench } from '../testing/engine-bench.ts';
import { createReader, drive, expectConsistent } from '../testing/research.ts';

const asking = (...steps: NamedStep[]): Decision => ({ type: 'steps', steps, findings: [] });
const PLAN: NamedStep = { id: 'plan', step: { kind: 'chat', role: 'plan', question: 'Why?' } };
const compress = (chunkId: string): NamedStep => ({ id: 'read', step: { kind: 'chat', role: 'compress', query: 'Why?', chunkId } });

/** A run by a strategy of the test's own. */
async function runBy(next: (state: RunState, view: StrategyView) => Decision, tokens?: number, options: Partial<EngineBenchOptions> = {}) {
  const custom = definePlugin({
    kind: 'strategy',
    id: 'custom',
    version: '1',
    summary: '',
    requires: [],
    options: z.object({}),
    create: () => ({ next }),
  });
  await using bench = await openEngineBench({ models: { reader: createReader() }, plugins: [...PLUGINS, custom], ...options });
  const plugins = { ...bench.request.plugins, strategy: { use: 'custom', options: {} } };
  const { state } = await drive(bench, { plugins, limits: tokens === undefined ? {} : { tokens } });
  await expectConsistent(bench, state);
  return state;
}

describe('a strategy that misbehaves fails its run, which says so', () => {
  it.each<[string, (state: RunState) => Decision, string]>([
    ['stands still', () => asking(), '"custom" wants nothing new'],
    ['stands still after its last step', () => asking(PLAN), '"custom" wants nothing new'],
    [
      'throws',
      () => {
        throw new Error('I am lost.');
      },
      'I am lost.',
    ],
    ['asks for a chunk that it was not given', () => asking(compress('chunk-1')), 'has not retrieved chunk chunk-1'],
    [
      'asks for more than a job carries',
      () => asking({ id: 'plan', step: { kind: 'chat', role: 'plan', question: 'é'.repeat(120_000) } }),
      'bytes of text, and a job carries',
    ],
  ])('%s', async (_what, next, message) => {
    expect(await runBy(next)).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(message) } });
  });

  it('asks again and again for what was refused', async () => {
    let decisions = 0;
    const search: NamedStep = { id: 'search', step: { kind: 'retrieve', selection: { type: 'search', query: 'canal', limit: 9 } } };
    const state = await runBy(({ steps }) => {
      decisions += 1;
      return steps.get('search')?.outcome === undefined ? asking(search) : asking(compress('chunk-2'));
    }, 10);
    expect(state).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('"custom" wants nothing new') } });
    expect(decisions).toBeLessThan(10);
  });
});

describe('a strategy that asks for more than the limits allow now', () => {
  it('is asked again only when something has ended', async () => {
    let decisions = 0;
    const read = (n: number): NamedStep => ({ ...compress(`chunk-${n}`), id: `read-${n}` });
    const search: NamedStep = { id: 'search', step: { kind: 'retrieve', selection: { type: 'search', query: 'canal lock', limit: 9 } } };
    const slow = createReader({
      reply: async () => {
        for (let i = 0; i < 20; i++) await new Promise(setImmediate);
        return 'So.';
      },
    });
    // The predictor's share is held back; beside it there is room for one chunk at a time.
    const state = await runBy(
      ({ steps }, { refused }) => {
        decisions += 1;
        if (steps.get('search')?.outcome === undefined) return asking(search);
        const wanted = [1, 2, 3, 4].map(read);
        if (!wanted.every(({ id }) => steps.get(id)?.outcome !== undefined || refused.has(id))) return asking(...wanted);
        return { type: 'finish', draft: { status: 'not-found', text: '', citations: [], form: 'template' }, evidence: [], findings: [] };
      },
      4_096 + 60 + 40 + 160 + 20,
      { models: { reader: slow } },
    );
    expect(state.status).toBe('completed');
    expect([...state.steps.keys()]).toEqual(['search', 'read-1', 'read-2', 'read-3', 'read-4']);
    // One for each event and some wakings beside them, not one for each turn of the event loop.
    expect(decisions).toBeLessThan(30);
  });
});

it('scorings of long texts travel in as many jobs as they need', async () => {
  const texts = Array.from({ length: 60 }, (_, i) => `The canal of place ${i} was opened. ${'It rained. '.repeat(300)}`);
  await using bench = await openEngineBench({ models: { reader: createReader() }, corpus: buildCorpus(texts) });
  const plugins = {
    ...bench.request.plugins,
    strategy: { use: 'map-reduce', options: { chunks: 60 } },
    estimator: { use: 'panel', options: { contexts: 1 } },
    compressor: { use: 'identity', model: 'reader', options: {} },
  };
  const { state } = await drive(bench, { plugins });
  expect(state.status).toBe('completed');
  expect([...state.scores.values()].filter((score) => 'score' in score)).toHaveLength(60);
});
