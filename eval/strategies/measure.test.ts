import { expect, it } from 'vitest';
import { cut } from '../../src/pipeline/ingest.ts';
import { openEngineBench } from '../../src/testing/engine-bench.ts';
import { createReader } from '../../src/testing/research.ts';
import { createScriptedTools } from '../../src/testing/scripted-tools.ts';
import { armOf } from './arms.ts';
import type { Case } from './cases.ts';
import { wordsOf } from './grade.ts';
import { measureStrategies, type StrategyRow } from './measure.ts';

const SENTENCES = [
  'Salt came down the canal by boat.',
  'The canal at Brackwater was opened in 1869.',
  'Weeds grow over the canal and its lock.',
];
const TEXT = Array.from({ length: 30 }, (_, i) => `${SENTENCES[i % 3]} In year ${i} the toll was two pence.`).join('\n\n');
const DOCUMENT = { id: 'd', uri: 'd', title: 'd', text: TEXT };
const CASE: Case = {
  id: 'q',
  document: 'd',
  question: 'When was the canal at Brackwater opened?',
  answers: ['1869'],
  gold: ['The canal at Brackwater was opened in 1869.'],
};
const BUDGETS = [4, 20, 200];

/** Answers with what it was shown first, so that an answer tells what was shown. */
const tools = () =>
  createScriptedTools({ model: createReader({ reply: (_request, prompt) => `${/\[1\] ([^\n<]*)/.exec(prompt)?.[1] ?? ''} [1]` }) });

async function measure(arms: readonly string[]): Promise<StrategyRow[]> {
  const materials = [{ documents: [DOCUMENT], cases: [CASE] }];
  return measureStrategies({ materials, arms: arms.map(armOf), budgets: BUDGETS, seed: 7, onProgress: () => {} }, tools());
}

it('answers within a budget as a run does whose predictor has it', async () => {
  const rows = await measure(['top-k']);
  const { models, registry } = tools();
  const limit = {
    modelName: 'scripted',
    maxTokens: 1_024,
    countTokens: async (texts: readonly string[]) => texts.map((text) => text.split(/\s+/).length),
  };
  const corpus = await cut([DOCUMENT], [limit], { signal: new AbortController().signal });
  const texts = await Promise.all(
    BUDGETS.map(async (evidenceTokens) => {
      await using bench = await openEngineBench({ models: { reader: createReader() }, corpus, deps: { models, registry } });
      const { plugins } = bench.request;
      const predictor = { use: 'local', model: 'reader', options: { evidenceTokens } };
      const runId = await bench.submit({
        ...{ question: CASE.question, scorer: null, seed: 7 },
        plugins: { ...plugins, strategy: { use: 'top-k', options: {} }, predictor },
      });
      return (await bench.engine.advance(runId, { signal: new AbortController().signal })).report?.text;
    }),
  );
  expect(rows.map(({ answer }) => answer)).toEqual(texts.map((text = '') => wordsOf(text)));
  expect(new Set(texts).size).toBeGreaterThan(1);
});

it('charges an arm with what an earlier one has read for it', async () => {
  const alone = await measure(['forage select']);
  const after = (await measure(['map-reduce select', 'forage select'])).filter(({ arm }) => arm === 'forage select');
  expect(alone[0]?.tokensRead).toBeGreaterThan(0);
  expect(after).toEqual(alone);
});

it('shows an oracle the gold and a closed book nothing', async () => {
  const rows = await measure(['oracle', 'closed-book']);
  const at = (arm: string) => rows.find((row) => row.arm === arm && row.budget === 20);
  expect(at('oracle')).toMatchObject({ isInEvidence: true, isRight: true, chunksRead: 0, tokensRead: 0 });
  expect(at('closed-book')).toMatchObject({ isInEvidence: false, shownTokens: 0, chunksRead: 0 });
});

it('stays within the budget', async () => {
  for (const { budget, shownTokens } of await measure(['top-k', 'map-reduce extractive'])) expect(shownTokens).toBeLessThanOrEqual(budget);
});
