import type { Report } from '../domain/answer.ts';
import { type Baseline, compareWithBaselines } from '../domain/baseline.ts';
import { spentOf } from '../domain/budget.ts';
import type { Chunk, Document, Span } from '../domain/document.ts';
import type { Estimate } from '../domain/estimate.ts';
import type { InformationScore } from '../domain/information.ts';
import { type LedgerSummary, summariseLedger } from '../domain/ledger-summary.ts';
import type { RunState, RunStatus } from '../domain/run.ts';
import type { Step } from '../domain/step.ts';
import type { Summary } from '../domain/summary.ts';
import type { EngineDeps } from './session.ts';

/** One chunk that was read, and what became of it. */
export interface SourceRow {
  readonly uri: string;
  readonly title: string;
  readonly span: Span;
  /** In the compressor's tokenizer. */
  readonly sourceTokens: number;
  readonly status: 'text' | 'none' | 'failed' | 'pending';
  readonly summary?: string;
  readonly summaryTokens?: number;
  readonly score?: InformationScore;
  readonly unscored?: string;
  readonly kept: boolean;
  /** Why it was kept, dropped, or not read. */
  readonly reason: string;
  readonly flags: readonly string[];
  readonly relevance?: number;
}

/** A citation as the reader sees it: where to look, and what stands there. */
export interface CitationRow {
  readonly number: number;
  readonly uri: string;
  readonly title: string;
  readonly span: Span;
  readonly quote: string;
}

/** Everything about a run that people look at; one shape for terminal, JSON and page. */
export interface RunOverview {
  readonly id: string;
  readonly question: string;
  readonly status: RunStatus;
  readonly reason?: string;
  readonly report?: Report;
  readonly citations: readonly CitationRow[];
  readonly sources: readonly SourceRow[];
  readonly ledger: LedgerSummary;
  readonly baselines: readonly Baseline[];
  /** What the run was expected to take, and what it took; absent when nobody asked before it began. */
  readonly estimate?: { readonly expected: Estimate; readonly fact: RunFact };
}

/** The figures of an estimate, as they came out. */
export interface RunFact {
  readonly calls: number;
  readonly tokens: number;
  /** Absent when a call is unpriced. */
  readonly microUsd?: number;
  /** From submission to the last event, pauses included. */
  readonly durationMs: number;
}

type OverviewDeps = Pick<EngineDeps, 'documents' | 'models' | 'pricing'>;

export async function overviewOf(state: RunState, deps: OverviewDeps): Promise<RunOverview> {
  const chunks = await deps.documents.findChunks(readChunkIds(state));
  const cited = state.report?.citations.map((citation) => citation.documentId) ?? [];
  const documents = await deps.documents.findDocuments([...new Set([...cited, ...[...chunks.values()].map((chunk) => chunk.documentId)])]);
  return {
    id: state.runId,
    question: state.spec.question,
    status: state.status,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    ...(state.report === undefined ? {} : { report: state.report }),
    citations: citationRows(state, documents),
    sources: await sourceRows(state, { chunks, documents }, deps),
    ledger: summariseLedger(state.ledger),
    baselines: await baselinesOf(state, [...chunks.values()], deps),
    ...(state.spec.estimate === undefined ? {} : { estimate: { expected: state.spec.estimate, fact: factOf(state) } }),
  };
}

function factOf({ ledger, createdAt, updatedAt }: RunState): RunFact {
  const { tokens, calls } = spentOf(ledger);
  const { microUsd } = summariseLedger(ledger).total;
  return { calls, tokens, ...(microUsd === undefined ? {} : { microUsd }), durationMs: updatedAt - createdAt };
}

type CompressStep = Extract<Step, { role: 'compress' }>;

function compressSteps(state: RunState): { id: string; step: CompressStep }[] {
  return [...state.steps.values()].flatMap(({ planned: { id, step } }) =>
    step.kind === 'chat' && step.role === 'compress' ? [{ id, step }] : [],
  );
}

function readChunkIds(state: RunState): string[] {
  return compressSteps(state).map(({ step }) => step.chunkId);
}

