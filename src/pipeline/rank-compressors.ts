import type { Chunk, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { sample } from '../domain/random.ts';
import type { Summary } from '../domain/summary.ts';
import { type CallContext, throwIfAborted } from '../ports/call-context.ts';
import type { Compressor } from '../ports/compressor.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { ChunkLimit } from './chunk-document.ts';
import { checkQuestion, chunkLimitOf, cut } from './ingest.ts';
import { type RankedSeries, type RankMeasure, rankSeries } from './rank-figures.ts';
import { isScorable, itemId, measureAll } from './rank-outcomes.ts';
import { makeQuestions, placeQuestions, type RankPair } from './rank-questions.ts';
import { scoreItems } from './score-items.ts';

/** A compressor with its options, as one line of the ranking. */
export interface RankArm {
  readonly name: string;
  readonly compressor: Compressor;
  /** Records what this arm uses. */
  readonly context: CallContext;
}

export interface RankRequest {
  readonly documents: readonly Document[];
  /** So many made from each document, or these. */
  readonly questions: number | readonly string[];
  readonly arms: readonly RankArm[];
  readonly by: RankMeasure;
  readonly seed: number;
  readonly onProgress?: (stage: 'compress' | 'score', done: number, of: number) => void;
}

export interface RankDeps {
  /** The models of all arms: every arm reads the same chunks. */
  readonly readers: readonly ModelHandle[];
  readonly scorer: ModelHandle;
  /** One whose panel is given it, such as `panel`: N is then the same for all arms, whatever they decline. */
  readonly estimator: InformationEstimator;
  readonly context: CallContext;
}

export interface RankResult {
  readonly ranked: readonly RankedSeries[];
  readonly pairs: readonly RankPair[];
  /** Questions that share no word with any chunk. */
  readonly unplaced: readonly string[];
  /** N: the contexts compared, the own one included. */
  readonly contexts: number;
  readonly ceilingBits: number;
  /** By arm, in the order given: the first thing that went wrong, if any. */
  readonly problems: readonly (string | undefined)[];
}

/**
 * Ranks compressors without labels and without a predictor (arXiv 2512.21720, "intrinsic" quality): every arm summarises the same chunks
 * for the same questions, and each summary is scored in bits under its own chunk and those of one panel. All arms are scored in one
 * pass, so each prompt is read once for all of them, and equal summaries once. NONE counts 0 bits; what failed is missing.
 * @throws IsthmusError `invalid-input` where there are fewer than two chunks to tell apart, or no question
 */
export async function rankCompressors(request: RankRequest, deps: RankDeps): Promise<RankResult> {
  const { documents, questions, arms, seed, by } = request;
  const limits = await Promise.all([...deps.readers.map(chunkLimitOf), scoringLimit(deps.scorer)]);
  const { chunks } = await cut(documents, limits, { signal: deps.context.signal });
  const placed = typeof questions === 'number' ? makeQuestions(documents, chunks, questions) : placeQuestions(questions, chunks);
  const { pairs, unplaced } = 'pairs' in placed ? placed : { pairs: await fitting(placed, [...deps.readers, deps.scorer]), unplaced: [] };
  const panel = drawPanel(chunks, pairs, { size: deps.estimator.panelSize, seed });
  if (pairs.length === 0 || panel.length < 2) throw tooLittle(pairs.length, panel.length);
  for (const { query } of pairs) await checkAll(query, [...deps.readers, deps.scorer]);
  const made = await compressAll(pairs, request, deps);
  const { bits, contexts } = await scoreAll({ pairs, panel, summaries: made.map(({ summaries }) => summaries) }, request, deps);
  const outcomes = await measureAll({ pairs, chunks }, { summaries: made.map(({ summaries }) => summaries), bits }, deps.scorer.model);
  const ceilingBits = Math.log2(contexts);
  const series = arms.map(({ name }, arm) => ({ name, outcomes: outcomes[arm] ?? [] }));
  return {
    ranked: rankSeries(series, { ceilingBits, by, seed }),
    pairs,
    unplaced,
    contexts,
    ceilingBits,
    problems: made.map(({ problem }) => problem),
  };
}

async function checkAll(query: string, readers: readonly ModelHandle[]): Promise<void> {
  for (const reader of readers) await checkQuestion(query, reader);
}

/** Of questions that were made, a too long one is nobody's: it is left out. */
async function fitting(pairs: readonly RankPair[], readers: readonly ModelHandle[]): Promise<readonly RankPair[]> {
  const fits = await Promise.all(
    pairs.map(({ query }) =>
      checkAll(query, readers).then(
        () => true,
        () => false,
      ),
    ),
  );
  return pairs.filter((_pair, i) => fits[i]);
}

/** Half of what the scorer can read beside template and question: even a chunk that was not compressed must fit beside itself. */
async function scoringLimit(scorer: ModelHandle): Promise<ChunkLimit> {
  const limit = await chunkLimitOf(scorer);
  const { contextTokens } = await scorer.model.describe();
  const free = contextTokens - scorer.profile.overheadTokens - scorer.profile.questionTokens;
  return { ...limit, maxTokens: Math.max(1, Math.min(limit.maxTokens, Math.floor(free / 2) - 1)) };
}

/** One chunk of each document in turn, those that are asked about first: many documents before many chunks of one. */
function drawPanel(
  chunks: readonly Chunk[],
  pairs: readonly RankPair[],
  { size, seed }: { readonly size: number; readonly seed: number },
): readonly Chunk[] {
  const asked = new Set(pairs.map(({ chunk }) => chunk.id));
  const shuffled = sample(chunks, chunks.length, seed).sort((a, b) => Number(asked.has(b.id)) - Number(asked.has(a.id)));
  const turns = new Map<string, number>();
  const ranked = shuffled.map((chunk) => {
    const turn = turns.get(chunk.documentId) ?? 0;
    turns.set(chunk.documentId, turn + 1);
    return { chunk, turn };
  });
  return ranked
    .sort((a, b) => a.turn - b.turn)
    .slice(0, size)
    .map(({ chunk }) => chunk);
}

interface Made {
  /** By pair; undefined where the compressor failed. */
  readonly summaries: readonly (Summary | undefined)[];
  readonly problem: string | undefined;
}

async function compressAll(pairs: readonly RankPair[], { arms, seed, onProgress }: RankRequest, deps: RankDeps): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const [place, { compressor, context }] of arms.entries()) {
    const summaries: (Summary | undefined)[] = [];
    let problem: string | undefined;
    for (const { query, chunk } of pairs) {
      throwIfAborted(deps.context);
      try {
        summaries.push(await compressor.compress({ text: chunk.text, query, seed }, context));
      } catch (error) {
        if (!(error instanceof IsthmusError) || error.code === 'aborted' || error.code === 'capability-missing') throw error;
        summaries.push(undefined);
        problem ??= error.message;
      }
      onProgress?.('compress', place * pairs.length + summaries.length, arms.length * pairs.length);
    }
    made.push({ summaries, problem });
  }
  return made;
}

