import { describe, expect, it } from 'vitest';
import type { NamedStep, StepOutcome } from '../../src/domain/step.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, type OracleOptions, toyGate } from '../../src/testing/strategy-oracle.ts';
import { type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { capsule } from './capsule.ts';

conformStrategy({ plugin: capsule });
conformStrategy({ plugin: capsule, options: { arm: 'plan', replans: 2 } });

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);
const SCORER = { scorer: { provider: 'scripted', name: 'scorer', settings: {} } } as const;
const QUERIES = ['what was the salt of the town', 'who dug the long canal'];
const ORACLE: OracleOptions = { corpus: CORPUS, queries: QUERIES, found: [[0, 1], [2]], panelSize: 4 };

/** log p of the plan after the capsule of each budget, and −90 after nothing; a plan has 30 tokens. */
function scoring(after: Readonly<Record<string, number>>, answer = createOracle(ORACLE)): (named: NamedStep) => StepOutcome {
  return (named) => {
    const { id, step } = named;
    if (step.kind !== 'score' || step.context === undefined) return answer(named);
    const logProb = step.context === '' ? -90 : (after[id.split('/')[2] ?? ''] ?? -90);
    return { status: 'done', result: { kind: 'score', logProb, tokenCount: 30 }, isCached: false };
  };
}

function run(answer = createOracle(ORACLE), options: unknown = {}, simulation: Partial<Simulation> = {}) {
  const create = () => capsule.create(capsule.options.parse(options), { estimator: createToyEstimator(3), gate: toyGate });
  return simulate({ create, answer, chunks: CORPUS.chunks, spec: SCORER, ...simulation });
}

const guidances = ({ state }: ReturnType<typeof run>) =>
  [...state.steps.values()].flatMap(({ planned: { step } }) =>
    step.kind === 'chat' && (step.role === 'compress' || step.role === 'predict') ? [step.guidance] : [],
  );

describe('capsule', () => {
  it('takes the smallest budget that passes both tests, and says it in every prompt', () => {
    const result = run(scoring({ 16: -89, 32: -60, 64: -30 }));
    const [choice] = result.state.capsules;
    expect(choice).toMatchObject({ budget: 32, reconstruction: 1, agreement: 1 });
    expect(new Set(guidances(result))).toEqual(new Set([choice?.guidance]));
    expect([...result.state.steps.keys()]).not.toContain('capsule/0/64');
  });

  it('says the plan itself when no capsule passes, with the reason of each', () => {
    const result = run(scoring({}));
    const plan = '1. what was the salt of the town\n2. who dug the long canal';
    expect(result.state.capsules).toMatchObject([
      { plan, guidance: plan, reason: expect.stringMatching(/16 tokens: reconstruction 0.00 is under 0.1; 32/) },
    ]);
    expect(new Set(guidances(result))).toEqual(new Set([plan]));
  });

  it('asks a planner whether the capsule leads to the same chunks', () => {
    const oracle = createOracle(ORACLE);
    const astray = (named: NamedStep): StepOutcome =>
      named.id === 'capsule/0/16/plan' ? { status: 'done', result: { kind: 'plan', queries: ['rain'] }, isCached: false } : oracle(named);
    const { state } = run(scoring({ 16: -30, 32: -30 }, astray));
    expect(state.capsules[0]).toMatchObject({ budget: 32 });
    expect([...state.steps.keys()].filter((id) => id.startsWith('compress/'))).toHaveLength(3);
  });

  it('goes by the words of the plan where nothing is scored', () => {
    const { state } = run(undefined, { budgets: [4, 32] }, { spec: {} });
    expect(state.capsules[0]).toMatchObject({ budget: 32, isRecall: true, reconstruction: 1 });
    expect([...state.steps.keys()].filter((id) => id.endsWith('/with'))).toEqual([]);
  });

  it('needs none for a plan of one query, and has none where it is told so', () => {
    const single = run(createOracle({ ...ORACLE, queries: QUERIES.slice(0, 1) }));
    expect(single.state.capsules).toMatchObject([{ reason: 'a plan of one query needs no capsule' }]);
    expect(new Set([...guidances(single), ...guidances(run(undefined, { arm: 'none' }))])).toEqual(new Set([undefined]));
  });

  it('makes the plan anew when nothing was kept for one of its queries, and tells the planner which', () => {
    const barren = createOracle({ ...ORACLE, turn: (id) => (id === 'compress/chunk-3' ? 'none' : 'text') });
    const { state } = run(scoring({ 16: -30 }, barren));
    const question = 'How tall is it?\nNothing was found for: who dug the long canal';
    expect(state.steps.get('plan/1')?.planned.step).toEqual({ kind: 'chat', role: 'plan', question });
    expect(state.capsules.map(({ round }) => round)).toEqual([0, 1]);
    expect(run(scoring({ 16: -30 }, barren), { replans: 0 }).state.steps.has('plan/1')).toBe(false);
    expect(run(scoring({ 16: -30 })).state.steps.has('plan/1')).toBe(false);
  });
});
