import { describe, expect, it } from 'vitest';
import { openEngineBench } from '../testing/engine-bench.ts';
import { createReader, expectConsistent, isPrediction, never, readerReply } from '../testing/research.ts';
import { overviewOf } from './overview.ts';

const PLAN = 'When was the canal at Brackwater opened?\nWho opened the canal at Brackwater?';

/** Plans two queries, and makes a capsule of the first line of a plan. */
const planner = (capsule: string) =>
  createReader({
    reply: (_request, prompt) => {
      const text = /<text> ([\s\S]*?) <question>/.exec(prompt)?.[1] ?? '';
      if (text === '') return PLAN;
      return text.startsWith('1. ') && !isPrediction(prompt) ? capsule : readerReply(prompt);
    },
  });

async function run(options: Readonly<Record<string, number | string>> = {}, capsule = 'Brackwater canal opened') {
  const reader = planner(capsule);
  const bench = await openEngineBench({ models: { reader } });
  const { plugins } = bench.request;
  const strategy = { use: 'capsule', options: { reconstruction: -100, agreement: 0, ...options } };
  const runId = await bench.submit({ plugins: { ...plugins, strategy, planner: { use: 'decompose', model: 'reader', options: {} } } });
  const state = await bench.engine.advance(runId, never());
  return { reader, bench, state, overview: await overviewOf(state, bench.deps) };
}

describe('a run whose plan has a capsule', () => {
  it('says the capsule in every prompt of compressor and predictor, scores it as no chunk, and reports what it saved', async () => {
    const { reader, bench, state, overview } = await run();
    expect(state).toMatchObject({ status: 'completed', capsules: [{ budget: 16, guidance: 'Brackwater canal opened' }] });
    // The planner, who is shown no text, is asked whether the capsule leads as far as the plan.
    const said = reader.calls.generate
      .map(({ prompt }) => JSON.stringify(prompt))
      .filter((prompt) => prompt.includes('?\\nBrackwater canal opened') && !prompt.includes('{"text":""}'));
    const [row] = overview.capsules ?? [];
    expect(row?.prompts).toBe(said.length);
    expect(row?.prompts).toBeGreaterThan(1);
    expect(row?.savedTokens).toBe(said.length * ((row?.planTokens ?? 0) - (row?.guidanceTokens ?? 0)));
    expect(row?.savedTokens).toBeGreaterThan(0);
    await expectConsistent(bench, state);
  });

  it('cuts a capsule to its budget, whatever the compressor wrote', async () => {
    const { state } = await run({}, 'word '.repeat(30));
    expect(state.capsules[0]?.guidance?.split(' ')).toHaveLength(16);
  });

  it('says the plan where the capsule does not pass', async () => {
    const { state } = await run({ reconstruction: 100 });
    expect(state).toMatchObject({ status: 'completed', capsules: [{ reason: expect.stringContaining('no capsule passed') }] });
  });
});
