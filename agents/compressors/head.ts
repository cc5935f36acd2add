import { z } from 'zod';
import type { Span } from '../../src/domain/document.ts';
import { NO_SUMMARY } from '../../src/domain/summary.ts';
import { splitSentences } from '../../src/domain/text.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import type { LanguageModel } from '../../src/ports/language-model.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { joinSentences } from './parts/join-sentences.ts';

/**
 * The first sentences of the chunk that fit a token budget, whatever the question. The baseline that every reader of a news story
 * knows, and hard to beat on news, abstracts and encyclopedia openings, where the writer has put the point first. Loses wherever
 * the answer stands later. A first sentence over the budget is cut at a word border and says `length`. Reference: the "lead-3"
 * baseline of extractive summarisation (See et al., arXiv 1704.04368).
 */
export const head = definePlugin({
  kind: 'compressor',
  id: 'head',
  version: '1',
  summary: 'The first sentences of the chunk, up to a token budget.',
  requires: [],
  options: z.strictObject({
    maxTokens: z.number().int().positive().default(60),
    /** At most so many sentences. */
    sentences: z.number().int().positive().optional(),
  }),
  create: ({ maxTokens, sentences: most }, { model }) => ({
    async compress({ text }, context) {
      throwIfAborted(context);
      const sentences = splitSentences(text).slice(0, most);
      if (sentences.length === 0) return NO_SUMMARY;
      return joinSentences({ text, sentences: await firstFitting(text, sentences, maxTokens, model), maxTokens }, model);
    },
  }),
});

/** Stops at the first sentence that does not fit, so that the summary is a beginning without gaps. */
async function firstFitting(text: string, sentences: readonly Span[], maxTokens: number, model: LanguageModel): Promise<readonly Span[]> {
  const counts = await model.countTokens(sentences.map(({ start, end }) => text.slice(start, end)));
  let total = 0;
  const tooMuch = counts.findIndex((count) => {
    total += count;
    return total > maxTokens;
  });
  return tooMuch < 0 ? sentences : sentences.slice(0, Math.max(tooMuch, 1));
}
