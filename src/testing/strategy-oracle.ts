import { type Draft, NOT_FOUND_TEXT } from '../domain/answer.ts';
import type { Chunk, Corpus } from '../domain/document.ts';
import type { ErrorRecord } from '../domain/errors.ts';
import type { Evidence } from '../domain/evidence.ts';
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
  /** Positions in the corpus, by query, best first. */
  readonly found: readonly (readonly number[])[];
  readonly panelSize: number;
  /** How the step of that id goes. Absent: well. */
  readonly turn?: (id: string) => Turn;
}

const FAILURE: ErrorRecord = { code: 'model-crashed', message: 'The model is gone.', isRetryable: true };

/** Answers steps as a corpus with models would, from a table. The same step always gets the same answer. */
export function createOracle({ corpus, queries, found, panelSize, turn = () => 'text' }: OracleOptions): (step: NamedStep) => StepOutcome {
  const chunkAt = (position: number): Chunk[] => corpus.chunks.slice(position, position + 1);
  const retrieve = (query: string, chunks: readonly Chunk[]): StepResult => ({
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

  const retrieved = (selection: Selection): StepResult =>
    selection.type === 'panel'
      ? retrieve('', corpus.chunks.slice(0, Math.min(selection.size, panelSize)))
      : retrieve(selection.query, (found[queries.indexOf(selection.query)] ?? []).flatMap(chunkAt));

  function result(id: string, step: Step): StepResult {
    if (step.kind === 'score') return { kind: 'score', logProb: step.contextId.length - step.continuation.text.length, tokenCount: 3 };
    if (step.kind === 'retrieve') return retrieved(step.selection);
    if (step.role === 'plan') return { kind: 'plan', queries };
    if (step.role === 'compress') return { kind: 'compress', summary: summaryOf(turn(id), step.chunkId) };
    return { kind: 'predict', draft: draftOf(step.evidence) };
  }

  return ({ id, step }) => {
    if (turn(id) === 'failed') return { status: 'failed', error: FAILURE };
    return { status: 'done', result: result(id, step), isCached: false };
  };
}

function draftOf(evidence: readonly Evidence[]): Draft {
  if (evidence.length === 0) return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };
  const text = evidence.map(({ number }) => `So it is [${number}].`).join(' ');
  return { status: 'answered', text, citations: evidence.map(({ number }) => ({ evidence: number })), form: 'model' };
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
