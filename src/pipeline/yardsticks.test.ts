import { afterAll, describe, expect, it } from 'vitest';
import { utf8Bytes } from '../domain/information.ts';
import type { RunState } from '../domain/run.ts';
import { asRemote, type EngineBench, openEngineBench } from '../testing/engine-bench.ts';
import { createReader, drive, expectConsistent, isPrediction, readerReply } from '../testing/research.ts';
import { promptText } from '../testing/scripted-model.ts';
import { estimateRun } from './estimate.ts';
import { overviewOf } from './overview.ts';
import type { RunRequest } from './run-request.ts';

const GOLD = 'The canal at Brackwater was opened in 1869.';

/** Each strategy with what it needs. */
const ARMS: readonly (readonly [string, Record<string, never> | { quotes: string[] } | { synthesis: string }])[] = [
  ['map-reduce', {}],
  ['multi-query', {}],
  ['multi-query', { synthesis: 'chunked' }],
  ['minion', {}],
  ['top-k', {}],
  ['raw', {}],
  ['closed-book', {}],
  ['oracle', { quotes: [GOLD] }],
];

/** Reads and answers as usual; to a question without a text, from a planner or to its memory, it says these lines. */
const reader = createReader({
  reply: (_request, prompt) => (/<text>\s+<question>/.test(prompt) ? 'who paid for the lock\nrailway coal' : readerReply(prompt)),
});
const bench: EngineBench = await openEngineBench({ models: { reader } });
afterAll(() => bench[Symbol.asyncDispose]());

type Arm = (typeof ARMS)[number];

/** `tenant` keeps the results of one test from serving another. */
function request([use, options]: Arm, tenant: string, predictor = {}): Partial<RunRequest> {
  const { plugins } = bench.request;
  return {
    tenant,
    scorer: null,
    plugins: {
      ...plugins,
      planner: { use: 'decompose', model: 'reader', options: {} },
      strategy: { use, options },
      predictor: { ...plugins.predictor, options: predictor },
    },
  };
}

const calls = ({ ledger }: RunState) => ledger.filter(({ kind }) => kind === 'call');

describe.each(ARMS)('%s %o', (...arm) => {
  it('answers, and cites the sources unless it read none', async () => {
    const { state } = await drive(bench, request(arm, `answers ${JSON.stringify(arm)}`));
    await expectConsistent(bench, state);
    expect(state).toMatchObject({ status: 'completed', report: { status: 'answered', dropped: [] } });
    if (arm[0] === 'closed-book') expect(state.report).toMatchObject({ form: 'memory', citations: [] });
    else expect(state.report?.citations.length).toBeGreaterThan(0);
  });

  it('is estimated by the calls that it makes', async () => {
    const wanted = request(arm, `estimated ${JSON.stringify(arm)}`);
    const { calls: expected } = await estimateRun({ ...bench.request, ...wanted }, bench.deps);
    const { state } = await drive(bench, wanted);
    expect(calls(state).length).toBeGreaterThanOrEqual(expected.low);
    expect(calls(state).length).toBeLessThanOrEqual(expected.high);
    expect(calls(state).length).toBeGreaterThan(0);
  });

  it.each([1, 9])('shows the predictor no more than %i tokens of evidence', async (evidenceTokens) => {
    const before = reader.calls.generate.length;
    const { state } = await drive(bench, request(arm, `budget ${evidenceTokens} ${JSON.stringify(arm)}`, { evidenceTokens }));
    expect(state.status).toBe('completed');
    const prompts = reader.calls.generate.slice(before).map(({ prompt }) => promptText(prompt));
    for (const prompt of prompts.filter(isPrediction)) {
      const shown = /<text> ([\s\S]*?) <question>/.exec(prompt)?.[1]?.replaceAll(/\[\d+\] /g, '') ?? '';
      expect(shown.split(/\s+/).length).toBeLessThanOrEqual(evidenceTokens);
    }
  });

  it('ends within a limit on tokens, wherever it is, and keeps to it', async () => {
    for (const tokens of [50, 300, 700, 1_500]) {
      const { state } = await drive(bench, {
        ...request(arm, `limit ${tokens} ${JSON.stringify(arm)}`, { evidenceTokens: 16 }),
        limits: { tokens },
      });
      const spent = calls(state).reduce((sum, { promptTokens, outputTokens }) => sum + promptTokens + outputTokens, 0);
      expect(spent).toBeLessThanOrEqual(tokens);
      expect(['completed', 'incomplete']).toContain(state.status);
    }
  });
});

