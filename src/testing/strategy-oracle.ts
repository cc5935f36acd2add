import { type Draft, NOT_FOUND_TEXT } from '../domain/answer.ts';
import { type Chunk, type Corpus, shiftSpan } from '../domain/document.ts';
import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { Evidence, SourceQuote } from '../domain/evidence.ts';
import { toInformationScore } from '../domain/information.ts';
import type { NamedStep, RankedChunk, Selection, Step, StepOutcome, StepResult } from '../domain/step.ts';
import type { Gate } from '../ports/gate.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import { buildStatistics, buildSummary } from './builders.ts';

/** How a step goes: `text` is well; `same` gives every chunk the same summary; `empty` is a text without words. */
export type Turn = 'text' | 'same' | 'none' | 'empty' | 'failed';

export interface OracleOptions {
  readonly corpus: Corpus;
  readonly queries: readonly string[];
  /** What the planner says to every plan step after the first. Absent: the same again. */
  readonly later?: readonly string[];
  /** Positions in the corpus, by query, best first; the queries of the first plan, then those of the others. */
  readonly found: readonly (readonly number[])[];
  readonly panelSize: number;
  /** How the step of that id goes. Absent: well. */
  readonly turn?: (id: string) => Turn;
}

/** What strategies call the first plan step. */
const FIRST_PLANS: readonly string[] = ['plan', 'plan/0'];

const FAILURE: ErrorRecord = { code: 'model-crashed', message: 'The model is gone.', isRetryable: true };

/** Answers steps as a corpus with models would, from a table. The same step always gets the same answer. */
export function createOracle({
  corpus,
  queries,
  later = queries,
  found,
  panelSize,
  turn = () => 'text',
}: OracleOptions): (step: NamedStep) => StepOutcome {
  const chunkAt = (position: number): Chunk[] => corpus.chunks.slice(position, position + 1);
  const retrieve = (query: string, chunks: readonly Chunk[]): Extract<StepResult, { kind: 'retrieve' }> => ({
    kind: 'retrieve',
    chunks: chunks.map(
      ({ id, documentId }, i): RankedChunk => ({
        chunkId: id,
        documentId,
        score: chunks.length - i,
      }),
    ),
    statistics: buildStatistics(
      query,
      corpus.chunks.map(({ text }) => text),
    ),
  });

  const all = [...queries, ...later];

  /** As if the corpus were one document. */
  const beside = (chunkIds: readonly string[], distance: number): Chunk[] => {
    const given = corpus.chunks.flatMap(({ id }, i) => (chunkIds.includes(id) ? [i] : []));
    return corpus.chunks.filter((_, i) => !given.includes(i) && given.some((place) => Math.abs(place - i) <= distance));
  };

  function retrieved(selection: Selection): StepResult {
    if (selection.type === 'panel') return retrieve('', corpus.chunks.slice(0, Math.min(selection.size, panelSize)));
    if (selection.type === 'search') return retrieve(selection.query, (found[all.indexOf(selection.query)] ?? []).flatMap(chunkAt));
    if (selection.type === 'neighbours') return retrieve('', beside(selection.chunkIds, selection.distance));
    if (selection.type === 'hard-negatives') {
      const others = corpus.chunks.filter(({ id }) => id !== selection.chunkId);
      return retrieve(selection.query, others.slice(0, Math.min(selection.limit, panelSize)));
    }
    const places = selection.quotes.map((quote) => quoteIn(corpus.chunks, quote));
    const chunks = [...new Set(places.map(({ chunk }) => chunk))];
    return { ...retrieve('', chunks), quotes: places.map(({ place }) => place) };
  }

  function result(id: string, step: Step): StepResult {
    if (step.kind === 'score') return { kind: 'score', logProb: step.contextId.length - step.continuation.text.length, tokenCount: 3 };
    if (step.kind === 'retrieve') return retrieved(step.selection);
    if (step.kind === 'gather') throw new Error('A strategy gathers nothing.');
    return written(id, step);
  }

  function written(id: string, step: Extract<Step, { kind: 'chat' }>): StepResult {
    if (step.role === 'plan') return { kind: 'plan', queries: FIRST_PLANS.includes(id) ? queries : later };
    return step.role === 'predict' ? predicted(step) : summarised(turn(id), step);
  }

  return ({ id, step }) => {
    if (turn(id) === 'failed') return { status: 'failed', error: FAILURE };
    try {
      return { status: 'done', result: result(id, step), isCached: false };
    } catch (error) {
      return { status: 'failed', error: toErrorRecord(error) };
    }
  };
}

