import { z } from 'zod';
import { NO_SUMMARY } from '../../src/domain/summary.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { bySentence, type Compressible, readText, targetOf } from './parts/compressible.ts';
import { joinUnits } from './parts/join-units.ts';
import { keepSentences } from './parts/keep-sentences.ts';
import { keepBest } from './parts/keep-units.ts';
import { densityOf, type Reading, sumOver, tokensOf } from './parts/read-density.ts';
import { NOTHING } from './parts/read-segments.ts';

const options = z.strictObject({
  /** Share of the chunk's tokens that is kept, counted by the model's tokenizer. Absent: 0.33, or everything under `maxTokens`. */
  rate: z.number().positive().max(1).optional(),
  /** And at most so many tokens. */
  maxTokens: z.number().int().positive().optional(),
  /** What competes: whole sentences, of which one is thinned to fill the budget; or words. */
  unit: z.enum(['sentence', 'word']).default('sentence'),
  /** Tokens that are read at once, and those before them that they are read after. */
  segmentTokens: z.number().int().min(8).max(1_000).default(200),
  overlapTokens: z.number().int().min(0).max(4_000).default(256),
});

/**
 * Buys the most bits for a budget of tokens: each token costs one and is worth −log2 p(x_i | x_<i) under a frozen model that has not seen the question, the
 * token cost of arXiv 2603.08462 turned round. Sentences are kept by bits a token, in the order of the text, and the first that no longer fits is thinned by its words: so the
 * rate is met to the token (30 tokens of 150 are about one sentence), and all the rest can be read. With `unit: word` it is Selective Context (Li et al., arXiv
 * 2310.06201) on words: more bits, no grammar. Wins as a baseline that owes nothing to the question, and for drafting one summary that serves many. Loses to
 * anything that knows the question (the answer to 35 of them is kept 6 times by sentences, 12 by words, at rate 0.33, where a blind third would keep about
 * 12); bits are highest where the model is worst (names, headings, lists, typing errors), not where the text matters.
 * `none` only where not one word fits. Scored tokens: each of the text once; evaluated besides, `overlapTokens` a segment.
 */
export const surprisal = definePlugin({
  kind: 'compressor',
  id: 'surprisal',
  version: '1',
  summary: 'The sentences that carry most bits a token under a frozen model.',
  requires: ['score-continuation'],
  options,
  create: ({ unit, segmentTokens, overlapTokens, ...budget }, handle) => ({
    async compress({ text }, context) {
      throwIfAborted(context);
      if (text.trim() === '') return NO_SUMMARY;
      const source = await readText(text, handle.model);
      const { tokens: target, isCut } = targetOf(budget, source.tokens);
      const all = source.units.map((_unit, place) => place);
      const readings = await densityOf(source, all, { handle, leads: [NOTHING], segmentTokens, overlapTokens, context });
      const groups = unit === 'word' ? [] : bySentence(source.units, all);
      const kept = keepPieces(source, { readings, target, groups });
      const scores = scoresOf(source, { readings, kept, groups });
      return joinUnits(source, { kept, scores, target, isCut }, handle.model);
    },
  }),
});

function keepPieces(
  source: Compressible,
  {
    readings,
    target,
    groups,
  }: { readonly readings: readonly Reading[]; readonly target: number; readonly groups: readonly (readonly number[])[] },
): number[] {
  const priced = (places: readonly number[]) =>
    places.map((place) => ({ tokens: source.units[place]?.tokens ?? 0, score: readings[place]?.density ?? 0 }));
  if (groups.length === 0) return keepBest(priced(source.units.map((_unit, place) => place)), target);
  const sentences = groups.map((places) => ({
    tokens: tokensOf(source, places),
    score: sumOver(readings, places).density,
    words: priced(places),
  }));
  return keepSentences(sentences, target).flatMap((kept, at) => kept.flatMap((i) => groups[at]?.[i] ?? []));
}

/** Correcting the count touches the thinned sentence first, so that it alone has gaps: then whole sentences lose words, or others come in. */
function scoresOf(
  { units }: Compressible,
  {
    readings,
    kept,
    groups,
  }: { readonly readings: readonly Reading[]; readonly kept: readonly number[]; readonly groups: readonly (readonly number[])[] },
): number[] {
  const chosen = new Set(kept);
  const scores = units.map((_unit, place) => readings[place]?.density ?? 0);
  for (const places of groups) {
    const count = places.filter((place) => chosen.has(place)).length;
    const lift = count === 0 ? -APART : count === places.length ? APART : 0;
    for (const place of places) scores[place] = (scores[place] ?? 0) + lift;
  }
  return scores;
}

/** More than any surprisal, in nats. */
const APART = 1_000;
