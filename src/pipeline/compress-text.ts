import { bm25 } from '../domain/bm25.ts';
import type { Chunk, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { sha256 } from '../domain/json.ts';
import { sample } from '../domain/random.ts';
import type { GateDecision } from '../domain/run.ts';
import type { TermStatistics } from '../domain/step.ts';
import { type Summary, toContinuation } from '../domain/summary.ts';
import { terms } from '../domain/text.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { Compressor } from '../ports/compressor.ts';
import type { Gate } from '../ports/gate.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { chunkDocument } from './chunk-document.ts';
import { chunkLimitOf } from './ingest.ts';
import { type ScoredItems, scoreItems } from './score-items.ts';

export interface CompressTextRequest {
  /** Or several texts, which are each other's contrast; the same text twice is read once. */
  readonly text: string | readonly string[];
  readonly query: string;
  readonly seed: number;
  /** At most so many chunks are read, those nearest to the question. */
  readonly limit: number;
}

export interface CompressTextDeps {
  readonly readers: readonly ModelHandle[];
  readonly compressor: Compressor;
  readonly estimator: InformationEstimator;
  readonly gate: Gate;
  readonly scorer?: ModelHandle;
  readonly context: CallContext;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface CompressedChunk {
  readonly chunk: Chunk;
  readonly summary: Summary;
  readonly decision: GateDecision;
  /** The place of its text among those given; 0 for the only one. */
  readonly source: number;
}

export interface CompressedText {
  /** Kept ones first, most relevant first. */
  readonly parts: readonly CompressedChunk[];
  readonly chunkCount: number;
  /** Absent without a scorer, or when there is no second chunk to tell the first from. */
  readonly scored?: ScoredItems;
}

/** Compresses one text for one question in this process: no run, no queue, no database. */
export async function compressText(request: CompressTextRequest, deps: CompressTextDeps): Promise<CompressedText> {
  const documents = await toDocuments(typeof request.text === 'string' ? [request.text] : request.text);
  const limits = await Promise.all(deps.readers.map(chunkLimitOf));
  const chunks = (await Promise.all([...documents.values()].map(({ document }) => chunkDocument(document, limits)))).flat();
  if (chunks.length === 0) throw new IsthmusError('invalid-input', 'Expected some text to compress, but it is empty.');
  const statistics = statisticsOf(chunks, request.query);
  const nearest = [...chunks]
    .sort((a, b) => bm25(request.query, b.text, statistics) - bm25(request.query, a.text, statistics))
    .slice(0, request.limit);
  const summaries = new Map<Chunk, Summary>();
  for (const chunk of nearest) {
    summaries.set(chunk, await deps.compressor.compress({ text: chunk.text, query: request.query, seed: request.seed }, deps.context));
    deps.onProgress?.(summaries.size, nearest.length);
  }
  const scored = await score(request, { chunks, summaries }, deps);
  const decisions = deps.gate.decide([...summaries].map(([chunk, summary]) => candidate({ chunk, summary, statistics }, request, scored)));
  const parts: CompressedChunk[] = [];
  for (const [chunk, written] of summaries) {
    const decision = decisions.get(chunk.id) ?? { kept: false, reason: 'not judged', relevance: 0, flags: [] };
    const summary = await shorten(written, decision, deps);
    parts.push({ chunk, summary, source: documents.get(chunk.documentId)?.source ?? 0, decision });
  }
  parts.sort((a, b) => Number(b.decision.kept) - Number(a.decision.kept) || b.decision.relevance - a.decision.relevance);
  return { parts, chunkCount: chunks.length, ...(scored === undefined ? {} : { scored }) };
}

/** What the gate left of a summary; its bits are those of the whole. */
async function shorten(summary: Summary, { text }: GateDecision, { readers }: CompressTextDeps): Promise<Summary> {
  if (text === undefined) return summary;
  const [tokenCount = summary.tokenCount] = (await readers[0]?.model.countTokens([text])) ?? [];
  const { tokenIds: _ids, ...rest } = summary;
  return { ...rest, text, tokenCount };
}

async function toDocuments(texts: readonly string[]): Promise<Map<string, { readonly document: Document; readonly source: number }>> {
  const documents = await Promise.all(
    texts.map(async (text, source) => ({ document: { id: await sha256(text), uri: '-', title: '', text }, source })),
  );
  const first = new Map(documents.toReversed().map(({ document, source }) => [document.id, source]));
  return new Map(documents.filter(({ document, source }) => first.get(document.id) === source).map((one) => [one.document.id, one]));
}

function candidate(
  { chunk, summary, statistics }: { chunk: Chunk; summary: Summary; statistics: TermStatistics },
  { query }: CompressTextRequest,
  scored: ScoredItems | undefined,
) {
  const score = scored?.scores.get(chunk.id);
  return { id: chunk.id, query, summary, source: chunk.text, statistics, ...(score === undefined ? {} : { score }) };
}

/** The text is its own panel: its other chunks are what a summary must tell its own from. */
async function score(
  { query, seed }: CompressTextRequest,
  { chunks, summaries }: { chunks: readonly Chunk[]; summaries: ReadonlyMap<Chunk, Summary> },
  deps: CompressTextDeps,
): Promise<ScoredItems | undefined> {
  if (deps.scorer === undefined || chunks.length < 2) return undefined;
  const items = [...summaries]
    .filter(([, summary]) => summary.status === 'text' && summary.text !== '')
    .map(([chunk, summary]) => ({
      id: chunk.id,
      contextId: chunk.id,
      documentId: chunk.documentId,
      query,
      continuation: toContinuation(summary),
    }));
  const panel = sample(chunks, deps.estimator.panelSize, seed).map((chunk) => chunk.id);
  const contexts = new Map(chunks.map((chunk) => [chunk.id, chunk.text]));
  return scoreItems({ items, contexts, panel }, { scorer: deps.scorer, estimator: deps.estimator, context: deps.context });
}

export function statisticsOf(chunks: readonly Chunk[], query: string): TermStatistics {
  const words = chunks.map((chunk) => new Set(terms(chunk.text)));
  const lengths = chunks.map((chunk) => terms(chunk.text).length);
  const chunkFrequency = Object.fromEntries([...new Set(terms(query))].map((term) => [term, words.filter((set) => set.has(term)).length]));
  return { chunkCount: chunks.length, averageLength: lengths.reduce((sum, length) => sum + length, 0) / chunks.length, chunkFrequency };
}
