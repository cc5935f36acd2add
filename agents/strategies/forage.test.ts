import { describe, expect, it } from 'vitest';
import { bm25Share } from '../../src/domain/bm25.ts';
import type { Chunk } from '../../src/domain/document.ts';
import type { PatchJudgement } from '../../src/domain/patch.ts';
import type { NamedStep, Step, StepOutcome, StepResult } from '../../src/domain/step.ts';
import type { Summary } from '../../src/domain/summary.ts';
import { entry } from '../../src/testing/build-run.ts';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformStrategy } from '../../src/testing/conform-strategy.ts';
import { createToyEstimator, toyGate } from '../../src/testing/strategy-oracle.ts';
import { type Simulated, type Simulation, simulate } from '../../src/testing/strategy-simulator.ts';
import { forage } from './forage.ts';

conformStrategy({ plugin: forage });
conformStrategy({ plugin: forage, options: { batch: 1, patch: 'section', gain: 'information', agree: 0 } });
conformStrategy({ plugin: forage, options: { patch: 'result-set', agree: 1, maxReads: 3, cost: 'seconds' } });

const QUERY = 'canal';
/** Bytes of a chunk; 4 of them are taken for a token where nothing is counted. */
const BYTES = 1200;

/** Documents of equal chunks, each with the word that is asked for; `heading` begins every so many. */
function chunksOf(documents: number, each: number, heading = Number.POSITIVE_INFINITY): Chunk[] {
  return Array.from({ length: documents * each }, (_, i): Chunk => {
    const place = i % each;
    const text = `${place % heading === 0 ? '# ' : ''}${QUERY} `.padEnd(BYTES, '.');
    const start = place * BYTES;
    return { id: `c${`${i}`.padStart(5, '0')}`, documentId: `d${Math.floor(i / each)}`, span: { start, end: start + BYTES }, text };
  });
}

interface World {
  readonly chunks: readonly Chunk[];
  readonly summaryOf: (chunk: Chunk, place: number) => Summary;
  readonly answer?: (evidence: number) => string;
}

function run({ chunks, summaryOf, answer = () => 'So.' }: World, options: object = {}, simulation: Partial<Simulation> = {}): Simulated {
  const statistics = statisticsOf(chunks);
  const found = chunks.map(({ id, documentId }) => ({ chunkId: id, documentId, score: 1 }));
  const result = ({ id, step }: NamedStep): StepResult => {
    if (step.kind === 'retrieve') return { kind: 'retrieve', chunks: found, statistics };
    if (step.kind === 'score') return { kind: 'score', logProb: -1, tokenCount: 1 };
    if (step.kind === 'gather') throw new Error('A strategy gathers nothing.');
    if (step.role === 'plan') return { kind: 'plan', queries: [QUERY] };
    return step.role === 'predict' ? predicted(step.evidence.length) : compressed(id, step);
  };
  const predicted = (evidence: number): StepResult => {
    return { kind: 'predict', draft: { status: 'answered', text: answer(evidence), form: 'model', citations: [] } };
  };
  const compressed = (id: string, step: Extract<Step, { kind: 'chat' }>): StepResult => {
    const chunk = step.role === 'compress' ? chunks.find((one) => one.id === step.chunkId) : undefined;
    if (chunk === undefined) throw new Error(`There is no chunk for ${id}.`);
    return { kind: 'compress', summary: summaryOf(chunk, chunk.span.start / BYTES) };
  };
  const settings = forage.options.parse({ agree: 0, ...options });
  return simulate({
    create: () => forage.create(settings, { estimator: createToyEstimator(3), gate: toyGate }),
    answer: (step): StepOutcome => ({ status: 'done', result: result(step), isCached: false }),
    chunks,
    ...simulation,
  });
}

const moves = ({ state }: Simulated): readonly PatchJudgement[] => state.judgements;
const reads = ({ state }: Simulated): string[] =>
  [...state.steps.values()].flatMap(({ planned: { step } }) => (step.kind === 'chat' && step.role === 'compress' ? [step.chunkId] : []));