it('answers in parts, when it is told to, from what each query found', async () => {
  const { state } = await drive(bench, request(['multi-query', { synthesis: 'chunked' }], 'parts'));
  const predicted = [...state.steps.keys()].filter((id) => id.startsWith('predict'));
  expect(predicted.length).toBeGreaterThan(2);
  expect(state.report?.citations.map(({ text }) => text)).toContain('The canal at Brackwater was opened in 1869.');
});

describe('what was shown without a compressor', () => {
  it('stands among the sources of the run, with what was not read', async () => {
    const { state } = await drive(bench, request(['top-k', {}], 'rows', { maxEvidence: 2 }));
    const { sources, baselines } = await overviewOf(state, bench.deps);
    expect(sources.length).toBeGreaterThan(2);
    expect(sources.map(({ kept }) => kept)).toEqual(sources.map((_row, i) => i < 2));
    expect(sources[0]).toMatchObject({ uri: 'text-2.txt', sourceTokens: 13, reason: 'shown to the predictor as it stands' });
    expect(sources.at(-1)?.reason).toContain('not read');
    expect(baselines).toEqual([]);
  });

  it('is exactly the quotes of an oracle', async () => {
    const { state } = await drive(bench, request(['oracle', { quotes: [GOLD] }], 'quote rows'));
    const { sources } = await overviewOf(state, bench.deps);
    expect(sources.map(({ summary, span }) => [summary, span.start])).toEqual([[GOLD, 0]]);
  });
});

describe('a limit and a budget of evidence', () => {
  /** The predictor's call is set aside at most: question, frame, output, and the budget with a mark for each piece. */
  it('set aside what the budget allows, not what the evidence has', async () => {
    const wide = await drive(bench, { ...request(['raw', {}], 'wide'), limits: { tokens: 100_000 } });
    const narrow = await drive(bench, { ...request(['raw', {}], 'narrow', { evidenceTokens: 10 }), limits: { tokens: 100_000 } });
    const reserved = ({ state }: typeof wide) => state.steps.get('predict')?.planned.reserved?.tokens ?? 0;
    const frame = 10 + utf8Bytes(bench.request.question) + 40;
    expect(reserved(narrow)).toBeLessThanOrEqual(frame + 10 + 10 * 8);
    expect(reserved(wide)).toBeGreaterThan(reserved(narrow));
  });
});

describe('a budget of evidence at a remote model', () => {
  it('is set aside with room for a tokenizer of its own, and the call takes no more', async () => {
    const writer = asRemote(createReader());
    await using remote = await openEngineBench({ models: { reader, writer } });
    const { plugins } = remote.request;
    const predictor = { ...plugins.predictor, options: { evidenceTokens: 4 } };
    const { state } = await drive(remote, { plugins: { ...plugins, strategy: { use: 'raw', options: {} }, predictor }, scorer: null });
    const reserved = state.steps.get('predict')?.planned.reserved?.tokens ?? 0;
    const [call] = calls(state).filter(({ role }) => role === 'predict');
    const frame = 10 + utf8Bytes(remote.request.question) + 40;
    expect(reserved).toBeLessThanOrEqual(frame + 4 * 8 + 4 * 8);
    expect(reserved).toBeGreaterThanOrEqual((call?.promptTokens ?? Number.POSITIVE_INFINITY) + (call?.outputTokens ?? 0));
  });
});

describe('an oracle', () => {
  it('fails its run when a quote stands nowhere, and names it, before any model is asked', async () => {
    const before = reader.calls.generate.length;
    const { state } = await drive(bench, request(['oracle', { quotes: [GOLD, 'Pigs flew.'] }], 'nowhere'));
    expect(state).toMatchObject({ status: 'failed', error: { code: 'not-found', message: expect.stringContaining('"Pigs flew."') } });
    expect(reader.calls.generate).toHaveLength(before);
  });

  it('cites its quotes and nothing around them', async () => {
    const { state } = await drive(bench, request(['oracle', { quotes: [GOLD] }], 'gold'));
    expect(state.report?.citations.map(({ text }) => text)).toEqual([GOLD]);
  });
});

describe('an answer from memory', () => {
  it('is another result than one from no evidence', async () => {
    const { state } = await drive(bench, request(['closed-book', {}], 'memory'));
    const same = await drive(bench, request(['closed-book', {}], 'memory'));
    const empty = await drive(bench, request(['oracle', { quotes: [] }], 'memory'));
    const key = (one: RunState) => one.steps.get('predict')?.planned.stepKey;
    expect(key(same.state)).toBe(key(state));
    expect(key(empty.state)).not.toBe(key(state));
    expect(empty.state.report?.status).toBe('not-found');
  });
});
