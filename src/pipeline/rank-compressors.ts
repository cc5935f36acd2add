import type { Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { Summary } from '../domain/summary.ts';
import { type CallContext, throwIfAborted } from '../ports/call-context.ts';
import type { Compressor } from '../ports/compressor.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { ChunkLimit } from './chunk-document.ts';
import { checkQuestion, chunkLimitOf, cut } from './ingest.ts';
import { type RankedSeries, type RankMeasure, rankSeries } from './rank-figures.ts';
import { judgeByLabels, type LabelReport } from './rank-labels.ts';
import { drawContrasts, type RankNegatives } from './rank-negatives.ts';
import { holdsAny, measureAll } from './rank-outcomes.ts';
import { checkProxies, type ProxyCheck } from './rank-proxy.ts';
import { makeQuestions, placeQuestions, type RankPair, type RankQuestion } from './rank-questions.ts';
import { type RankScorer, scorePairs } from './rank-scoring.ts';
import { indexWords } from './rank-words.ts';

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
  readonly questions: number | readonly RankQuestion[];
  readonly arms: readonly RankArm[];
  /** K: how many other contexts a summary is told from. */
  readonly contexts: number;
  readonly negatives: RankNegatives;
  readonly by: RankMeasure;
  readonly seed: number;
  readonly onProgress?: (stage: 'compress' | 'score', done: number, of: number) => void;
}

export interface RankDeps {
  /** The models of all arms: every arm reads the same chunks. */
  readonly readers: readonly ModelHandle[];
  /** The one that ranks. */
  readonly scorer: RankScorer;
  /** Further ones, by name, to be checked against it on the same summaries. */
  readonly others?: readonly (RankScorer & { readonly name: string })[];
  readonly context: CallContext;
}

export interface RankResult {
  readonly ranked: readonly RankedSeries[];
  readonly pairs: readonly RankPair[];
  /** Questions that share no word with any chunk, or whose documents are not there. */
  readonly unplaced: readonly string[];
  /** N: the contexts compared, the own one included. */
  readonly contexts: number;
  readonly ceilingBits: number;
  /** By arm, in the order given: the first thing that went wrong, if any. */
  readonly problems: readonly (string | undefined)[];
  /** What the ranking is worth by labels; absent where no question has a known answer. */
  readonly labels?: LabelReport;
  /** One for each further scorer. */
  readonly proxies: readonly ProxyCheck[];
}

/**
 * Ranks compressors without labels and without a predictor (arXiv 2512.21720, "intrinsic" quality): every arm summarises the same chunks
 * for the same questions, and each summary is scored in bits under its own chunk and others (`RANK_NEGATIVES`). All arms are scored in
 * one pass, so each prompt is read once for all of them, and equal summaries once. NONE counts 0 bits; what failed is missing. Labels,
 * if questions have them, judge the ranking afterwards and change nothing of it.
 * @throws IsthmusError `invalid-input` where there are fewer than two chunks to tell apart, no question, or too few hard contexts
 */
export async function rankCompressors(request: RankRequest, deps: RankDeps): Promise<RankResult> {
  const { documents, questions, arms, seed, by, negatives } = request;
  const { others = [], scorer } = deps;
  const models = [...deps.readers, ...[scorer, ...others].map((one) => one.scorer)];
  const limits = await Promise.all([...deps.readers.map(chunkLimitOf), ...[scorer, ...others].map((one) => scoringLimit(one.scorer))]);
  const { chunks } = await cut(documents, limits, { signal: deps.context.signal });
  const words = indexWords(chunks);
  const placed = typeof questions === 'number' ? makeQuestions(documents, chunks, questions) : placeQuestions(questions, documents, words);
  const { pairs, unplaced } = 'pairs' in placed ? placed : { pairs: await fitting(placed, models), unplaced: [] };
  if (pairs.length === 0 || chunks.length < 2) throw tooLittle(pairs.length, chunks.length);
  const asked = pairs.map(({ chunk }) => chunk);
  const contrasts = drawContrasts({ documents, chunks, asked, words }, { negatives, count: request.contexts, seed });
  for (const { query } of pairs) await checkAll(query, models);
  const made = await compressAll(pairs, request, deps);
  const summaries = made.map((one) => one.summaries);
  const bits = await scoreAll({ pairs, contrasts, summaries }, request, deps);
  const outcomes = await measureAll({ pairs, words }, { summaries, bits }, scorer.scorer.model);
  const ceilingBits = Math.log2(contrasts.contexts);
  const series = arms.map(({ name }, place) => ({ name, place, outcomes: outcomes[place] ?? [] }));
  const inChunk = pairs.map(({ answers, chunk }) => (answers === undefined ? undefined : holdsAny(chunk.text, answers)));
  const labels = judgeByLabels(series, { inChunk, seed });
  const distinct = series.filter(({ place }) => isFirstOfItsKind(summaries, place));
  return {
    ranked: rankSeries(series, { ceilingBits, by, seed }),
    ...{ pairs, unplaced, contexts: contrasts.contexts, ceilingBits, problems: made.map(({ problem }) => problem) },
    ...(labels === undefined ? {} : { labels }),
    proxies: checkProxies(distinct, { scorers: others.map(({ name }) => name), ceilingBits, seed }),
  };
}

/** Whether no arm before it has made the same of every pair: `head` is one compressor, whatever model counts its tokens. */
function isFirstOfItsKind(summaries: readonly Made['summaries'][], place: number): boolean {
  const wordsOf = (arm: number) => summaries[arm]?.map((one) => (one === undefined ? 'failed' : `${one.status} ${one.text}`)) ?? [];
  const own = wordsOf(place);
  return !summaries.slice(0, place).some((_, before) => wordsOf(before).every((text, pair) => text === own[pair]));
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

/** By scorer, the one that ranks first; then by `itemId`. */
async function scoreAll(
  scorable: Parameters<typeof scorePairs>[0],
  { onProgress }: RankRequest,
  { scorer, others = [], context }: RankDeps,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const scorers = [scorer, ...others];
  const bits: ReadonlyMap<string, number>[] = [];
  let done = 0;
  const onPair = () => {
    done += 1;
    onProgress?.('score', done, scorers.length * scorable.pairs.length);
  };
  for (const one of scorers) bits.push(await scorePairs(scorable, one, { context, onPair }));
  return bits;
}

function tooLittle(pairs: number, contexts: number): IsthmusError {
  const message = `Expected at least one question and two chunks of text to tell apart, but there are ${pairs} and ${contexts}. Give more or longer documents, or questions that share words with them.`;
  return new IsthmusError('invalid-input', message);
}
