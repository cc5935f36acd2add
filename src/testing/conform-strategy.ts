import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelIdentity } from '../domain/model.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { Plugin } from '../ports/plugin.ts';
import type { Decision } from '../ports/strategy.ts';
import { choice } from './build-run.ts';
import { buildCorpus } from './builders.ts';
import { createOracle, createToyEstimator, greedyGate, type OracleOptions, type Turn } from './strategy-oracle.ts';
import { type Simulated, type Simulation, simulate } from './strategy-simulator.ts';

const SEED = 20_251_221;
/** The documents of the conformance suite, a chunk each. */
export const CONFORMANCE_TEXTS = [
  'Salt came by boat.',
  'The canal was dug.',
  'It rained.',
  'Coal came by boat.',
  'The lock leaked.',
  'Nobody paid.',
] as const;
const CORPUS = buildCorpus(CONFORMANCE_TEXTS);
const QUERIES = ['what came by boat', 'who dug the canal', 'who paid'];
const SCORER: ModelIdentity = { provider: 'scripted', name: 'scorer', settings: {} };
const CASCADE: readonly PluginChoice[] = [choice('another'), choice('identity')];
/** The question is one of the queries, so that a strategy which plans nothing finds something too. */
const ASKED: Partial<RunSpec> = { question: QUERIES[0] ?? '' };
const WITH_SCORER: Partial<RunSpec> = { ...ASKED, scorer: SCORER };

/** All is well: two queries with a chunk in common, a panel of four. */
const HEALTHY: OracleOptions = {
  corpus: CORPUS,
  queries: QUERIES.slice(0, 2),
  found: [
    [0, 3, 1],
    [1, 4],
  ],
  panelSize: 4,
};

interface Scenario {
  readonly queries: readonly number[];
  /** What a planner says that is asked again. */
  readonly later: readonly number[];
  readonly found: readonly (readonly number[])[];
  readonly panelSize: number;
  readonly turns: readonly Turn[];
  readonly hasScorer: boolean;
  /** Compressors after the first. */
  readonly tiers: number;
  readonly room: number;
  readonly seed: number;
}

const positions = fc.uniqueArray(fc.integer({ min: 0, max: CORPUS.chunks.length - 1 }), { maxLength: CORPUS.chunks.length });
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  /** Repeats included: a planner may ask the same twice. */
  queries: fc.array(fc.integer({ min: 0, max: QUERIES.length - 1 }), { maxLength: 4 }),
  later: fc.array(fc.integer({ min: 0, max: QUERIES.length - 1 }), { maxLength: 3 }),
  found: fc.array(positions, { minLength: QUERIES.length, maxLength: QUERIES.length }),
  panelSize: fc.integer({ min: 0, max: CORPUS.chunks.length }),
  turns: fc.array(fc.constantFrom<Turn[]>('text', 'text', 'text', 'same', 'none', 'empty', 'failed'), { minLength: 1, maxLength: 12 }),
  hasScorer: fc.boolean(),
  tiers: fc.integer({ min: 0, max: 2 }),
  /** Steps that the limits have room for. */
  room: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 30 })),
  seed: fc.integer(),
});

export interface StrategyConformance {
  readonly plugin: Plugin<'strategy'>;
  readonly options?: unknown;
  /**
   * Where its evidence comes from. `searches`, the usual: it finds nothing where they find nothing. `quotes`: from places named in its options (some of
   * {@link CONFORMANCE_TEXTS}), whatever searches find. `nowhere`: it retrieves nothing, and finishes without evidence.
   */
  readonly evidence?: 'searches' | 'quotes' | 'nowhere';
}

