import { describe, expect, it } from 'vitest';
import type { NamedStep, StepOutcome } from '../../src/domain/step.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { evidenceIn, plannedIn, stepIn } from '../../src/testing/strategy-runs.ts';
import { type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { minion } from './minion.ts';

conformStrategy({ plugin: minion });

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);
const QUERIES = ['who dug it', 'where was she born', 'when', 'Why?'];

/** A planner that says in each round what it is told to. */
function run(rounds: readonly (readonly string[])[], { options = {}, ...simulation }: Partial<Simulation> & { options?: unknown } = {}) {
  const create = () => minion.create(minion.options.parse(options), { estimator: createToyEstimator(3), gate: toyGate });
  const rest = createOracle({ corpus: CORPUS, queries: QUERIES, found: [[0], [1, 0], [], [3]], panelSize: 9 });
  const answer = (named: NamedStep): StepOutcome => {
    const { step } = named;
    if (step.kind !== 'chat' || step.role !== 'plan') return rest(named);
    const queries = rounds[Number(named.id.slice('plan/'.length))] ?? [];
    return {
      status: 'done',
      result: { kind: 'plan', queries: queries.map((query) => (query === 'ECHO' ? step.question : query)) },
      isCached: false,
    };
  };
  return simulate({ create, answer, chunks: CORPUS.chunks, spec: { question: 'Why?' }, ...simulation });
}

const asked = (result: ReturnType<typeof run>, round: number): string => {
  const step = stepIn(result.state, `plan/${round}`);
  return step?.kind === 'chat' && step.role === 'plan' ? step.question : '';
};

describe('minion', () => {
  it('asks, reads, and asks on with what it has found, until nothing is new', () => {
    const result = run([['who dug it'], ['who dug it', 'where was she born'], ['WHERE was she  born']]);
    expect(plannedIn(result)).toEqual([
      ['plan/0'],
      ['search/0/0'],
      ['compress/0/0/chunk-1'],
      ['plan/1'],
      ['search/1/0'],
      ['compress/1/0/chunk-2', 'compress/1/0/chunk-1'],
      ['plan/2'],
      ['predict'],
    ]);
    expect(evidenceIn(result.state).map(({ text }) => text)).toEqual(['What chunk-1 says.', 'What chunk-2 says.']);
  });

  it('shows the planner the question first, then what is known and what was sought in vain', () => {
    const result = run([['who dug it', 'when'], []]);
    expect(asked(result, 0)).toBe('Why?');
    expect(asked(result, 1).startsWith('Why?\n')).toBe(true);
    expect(asked(result, 1)).toContain('- who dug it: What chunk-1 says.');
    expect(asked(result, 1)).toContain('- when (nothing found)');
  });

  it('ends after its rounds, though the planner goes on', () => {
    const result = run([['who dug it'], ['where was she born'], ['when']], { options: { rounds: 2 } });
    expect([...result.state.steps.keys()].filter((id) => id.startsWith('plan/'))).toEqual(['plan/0', 'plan/1']);
    expect(result.state.status).toBe('completed');
  });

  it('takes its own transcript for no new question: a planner that only repeats has one round', () => {
    const result = run([['ECHO'], ['ECHO'], ['ECHO']]);
    expect([...result.state.steps.keys()]).toEqual(['plan/0', 'search/0/0', 'compress/0/0/chunk-4', 'plan/1', 'predict']);
  });

  it('follows no more questions a round than it is told to', () => {
    const result = run([['who dug it', 'where was she born', 'when']], { options: { queries: 1 } });
    expect([...result.state.steps.keys()].filter((id) => id.startsWith('search/'))).toEqual(['search/0/0']);
  });

  it('keeps the transcript within its length, and tells how much is left out', () => {
    const result = run([['who dug it', 'where was she born'], []], { options: { transcriptCharacters: 40 } });
    expect(asked(result, 1)).toContain('- who dug it: What chunk-1 says.');
    expect(asked(result, 1)).toContain('(2 more left out)');
  });

  it('asks no further where a limit has ended the reading, and answers from what it has', () => {
    const result = run([['who dug it', 'where was she born'], ['when']], { admits: ({ id }) => id !== 'compress/0/1/chunk-2' });
    expect([...result.state.steps.keys()]).not.toContain('plan/1');
    expect(result.state).toMatchObject({ status: 'incomplete', reason: 'limit reached: 1 step was not made' });
    expect(evidenceIn(result.state).map(({ text }) => text)).toEqual(['What chunk-1 says.']);
  });
});