interface Scored {
  /** By `itemId`. */
  readonly bits: ReadonlyMap<string, number>;
  readonly contexts: number;
}

async function scoreAll(
  {
    pairs,
    panel,
    summaries,
  }: { readonly pairs: readonly RankPair[]; readonly panel: readonly Chunk[]; readonly summaries: readonly Made['summaries'][] },
  { onProgress }: RankRequest,
  { scorer, estimator, context }: RankDeps,
): Promise<Scored> {
  const items = pairs.flatMap(({ query, chunk }, pair) => {
    const texts = new Set(summaries.flatMap((own) => (isScorable(own[pair]) ? [own[pair].text] : [])));
    // The end counts for all alike: who was cut off is told elsewhere, and scores of equal texts must be equal.
    return [...texts].map((text) => ({
      ...{ id: itemId(pair, text), contextId: chunk.id, documentId: chunk.documentId, query },
      continuation: { text, ended: true },
    }));
  });
  if (items.length === 0) return { bits: new Map(), contexts: Math.min(panel.length, estimator.panelSize) };
  const request = {
    items,
    contexts: new Map([...panel, ...pairs.map(({ chunk }) => chunk)].map(({ id, text }) => [id, text])),
    panel: panel.map(({ id }) => id),
    onProgress: (done: number, of: number) => onProgress?.('score', done, of),
  };
  const { scores } = await scoreItems(request, { scorer, estimator, context });
  const [any] = scores.values();
  const contexts = any?.contexts ?? Math.min(panel.length, estimator.panelSize);
  return { bits: new Map([...scores].map(([id, score]) => [id, score.bits])), contexts };
}

function tooLittle(pairs: number, contexts: number): IsthmusError {
  const message = `Expected at least one question and two chunks of text to tell apart, but there are ${pairs} and ${contexts}. Give more or longer documents, or questions that share words with them.`;
  return new IsthmusError('invalid-input', message);
}