function citationRows(state: RunState, documents: ReadonlyMap<string, Document>): CitationRow[] {
  return (state.report?.citations ?? []).map(({ number, documentId, span, text }) => {
    const document = documents.get(documentId);
    return { number, uri: document?.uri ?? documentId, title: document?.title ?? '', span, quote: text };
  });
}

async function sourceRows(
  state: RunState,
  read: { chunks: ReadonlyMap<string, Chunk>; documents: ReadonlyMap<string, Document> },
  deps: OverviewDeps,
): Promise<SourceRow[]> {
  const steps = compressSteps(state);
  const texts = steps.map(({ step }) => read.chunks.get(step.chunkId)?.text ?? '');
  const counts = await countWith(state.spec.compressor.model?.name, texts, deps);
  const rows = steps.map(({ id, step }, i) =>
    sourceRow(state, id, { chunk: read.chunks.get(step.chunkId), documents: read.documents, sourceTokens: counts[i] ?? 0 }),
  );
  return rows.sort((a, b) => Number(b.kept) - Number(a.kept) || (b.relevance ?? -1) - (a.relevance ?? -1));
}

function sourceRow(
  state: RunState,
  id: string,
  { chunk, documents, sourceTokens }: { chunk: Chunk | undefined; documents: ReadonlyMap<string, Document>; sourceTokens: number },
): SourceRow {
  const document = documents.get(chunk?.documentId ?? '');
  const place = { uri: document?.uri ?? '', title: document?.title ?? '', span: chunk?.span ?? { start: 0, end: 0 }, sourceTokens };
  const outcome = state.steps.get(id)?.outcome;
  if (outcome?.status === 'failed') return { ...place, status: 'failed', kept: false, reason: outcome.error.message, flags: [] };
  if (outcome?.result.kind !== 'compress') return { ...place, status: 'pending', kept: false, reason: 'not read', flags: [] };
  return { ...place, ...gated(state, id), ...scored(state, id), ...summarised(outcome.result.summary) };
}

function summarised({ status, text, tokenCount }: Summary): Pick<SourceRow, 'status' | 'summary' | 'summaryTokens'> {
  return { status, summary: text, summaryTokens: tokenCount };
}

function scored(state: RunState, id: string): Pick<SourceRow, 'score' | 'unscored'> {
  const score = state.scores.get(id);
  if (score === undefined) return {};
  return 'score' in score ? { score: score.score } : { unscored: score.missing };
}

function gated(state: RunState, id: string): Pick<SourceRow, 'kept' | 'reason' | 'flags' | 'relevance'> {
  const gate = state.gates.get(id);
  if (gate === undefined) return { kept: false, reason: 'not judged yet', flags: [] };
  return { kept: gate.kept, reason: gate.reason, flags: gate.flags, relevance: gate.relevance };
}

async function countWith(modelName: string | undefined, texts: readonly string[], { models }: OverviewDeps): Promise<readonly number[]> {
  if (modelName === undefined || texts.length === 0) return texts.map(() => 0);
  return (await models.open(modelName)).model.countTokens(texts);
}

/** What reading the same chunks without a compressor would have taken the predictor. */
async function baselinesOf(state: RunState, chunks: readonly Chunk[], deps: OverviewDeps): Promise<readonly Baseline[]> {
  const { predictor } = state.spec;
  if (predictor.model === undefined || chunks.length === 0) return [];
  const { model } = await deps.models.open(predictor.model.name);
  const [questionTokens = 0, ...chunkTokens] = await model.countTokens([state.spec.question, ...chunks.map((chunk) => chunk.text)]);
  const { contextTokens } = await model.describe();
  const price =
    model.identity.provider === 'openai'
      ? deps.pricing.table.priceOf(String(model.identity.settings['model'] ?? model.identity.name))
      : undefined;
  return compareWithBaselines({
    ledger: state.ledger,
    chunkTokens,
    questionTokens,
    contextTokens,
    ...(price === undefined ? {} : { price }),
  });
}