const statisticsOf = (chunks: readonly Chunk[]) => buildStatistics(QUERY, [...chunks.map(({ text }) => text), 'It rained.']);
const none = () => buildSummary('');
/** A summary of a hundred words, of which so many no summary had before. */
function newWords(chunk: Chunk, count: number): Summary {
  const fresh = Array.from({ length: count }, (_, i) => `${chunk.id}w${i}`);
  const known = Array.from({ length: 99 - count }, (_, i) => `known${i}`);
  return buildSummary([QUERY, ...fresh, ...known].join(' '), { quotes: [{ start: 0, end: 3 }] });
}

describe('forage, on documents whose gain is known', () => {
  /** New words fall by a fixed share with each chunk: rich documents begin with 90, poor ones with 30. */
  const decay = 0.3;
  const richness = [90, 90, 60, 30, 90, 60, 30];
  const chunks = chunksOf(richness.length, 12);
  /** The very first summary brings all the words that others share, so its document has another curve. */
  const summaryOf = (chunk: Chunk, place: number) => {
    const { id, documentId } = chunk;
    if (id === 'c00000') return newWords(chunk, 0);
    return newWords(chunk, Math.round((richness[Number(documentId.slice(1))] ?? 0) * Math.exp(-decay * place)));
  };

  it('leaves each within a chunk of the optimum, given R*', () => {
    // Of a summary of new words only: its relevance.
    const most = bm25Share(QUERY, newWords(chunks[1] as Chunk, 90).text, statisticsOf(chunks));
    const cost = BYTES / 4 + 100;
    const bestRate = (0.2 * most) / cost;
    const foraged = run({ chunks, summaryOf }, { batch: 1, bestRate, discount: 1, floor: 0, chunks: 100, maxReads: 100 });
    const stays = richness.map((_first, i) => reads(foraged).filter((chunkId) => Math.floor(Number(chunkId.slice(1)) / 12) === i).length);
    const optimum = (first: number) =>
      chunks.slice(0, 12).filter((_, place) => ((first / 100) * most * Math.exp(-decay * place)) / cost >= bestRate);
    richness.forEach((first, i) => {
      // Chunks are read whole: the optimum is the last one that gives R* by itself.
      if (i > 0) expect(Math.abs((stays[i] ?? 0) - optimum(first).length), `document ${i}`).toBeLessThanOrEqual(1);
    });
  });

  it('says of each move what it smelled, gained and was held against', () => {
    const all = moves(run({ chunks, summaryOf }, { batch: 1 }));
    expect(all[0]).toMatchObject({ verdict: 'enter', documentId: 'd0', unit: 'tokens', gain: 0, chunkIds: ['c00000'] });
    expect(all.at(-1)?.verdict).toBe('stop');
    for (const { verdict, scent, rate, bestRate, threshold, reason } of all) {
      expect([scent, rate, bestRate, threshold].every(Number.isFinite)).toBe(true);
      expect(reason).not.toBe('');
      if (verdict === 'stay') expect(rate).toBeGreaterThanOrEqual(threshold);
    }
    const left = all.filter(({ verdict }) => verdict === 'leave');
    expect(Math.max(...left.map(({ gain }) => gain))).toBeGreaterThan(0);
    expect(left.every(({ cost }) => cost > 0)).toBe(true);
  });
});