/** What every strategy promises. Call it in the test file of each implementation. */
export function conformStrategy({ plugin, options = {}, evidence: origin = 'searches' }: StrategyConformance): void {
  const create = () => plugin.create(plugin.options.parse(options), { estimator: createToyEstimator(4), gate: greedyGate });
  const run = (oracle: OracleOptions, simulation: Partial<Simulation> = {}): Simulated =>
    simulate({ create, answer: createOracle(oracle), chunks: CORPUS.chunks, spec: WITH_SCORER, ...simulation });
  const play = (
    { queries, later, turns, hasScorer, tiers, room, seed, ...rest }: Scenario,
    simulation: Partial<Simulation> = {},
  ): Simulated => {
    const turn = (id: string) => turns[hash(id) % turns.length] ?? 'text';
    let left = room;
    return run(
      { ...rest, corpus: CORPUS, queries: queries.map(queryAt), later: later.map(queryAt), turn },
      { spec: { ...(hasScorer ? WITH_SCORER : ASKED), cascade: CASCADE.slice(0, tiers) }, admits: () => left-- > 0, seed, ...simulation },
    );
  };
  const check = (property: (scenario: Scenario) => void) => fc.assert(fc.property(scenarios, property), { seed: SEED, numRuns: 150 });

  describe(`${plugin.id} is a strategy`, () => {
    it('answers from what was found', () => {
      const { state, decision } = run(HEALTHY);
      expect(state.status).toBe('completed');
      expect(decision).toMatchObject({ type: 'finish', draft: { status: 'answered' } });
      if (origin === 'nowhere') expect(evidenceOf(decision)).toEqual([]);
      else expect(evidenceOf(decision).length).toBeGreaterThan(0);
    });

    it('numbers its evidence from 1 and names chunks for each piece', () => {
      check((scenario) => {
        const { decision } = play(scenario);
        expect(evidenceOf(decision).map(({ number }) => number)).toEqual(evidenceOf(decision).map((_one, i) => i + 1));
        for (const { chunkIds } of evidenceOf(decision)) expect(chunkIds.length).toBeGreaterThan(0);
      });
    });

    if (origin === 'searches') {
      it('says not found when nothing is retrieved', () => {
        const { state, decision } = run({ ...HEALTHY, found: [] });
        expect(state.status).toBe('completed');
        expect(decision).toMatchObject({ type: 'finish', draft: { status: 'not-found' }, evidence: [] });
      });
    }

    if (origin === 'quotes') {
      it('fails, and names the text, when one stands nowhere', () => {
        const { state } = run({ ...HEALTHY, corpus: buildCorpus(['Something else.']) });
        expect(state).toMatchObject({ status: 'failed', error: { code: 'not-found' } });
        expect(CONFORMANCE_TEXTS.some((text) => state.error?.message.includes(text))).toBe(true);
      });
    }

    if (origin === 'nowhere') {
      it('retrieves nothing and has no evidence, whatever happens', () => {
        check((scenario) => {
          const { state, decision } = play(scenario);
          expect([...state.steps.values()].map(({ planned }) => planned.step.kind)).not.toContain('retrieve');
          expect(evidenceOf(decision)).toEqual([]);
        });
      });
    }

    it('always ends and never throws, whatever fails, is empty, repeats itself or comes late', () => {
      check((scenario) => {
        const { state, refused } = play(scenario);
        expect(refused.size > 0 ? ['incomplete', 'failed'] : ['completed', 'failed']).toContain(state.status);
      });
    });

    it('decides the same on the same state, live or folded from the log, and changes neither', () => {
      check((scenario) => {
        const seen: Decision[] = [];
        const { log, state: last } = play(scenario, { onDecision: (decision) => seen.push(decision) });
        expect(foldRun('simulated', log)).toEqual(last);
        play(scenario, {
          onDecision: (decision, state, view) => {
            expect(decision).toEqual(seen.shift());
            const folded = foldRun('simulated', log.slice(0, state.sequence));
            expect(create().next(folded, view)).toEqual(decision);
          },
        });
      });
    });

    it('gives the same report whatever order steps end in', () => {
      const reports = [1, 2, 3, 4, 5].map((seed) => run(HEALTHY, { seed }).state.report);
      expect(new Set(reports.map((report) => JSON.stringify(report))).size).toBe(1);
    });

    it('finishes incomplete, with a report, wherever the limits end it', () => {
      const { state: whole } = run(HEALTHY);
      for (let room = 0; room < whole.steps.size; room++) {
        let left = room;
        const { state, refused } = run(HEALTHY, { admits: () => left-- > 0 });
        expect(refused.size).toBeGreaterThan(0);
        expect(state).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('limit') });
      }
    });

    it('ends well after a failure once it is resumed, and asks for nothing again that it has', () => {
      check((scenario) => {
        const failed = play({ ...scenario, room: Number.POSITIVE_INFINITY });
        if (failed.state.status !== 'failed') return;
        const done = [...failed.state.steps].filter(([, { outcome }]) => outcome?.status === 'done').map(([id]) => id);
        const resumed = { sequence: failed.state.sequence + 1, at: 0, event: { type: 'run-resumed', epoch: 1 } } as const;
        const { state, log } = play({ ...scenario, turns: ['text'], room: Number.POSITIVE_INFINITY }, { log: [...failed.log, resumed] });
        expect(state.status).toBe('completed');
        const again = log.slice(failed.log.length).flatMap(({ event }) => (event.type === 'steps-planned' ? event.steps : []));
        expect(again.filter(({ id }) => done.includes(id))).toEqual([]);
      });
    });
  });
}

const queryAt = (i: number): string => QUERIES[i] ?? '';

function evidenceOf(decision: Decision) {
  return decision.type === 'finish' ? decision.evidence : [];
}

/** Spreads ids over a table of turns. */
function hash(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
}
