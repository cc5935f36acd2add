import { describe, expect, it } from 'vitest';
import type { GateDecision, RunEvent, RunState } from '../../src/domain/run.ts';
import type { NamedStep } from '../../src/domain/step.ts';
import type { Gate } from '../../src/ports/gate.ts';
import { choice } from '../../src/testing/build-run.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createOracle, createToyEstimator, type OracleOptions, toyGate } from '../../src/testing/strategy-oracle.ts';
import { type Simulated, type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { mapReduce } from './map-reduce.ts';

conformStrategy({ plugin: mapReduce });
conformStrategy({ plugin: mapReduce, options: { neighbours: 1, negatives: 'hard' } });

const CORPUS = buildCorpus(['Salt.', 'Canal.', 'Rain.', 'Coal.']);
const ORACLE: OracleOptions = {
  corpus: CORPUS,
  queries: ['a', 'b'],
  found: [
    [0, 1],
    [1, 2, 0],
  ],
  panelSize: 9,
};
const SCORER = { scorer: { provider: 'scripted', name: 'scorer', settings: {} } } as const;

function run(
  oracle: Partial<OracleOptions> = {},
  { gate = toyGate, options = {}, ...simulation }: Partial<Simulation> & { readonly gate?: Gate; readonly options?: unknown } = {},
): Simulated {
  const create = () => mapReduce.create(mapReduce.options.parse(options), { estimator: createToyEstimator(3), gate });
  return simulate({ create, answer: createOracle({ ...ORACLE, ...oracle }), chunks: CORPUS.chunks, spec: SCORER, ...simulation });
}

const VERDICT: GateDecision = { kept: true, reason: '', relevance: 0.2, flags: [] };
const VERDICTS: Readonly<Record<string, GateDecision>> = {
  'compress/chunk-2': { ...VERDICT, kept: false, relevance: 0.8, repeats: 'compress/chunk-1' },
  'compress/chunk-3': { ...VERDICT, relevance: 0.9 },
};

const planned = ({ log }: Simulated): string[][] =>
  log.flatMap(({ event }) => (event.type === 'steps-planned' ? [event.steps.map(({ id }) => id)] : []));
const findings = ({ log }: Simulated, type: RunEvent['type']) => log.filter(({ event }) => event.type === type).map(({ event }) => event);
const evidenceIn = ({ steps }: RunState) => {
  const step = steps.get('predict')?.planned.step;
  return step?.kind === 'chat' && step.role === 'predict' ? step.evidence : [];
};

describe('map-reduce', () => {
  it('goes stage by stage, each chunk read once, for the query that found it best', () => {
    const steps = planned(run({}, { spec: {} }));
    expect(steps).toEqual([['plan'], ['search/0', 'search/1'], ['compress/chunk-1', 'compress/chunk-2', 'compress/chunk-3'], ['predict']]);
  });

  it('shows the gate the sources, and the predictor what the gate put in place of a summary', () => {
    const seen: (string | undefined)[] = [];
    const shortening: Gate = {
      decide: (candidates) => {
        seen.push(...candidates.map(({ source }) => source));
        const texts = ['A part.', 'Canal.', undefined];
        return new Map(
          candidates.map(({ id }, i) => {
            const text = texts[i];
            return [id, { ...VERDICT, relevance: 1 - i / 10, ...(text === undefined ? {} : { text }) }];
          }),
        );
      },
    };
    const evidence = evidenceIn(run({}, { gate: shortening }).state);
    expect(seen).toEqual(['Salt.', 'Canal.', 'Rain.']);
    expect(evidence.slice(0, 2).map(({ text }) => text)).toEqual(['A part.', 'Canal.']);
    expect(evidence[1]?.quotes.map(({ text }) => text)).toEqual(['Canal.']);
    expect(evidence[2]?.text).not.toBe('');
  });

  it('asks for as many chunks a query as it is told to', () => {
    const selections: unknown[] = [];
    run({}, { options: { chunks: 5 }, onDecision: (decision) => selections.push(...searches(decision)) });
    expect(selections.slice(0, 2)).toEqual([
      { type: 'search', query: 'a', limit: 5 },
      { type: 'search', query: 'b', limit: 5 },
    ]);
  });

  it('scores each summary under its own chunk and the panel drawn once, by the seed of the run', () => {
    const { state } = run({}, { spec: { ...SCORER, seed: 9 } });
    expect(state.steps.get('panel')?.planned.step).toMatchObject({ selection: { type: 'panel', seed: 9, size: 3 } });
    const cells = [...state.steps.keys()].filter((id) => id.startsWith('score/chunk-1/'));
    expect(cells).toEqual(['score/chunk-1/chunk-1', 'score/chunk-1/chunk-2', 'score/chunk-1/chunk-3']);
    expect([...state.scores.keys()].sort()).toEqual(['compress/chunk-1', 'compress/chunk-2', 'compress/chunk-3']);
  });

  it('scores nothing that the compressor called none, and gates it all the same', () => {
    const { state } = run({ turn: (id) => (id === 'compress/chunk-2' ? 'none' : 'text') });
    expect(state.scores.has('compress/chunk-2')).toBe(false);
    expect(state.gates.get('compress/chunk-2')).toMatchObject({ kept: false });
  });

  it('says once for each summary when the panel is too small to tell anything', () => {
    const result = run({ panelSize: 1 });
    const reason = 'the corpus has too few other chunks to compare with';
    expect(findings(result, 'summary-unscored')).toEqual(
      [1, 2, 3].map((n) => ({ type: 'summary-unscored', stepId: `compress/chunk-${n}`, reason })),
    );
    expect(planned(result).flat()).not.toContainEqual(expect.stringContaining('score/'));
    expect(result.state.status).toBe('completed');
  });

  it('leaves a score out, with the reason, when one of its scorings fails or finds no room', () => {
    const failed = run({ turn: (id) => (id === 'score/chunk-1/chunk-2' ? 'failed' : 'text') });
    expect(failed.state.scores.get('compress/chunk-1')).toEqual({ missing: 'a scoring it needs has failed' });
    expect(failed.state.scores.get('compress/chunk-2')).toHaveProperty('score');
    const refused = run({}, { admits: ({ id }: NamedStep) => id !== 'score/chunk-1/chunk-2' });
    expect(refused.state.scores.get('compress/chunk-1')).toEqual({ missing: 'the limit left no room for a scoring it needs' });
  });

  it('shows evidence by relevance, and lets a repeat lend its chunk and quotes to the one that stays', () => {
    const gate: Gate = {
      decide: (candidates) => new Map(candidates.map(({ id }) => [id, VERDICTS[id] ?? VERDICT])),
    };
    const evidence = evidenceIn(run({}, { gate }).state);
    expect(evidence.map(({ number, chunkIds }) => ({ number, chunkIds }))).toEqual([
      { number: 1, chunkIds: ['chunk-3'] },
      { number: 2, chunkIds: ['chunk-1', 'chunk-2'] },
    ]);
    expect(evidence[1]?.quotes.map(({ documentId, text }) => ({ documentId, text }))).toEqual([
      { documentId: 'document-1', text: 'Sal' },
      { documentId: 'document-2', text: 'Can' },
    ]);
  });

  it('takes what a gate says nothing of for dropped', () => {
    const { state } = run({}, { gate: { decide: () => new Map() } });
    expect(state.status).toBe('completed');
    expect(state.gates.get('compress/chunk-1')).toMatchObject({ kept: false, reason: 'the gate did not judge it' });
  });

  describe('with a cascade', () => {
    const cascade = [choice('another'), choice('identity')];
    /** Asks for more of the first chunk, as far as it goes; the last attempt at a chunk stands. */
    const gate: Gate = {
      decide: (candidates) =>
        new Map(
          candidates.map(({ id, attempt }) => {
            const isLast = !candidates.some(
              (other) => other.attempt?.chunkId === attempt?.chunkId && (other.attempt?.tier ?? 0) > (attempt?.tier ?? 0),
            );
            const decision = { ...VERDICT, kept: isLast };
            return [id, attempt?.chunkId === 'chunk-1' && attempt.next !== undefined ? { ...decision, escalates: true } : decision];
          }),
        ),
    };
    const chain = ['compress/chunk-1', 'compress/chunk-1/1', 'compress/chunk-1/2'];

    it('gives a chunk to the next compressor as long as the gate asks for it, and to no other', () => {
      const { state } = run({}, { gate, spec: { ...SCORER, cascade } });
      const read = [...state.steps.keys()].filter((id) => id.startsWith('compress/'));
      expect(read).toEqual(['compress/chunk-1', 'compress/chunk-2', 'compress/chunk-3', ...chain.slice(1)]);
      expect(chain.map((id) => state.gates.get(id)?.kept)).toEqual([false, false, true]);
      expect(evidenceIn(state).map(({ chunkIds }) => chunkIds)).toEqual([['chunk-2'], ['chunk-3'], ['chunk-1']]);
    });

    it('scores what each compressor wrote, and not the chunk itself', () => {
      const { state } = run({}, { gate, spec: { ...SCORER, cascade } });
      expect(chain.map((id) => state.scores.has(id))).toEqual([true, true, false]);
      expect(state.steps.get('score/chunk-1/1/chunk-1')?.planned.step).toMatchObject({ kind: 'score', tier: 1 });
    });

    it('lets the attempt before stand when the next one fails or finds no room, and takes back that it was asked for', () => {
      const next = 'compress/chunk-1/1';
      const failed = run({ turn: (id) => (id === next ? 'failed' : 'text') }, { gate, spec: { cascade } });
      const refused = run({}, { gate, spec: { cascade }, admits: ({ id }: NamedStep) => id !== next });
      for (const { state } of [failed, refused]) {
        expect(state.gates.get('compress/chunk-1')).toEqual(VERDICT);
        expect(evidenceIn(state).flatMap(({ chunkIds }) => chunkIds)).toContain('chunk-1');
      }
      expect([failed.state.status, refused.state.status]).toEqual(['completed', 'incomplete']);
    });

    it('logs a decision again only when it has changed', () => {
      const gated = findings(run({}, { gate, spec: { cascade } }), 'summary-gated').map((event) => 'stepId' in event && event.stepId);
      expect(gated).toEqual(['compress/chunk-1', 'compress/chunk-2', 'compress/chunk-3', 'compress/chunk-1', chain[1], chain[1], chain[2]]);
    });
  });

  it('leaves a failed chunk out, and fails with the first error when all have failed', () => {
    const one = run({ turn: (id) => (id === 'compress/chunk-1' ? 'failed' : 'text') });
    expect(evidenceIn(one.state).flatMap(({ chunkIds }) => chunkIds)).not.toContain('chunk-1');
    expect(one.state.status).toBe('completed');
    const all = run({ turn: (id) => (id.startsWith('compress/') ? 'failed' : 'text') });
    expect(all.state).toMatchObject({ status: 'failed', error: { code: 'model-crashed' } });
  });

  it.each(['plan', 'panel', 'search/1', 'predict'])('fails when %s fails', (step) => {
    const { state } = run({ turn: (id) => (id === step ? 'failed' : 'text') });
    expect(state).toMatchObject({ status: 'failed', error: { message: 'The model is gone.' } });
  });

  it('gates, scores and shows what only a resumed run could read', () => {
    const first = run({ turn: (id) => (id === 'compress/chunk-1' || id === 'predict' ? 'failed' : 'text') });
    expect(first.state.gates.has('compress/chunk-1')).toBe(false);
    const { state } = run({}, { log: resumed(first) });
    expect(state.status).toBe('completed');
    expect(state.scores.get('compress/chunk-1')).toHaveProperty('score');
    expect(evidenceIn(state).flatMap(({ chunkIds }) => chunkIds)).toContain('chunk-1');
  });

  it('finishes with the evidence that the predictor was shown, though a chunk may be tried again meanwhile', () => {
    const first = run({ turn: (id) => (id === 'compress/chunk-1' ? 'failed' : 'text') });
    const asked = first.log.findIndex(({ event }) => event.type === 'steps-planned' && event.steps.some(({ id }) => id === 'predict'));
    const result = run({}, { log: resumed({ log: first.log.slice(0, asked + 1) }) });
    expect(planned({ ...result, log: result.log.slice(asked + 1) })).toEqual([]);
    expect(result.decision).toMatchObject({ type: 'finish', evidence: evidenceIn(first.state) });
  });

  it('quotes the evidence itself when there is no room for the predictor', () => {
    const { decision } = run({}, { admits: ({ id }: NamedStep) => id !== 'predict' });
    expect(decision).toMatchObject({
      draft: { status: 'answered', form: 'template', text: expect.stringContaining('What chunk-3 says. [1]') },
      incomplete: 'limit reached: 1 step was not made',
    });
  });
});

function searches(decision: Parameters<NonNullable<Simulation['onDecision']>>[0]): unknown[] {
  const steps = decision.type === 'steps' ? decision.steps : [];
  return steps.flatMap(({ id, step }) => (id.startsWith('search/') && step.kind === 'retrieve' ? [step.selection] : []));
}

function resumed({ log }: Pick<Simulated, 'log'>): Simulated['log'] {
  return [...log, { sequence: log.length + 1, at: 0, event: { type: 'run-resumed', epoch: 1 } }];
}