describe('forage', () => {
  it('gives a barren corpus up within the cost of two documents', () => {
    const barren = run({ chunks: chunksOf(10, 8), summaryOf: none }, { chunks: 80, maxReads: 80 });
    expect(reads(barren).length).toBeGreaterThan(2);
    expect(reads(barren).length).toBeLessThanOrEqual(2 * 8);
    expect(barren.decision).toMatchObject({ type: 'finish', evidence: [] });
  });

  it('ends at its bound', () => {
    const result = run({ chunks: chunksOf(10, 8), summaryOf: (chunk) => newWords(chunk, 90) }, { maxReads: 5, batch: 4 });
    expect(reads(result)).toHaveLength(5);
    expect(moves(result).at(-1)?.reason).toContain('5 chunks were read');
  });

  it('ends when trial answers agree, and not while they differ', () => {
    const world = { chunks: chunksOf(10, 1), summaryOf: (chunk: Chunk) => newWords(chunk, 90) };
    const agreeing = run({ ...world, answer: (evidence) => `In 1869 [${evidence}].` }, { agree: 2 });
    expect(reads(agreeing)).toHaveLength(2);
    expect(moves(agreeing).at(-1)).toMatchObject({ verdict: 'stop', reason: 'the last 2 trial answers agree' });
    const differing = run({ ...world, answer: (evidence) => `In ${1869 + evidence}.` }, { agree: 2 });
    expect(reads(differing).length).toBeGreaterThan(2);
  });

  it('answers with the last trial when the prediction finds no room', () => {
    const world = {
      chunks: chunksOf(3, 1),
      summaryOf: (chunk: Chunk) => newWords(chunk, 90),
      answer: (evidence: number) => `From ${evidence}.`,
    };
    const { decision, state } = run(world, { agree: 2 }, { admits: ({ id }) => id !== 'predict' });
    const trials = [...state.steps.keys()].filter((id) => id.startsWith('trial/'));
    expect(decision).toMatchObject({ type: 'finish', draft: { text: `From ${trials.length}.`, form: 'model' } });
  });

  it('takes sections and result sets for patches too', () => {
    const chunks = chunksOf(2, 6, 3);
    const patches = (patch: string) =>
      new Set(moves(run({ chunks, summaryOf: (chunk) => newWords(chunk, 90) }, { patch })).flatMap((one) => one.patch ?? []));
    expect(patches('document')).toEqual(new Set(['d0', 'd1']));
    expect(patches('section')).toEqual(new Set(['d0@0', `d0@${3 * BYTES}`, 'd1@0', `d1@${3 * BYTES}`]));
    expect(patches('result-set')).toEqual(new Set(['query 1']));
  });

  it('reads again, once resumed, what it had judged worth reading and what failed', () => {
    const world = { chunks: chunksOf(6, 1), summaryOf: (chunk: Chunk) => newWords(chunk, 90) };
    const failing: StepOutcome = { status: 'failed', error: { code: 'model-crashed', message: 'Gone.', isRetryable: true } };
    const first = run(world, {}, { answer: failingReads(failing) });
    expect(first.state.status).toBe('failed');
    const resumed = { sequence: first.log.length + 1, at: 0, event: { type: 'run-resumed', epoch: 1 } } as const;
    const second = run(world, {}, { log: [...first.log, resumed] });
    expect(second.state.status).toBe('completed');
    const promised = moves(second).flatMap(({ chunkIds }) => chunkIds);
    expect([...reads(second)].sort()).toEqual([...promised].sort());
  });

  it('holds gain against the unit asked for, where the ledger has it for every chunk, and tokens elsewhere', () => {
    const world = { chunks: chunksOf(4, 2), summaryOf: (chunk: Chunk) => newWords(chunk, 90) };
    const first = run(world, { cost: 'seconds' });
    expect(moves(first).map(({ unit }) => unit)).not.toContain('seconds');
    // The same run, as if its steps had been paid for, cut before its last move.
    const paid = first.log.slice(0, -1).map((stored) => {
      if (stored.event.type !== 'steps-finished') return stored;
      const steps = stored.event.steps.map((step) => ({ ...step, ledger: [entry(step.id, { durationMs: 2000 })] }));
      return { ...stored, event: { ...stored.event, steps } };
    });
    const cut = paid.findLastIndex(({ event }) => event.type === 'patch-judged');
    const again = run(world, { cost: 'seconds' }, { log: paid.slice(0, cut) });
    expect(moves(again).at(-1)).toMatchObject({ unit: 'seconds' });
  });
});

/** Everything is well but the reading. */
function failingReads(failing: StepOutcome): Simulation['answer'] {
  const chunks = chunksOf(6, 1);
  const found = chunks.map(({ id, documentId }) => ({ chunkId: id, documentId, score: 1 }));
  return ({ step }) => {
    if (step.kind === 'chat' && step.role === 'compress') return failing;
    const result: StepResult =
      step.kind === 'retrieve'
        ? {
            kind: 'retrieve',
            chunks: found,
            statistics: buildStatistics(
              QUERY,
              chunks.map(({ text }) => text),
            ),
          }
        : { kind: 'plan', queries: [QUERY] };
    return { status: 'done', result, isCached: false };
  };
}
