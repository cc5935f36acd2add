import { describe, expect, it } from 'vitest';
import type { RunState, StepRecord } from '../domain/run.ts';
import type { ScoreResult } from '../domain/step.ts';
import { tokenScoresOf } from './token-scores.ts';

const CHUNK = 'own';
const COMPRESS = 'compress/own';

const record = (id: string, step: StepRecord['planned']['step'], group?: string): [string, StepRecord] => [
  id,
  { planned: { id, step, stepKey: `key of ${id}`, ...(group === undefined ? {} : { group }) } },
];

const scoring = (contextId: string) =>
  record(`score/${contextId}`, { kind: 'score', query: 'q', contextId, continuation: { text: 'a b', ended: false } }, COMPRESS);

/** A run with one summary, scored under its own chunk and one other. */
const state = {
  steps: new Map([record(COMPRESS, { kind: 'chat', role: 'compress', query: 'q', chunkId: CHUNK }), scoring('other'), scoring(CHUNK)]),
  scores: new Map([[COMPRESS, { score: {} }]]),
} as unknown as RunState;

const result = (tokenLogProbs: readonly number[], tokenTexts?: readonly string[]): ScoreResult => ({
  kind: 'score',
  logProb: 0,
  tokenCount: 2,
  tokenLogProbs,
  ...(tokenTexts === undefined ? {} : { tokenTexts }),
});

function store(results: Readonly<Record<string, ScoreResult>>) {
  const calls: string[][] = [];
  return {
    calls,
    findSteps: async (keys: readonly string[]) => {
      calls.push([...keys]);
      return new Map(
        keys.flatMap((stepKey) => {
          const found = results[stepKey];
          return found === undefined ? [] : [[stepKey, { stepKey, runId: 'run', result: found, ledger: [] }] as const];
        }),
      );
    },
  };
}

const own = result([-1, -1], ['a', ' b']);
const other = result([-1, -3], ['a', ' b']);

describe('token scores of a run', () => {
  it('are what each token tells of its own chunk against the others', async () => {
    const found = await tokenScoresOf(state, [COMPRESS], store({ 'key of score/own': own, 'key of score/other': other }));
    const [first, second] = found.get(COMPRESS) ?? [];
    expect(first).toEqual({ text: 'a', nats: expect.closeTo(0, 12) });
    // −2 against −4 nats: log of 1 / ((1 + e^−2) / 2).
    expect(second).toEqual({ text: ' b', nats: expect.closeTo(Math.log(2 / (1 + Math.exp(-2))), 12) });
  });

  it.each([
    ['a scoring is missing', { 'key of score/own': own }],
    ['its own is missing', { 'key of score/other': other }],
    ['the words are not kept', { 'key of score/own': result([-1, -1]), 'key of score/other': other }],
    ['the tokens differ', { 'key of score/own': own, 'key of score/other': result([-1]) }],
  ])('are absent where %s', async (_, results) => {
    expect((await tokenScoresOf(state, [COMPRESS], store(results))).size).toBe(0);
  });

  it('are not looked for where there is no score', async () => {
    const empty = store({});
    const unscored = { ...state, scores: new Map([[COMPRESS, { missing: 'none' }]]) } as RunState;
    expect((await tokenScoresOf(unscored, [COMPRESS], empty)).size).toBe(0);
    expect(empty.calls).toEqual([]);
  });
});
