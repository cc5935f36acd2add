import { type Baseline, compareWithBaselines } from '../domain/baseline.ts';
import { spentOf } from '../domain/budget.ts';
import type { Chunk, Document } from '../domain/document.ts';
import { summariseLedger } from '../domain/ledger-summary.ts';
import { describePlace, placeOf } from '../domain/place.ts';
import { present } from '../domain/present.ts';
import type { RunSpec, RunState } from '../domain/run.ts';
import type { RunSaving } from '../domain/run-figures.ts';
import { gatheringOf } from '../domain/run-gathering.ts';
import { type CitationRow, type RunFact, type RunOverview, type RunSettings, type SourceRow, TOKEN_ROWS } from '../domain/run-overview.ts';
import { warnOfInstructions } from '../domain/source-warnings.ts';
import type { Step } from '../domain/step.ts';
import type { Summary } from '../domain/summary.ts';
import { capsulesOf } from './overview-capsules.ts';
import type { EngineDeps } from './session.ts';
import { shownChunks, shownRows } from './shown-chunks.ts';
import { tokenScoresOf } from './token-scores.ts';

type OverviewDeps = Pick<EngineDeps, 'runs' | 'documents' | 'models' | 'pricing'>;

export async function overviewOf(state: RunState, deps: OverviewDeps): Promise<RunOverview> {
  const chunks = await deps.documents.findChunks(readChunkIds(state));
  const shown = await shownChunks(state, deps);
  const cited = state.report?.citations.map((citation) => citation.documentId) ?? [];
  const judged = state.judgements.flatMap(({ documentId }) => documentId ?? []);
  const documents = await deps.documents.findDocuments([
    ...new Set([...cited, ...judged, ...[...chunks.values(), ...shown].map(({ documentId }) => documentId)]),
  ]);
  const rows = [...(await sourceRows(state, { chunks, documents }, deps)), ...shownRows(shown, documents)];
  const citations = citationRows(state, documents);
  const { sources, warnings } = warnOfInstructions(rows, citations, documents.values());
  return {
    id: state.runId,
    question: state.spec.question,
    status: state.status,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    settings: settingsOf(state.spec),
    ...(state.report === undefined ? {} : { report: state.report }),
    citations,
    sources,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...present({ gathering: gatheringOf(state) }),
    ...movesOf(state, documents),
    ...(await capsulesOf(state, deps)),
    ledger: summariseLedger(state.ledger),
    baselines: await baselinesOf(state, [...chunks.values()], deps),
    ...(state.spec.estimate === undefined ? {} : { estimate: { expected: state.spec.estimate, fact: factOf(state) } }),
  };
}

function settingsOf({ seed, strategy, planner, retriever, compressor, estimator, gate, predictor, scorer, limits }: RunSpec): RunSettings {
  const parts = { seed, strategy, planner, retriever, compressor, estimator, gate, predictor, limits };
  return scorer === undefined ? parts : { ...parts, scorer };
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
    const place = document === undefined ? undefined : describePlace(placeOf(document, span));
    const row = { number, uri: document?.uri ?? documentId, title: document?.title ?? '', span, quote: text };
    return place === undefined ? row : { ...row, place };
  });
}

function movesOf({ judgements }: RunState, documents: ReadonlyMap<string, Document>): Pick<RunOverview, 'moves'> {
  if (judgements.length === 0) return {};
  return {
    moves: judgements.map((judgement) => {
      const uri = documents.get(judgement.documentId ?? '')?.uri;
      return uri === undefined ? judgement : { ...judgement, uri };
    }),
  };
}

async function sourceRows(
  state: RunState,
  read: { chunks: ReadonlyMap<string, Chunk>; documents: ReadonlyMap<string, Document> },
  deps: OverviewDeps,
): Promise<SourceRow[]> {
  const steps = compressSteps(state);
  const texts = steps.map(({ step }) => read.chunks.get(step.chunkId)?.text ?? '');
  const counts = await countWith(state.spec.compressor.model?.name, texts, deps);
  const rows = steps.map(({ id, step }, i) => ({
    id,
    row: sourceRow(state, id, { chunk: read.chunks.get(step.chunkId), documents: read.documents, sourceTokens: counts[i] ?? 0 }),
  }));
  rows.sort(({ row: a }, { row: b }) => Number(b.kept) - Number(a.kept) || (b.relevance ?? -1) - (a.relevance ?? -1));
  const shown = rows.slice(0, TOKEN_ROWS).map(({ id }) => id);
  const tokenScores = await tokenScoresOf(state, shown, deps.runs);
  return rows.map(({ id, row }) => {
    const tokens = tokenScores.get(id);
    return tokens === undefined ? row : { ...row, tokenScores: tokens };
  });
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

/** What a run that has answered has saved; of one that has not, nothing is known. Baselines of no whole chunk are left out. */
export async function savingsOf(state: RunState, deps: OverviewDeps): Promise<readonly RunSaving[]> {
  if (!hasAnswered(state)) return [];
  return toSavings(await baselinesOf(state, [...(await deps.documents.findChunks(readChunkIds(state))).values()], deps));
}

export function toSavings(baselines: readonly Baseline[]): readonly RunSaving[] {
  return baselines
    .filter(({ chunks }) => chunks > 0)
    .map(({ id, saved }) => ({
      baseline: id,
      savedTokens: saved.tokens,
      ...(saved.microUsd === undefined ? {} : { savedMicroUsd: saved.microUsd }),
    }));
}

export function hasAnswered({ report, ledger }: Pick<RunState, 'report' | 'ledger'>): boolean {
  return report !== undefined && ledger.some(({ role }) => role === 'predict');
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
