import { z } from 'zod';
import { NO_SUMMARY } from '../../src/domain/summary.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { bySentence, type Compressible, readText, targetOf } from './parts/compressible.ts';
import { joinUnits } from './parts/join-units.ts';
import { keepAbove, keepAtLeast } from './parts/keep-units.ts';
import { densityOf, type Reading, sumOver, tokensOf } from './parts/read-density.ts';
import { NOTHING, readSegments, type SegmentReader } from './parts/read-segments.ts';

const options = z.strictObject({
  /** Share of the chunk's tokens that is kept, counted by the model's tokenizer. Absent: 0.33, or everything under `maxTokens`. */
  rate: z.number().positive().max(1).optional(),
  /** And at most so many tokens. */
  maxTokens: z.number().int().positive().optional(),
  /** k: whole sentences are chosen first until they have k times the tokens that are to be kept, the most surprising ones; 1: no word is dropped from within all of them. */
  coarse: z.number().min(1).default(2),
  /** Tokens whose words compete with each other, and are read at once. */
  segmentTokens: z.number().int().min(8).max(1_000).default(200),
  /** Tokens before a segment that it is read after. */
  overlapTokens: z.number().int().min(0).max(4_000).default(256),
});

/**
 * Drops what a small model could have guessed: LLMLingua (Jiang et al., arXiv 2310.05736). A budget controller keeps the sentences of highest perplexity
 * until they have `coarse` times the tokens asked for (algorithm 1, with sentences for demonstrations); then, segment by segment, the surprisal
 * −log p(x_i | what was kept before) of each word is read, and the words above the segment's threshold stay (algorithm 2: iterative token-level compression).
 * Two changes: the unit is the word, by the mean over its tokens, and numbers with units, dates and names of several words stay whole or go whole; and what a
 * segment is off its budget by, the next one makes up for. Blind to the question; `none` only where not one word fits. Wins on wordy text at mild rates with a capable predictor, which reads
 * through the gaps. Loses on dense text, on readers that need grammar, on questions (the rare words stay, not those asked for: for that `extractive` or `select`), and
 * on faithfulness: a clause without its "not" says the opposite. Scored tokens of a text of n: n for the sentences (none where coarse · rate is 1 or more), and
 * about coarse · rate · n, at most n, for the words; evaluated besides, `overlapTokens` a segment.
 */
export const llmlingua = definePlugin({
  kind: 'compressor',
  id: 'llmlingua',
  version: '1',
  summary: 'Drops the words that a model could have guessed (LLMLingua).',
  requires: ['score-continuation'],
  options,
  create: ({ coarse, segmentTokens, overlapTokens, ...budget }, handle) => ({
    async compress({ text }, context) {
      throwIfAborted(context);
      if (text.trim() === '') return NO_SUMMARY;
      const source = await readText(text, handle.model);
      const target = targetOf(budget, source.tokens);
      const reader = { handle, leads: [NOTHING], segmentTokens, overlapTokens, context };
      const { places, readings } = await keepSentences(source, { most: coarse * target.tokens, least: target.tokens }, reader);
      const share = Math.min(1, target.tokens / Math.max(1, tokensOf(source, places)));
      const { kept, scores } = await keepWords(source, { places, share, readings }, reader);
      return joinUnits(source, { kept, scores, target: target.tokens, isCut: target.isCut }, handle.model);
    },
  }),
});

interface Kept {
  readonly places: readonly number[];
  /** By place; what was read of the sentences. Empty where all are kept unread. */
  readonly readings: readonly Reading[];
}

/** The budget controller: sentences of highest mean surprisal, in their order. */
async function keepSentences(source: Compressible, budget: { most: number; least: number }, reader: SegmentReader): Promise<Kept> {
  const all = source.units.map((_unit, place) => place);
  if (budget.most >= source.tokens) return { places: all, readings: [] };
  const readings = await densityOf(source, all, reader);
  const sentences = bySentence(source.units, all);
  const priced = sentences.map((places) => ({ tokens: tokensOf(source, places), score: sumOver(readings, places).density }));
  const chosen = keepAtLeast(priced, budget.most, budget.least);
  return { places: chosen.flatMap((at) => sentences[at] ?? []), readings };
}

/** Iterative token-level compression: what a segment loses, later ones are not read after. */
async function keepWords(
  source: Compressible,
  { places, share, readings }: Kept & { readonly share: number },
  reader: SegmentReader,
): Promise<{ readonly kept: number[]; readonly scores: number[] }> {
  // Words of dropped sentences come in, if at all, after all that were kept.
  const scores = source.units.map((_unit, place) => (readings[place]?.density ?? 0) - DROPPED);
  const kept: number[] = [];
  let carried = 0;
  await readSegments(source, places, reader, (segment) => {
    const priced = segment.places.map((place, i) => {
      const { nats = 0, tokens = 0 } = segment.readings[0]?.[i] ?? {};
      const score = nats / Math.max(1, tokens);
      scores[place] = score;
      return { tokens: source.units[place]?.tokens ?? 0, score };
    });
    const budget = carried + share * tokensOf(source, segment.places);
    const chosen = keepAbove(priced, budget).flatMap((i) => segment.places[i] ?? []);
    carried = budget - tokensOf(source, chosen);
    kept.push(...chosen);
    return chosen;
  });
  return { kept, scores };
}

/** More than any surprisal, in nats. */
const DROPPED = 1_000;