/** @throws IsthmusError `not-found` */
function quoteIn(chunks: readonly Chunk[], quote: string): { readonly chunk: Chunk; readonly place: SourceQuote } {
  for (const chunk of chunks) {
    const start = chunk.text.indexOf(quote);
    const span = shiftSpan({ start, end: start + quote.length }, chunk.span);
    if (start >= 0) return { chunk, place: { documentId: chunk.documentId, span, text: quote } };
  }
  throw new IsthmusError('not-found', `The text "${quote}" stands in no document.`);
}

const FROM_MEMORY: Draft = { status: 'answered', text: 'So I remember [1].', citations: [], form: 'memory' };

function draftOf(evidence: readonly Evidence[]): Draft {
  if (evidence.length === 0) return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };
  const text = evidence.map(({ number }) => `So it is [${number}].`).join(' ');
  return { status: 'answered', text, citations: evidence.map(({ number }) => ({ evidence: number })), form: 'model' };
}

function predicted({ closedBook, evidence }: Extract<Step, { role: 'predict' }>): StepResult {
  return { kind: 'predict', draft: closedBook === true ? FROM_MEMORY : draftOf(evidence) };
}

function summarised(turn: Turn, step: Extract<Step, { role: 'compress' | 'capsule' }>): StepResult {
  return { kind: 'compress', summary: step.role === 'capsule' ? capsuleOf(turn, step) : summaryOf(turn, step.chunkId) };
}

/** The first words of the plan. */
function capsuleOf(turn: Turn, { plan, maxTokens }: Extract<Step, { role: 'capsule' }>) {
  return buildSummary(turn === 'none' || turn === 'empty' ? '' : plan.split(' ').slice(0, maxTokens).join(' '));
}

function summaryOf(turn: Turn, chunkId: string) {
  if (turn === 'none') return buildSummary('');
  if (turn === 'empty') return buildSummary('', { status: 'text' });
  return buildSummary(turn === 'same' ? 'All chunks say this.' : `What ${chunkId} says.`, { quotes: [{ start: 0, end: 3 }] });
}

/** Own minus the mean of the panel: an estimator only in form. Like the real ones it gives no score where a cell is missing. */
export function createToyEstimator(panelSize: number): InformationEstimator {
  const contextsOf = (own: string, panel: readonly string[]) => [own, ...panel.filter((id) => id !== own)];
  return {
    card: { unit: 'bits', estimand: 'none', side: 'none', ceiling: 'ln N', saturation: 'none', cost: 'K + 1 a summary', source: 'none' },
    needs: [],
    panelSize,
    plan: (samples, panel) =>
      samples.flatMap(({ id, contextId }) => contextsOf(contextId, panel).map((context) => ({ sampleId: id, contextId: context }))),
    estimate: (samples, panel, logProb) => {
      const scores = samples.flatMap(({ id, contextId, tokens, bytes }) => {
        const contexts = contextsOf(contextId, panel);
        const values = contexts.map((context) => logProb({ sampleId: id, contextId: context }));
        const known = values.filter((value) => value !== undefined);
        if (known.length < values.length) return [];
        const nats = (known[0] ?? 0) - known.reduce((sum, value) => sum + value, 0) / known.length;
        return [[id, toInformationScore(nats, contexts.length, { tokens, bytes })] as const];
      });
      const missing = samples.length - scores.length;
      const estimate = { nats: 0, bits: 0, ceilingBits: 0, saturation: 0, samples: scores.length, missing };
      return { scores: new Map(scores), estimate };
    },
  };
}

/** Keeps what {@link toyGate} keeps, and asks for more of every chunk, also where there is nothing more. */
export const greedyGate: Gate = {
  asksFor: ['longer', 'stronger', 'raw'],
  decide: (candidates) => new Map([...toyGate.decide(candidates)].map(([id, decision]) => [id, { ...decision, escalates: true }])),
};

/** Keeps the first of all equal texts, the later the more relevant; says nothing of nothing. */
export const toyGate: Gate = {
  decide: (candidates) => {
    const first = new Map<string, string>();
    return new Map(
      candidates.map(({ id, summary }, i) => {
        const repeats = first.get(summary.text);
        if (repeats === undefined) first.set(summary.text, id);
        const kept = summary.status === 'text' && summary.text !== '' && repeats === undefined;
        const decision = { kept, reason: kept ? 'new' : 'not new', relevance: i, flags: [] };
        return [id, repeats === undefined || summary.text === '' ? decision : { ...decision, repeats }] as const;
      }),
    );
  },
};
