import { z } from 'zod';
import { bm25 } from '../../src/domain/bm25.ts';
import type { Span } from '../../src/domain/document.ts';
import type { TermStatistics } from '../../src/domain/step.ts';
import { NO_SUMMARY } from '../../src/domain/summary.ts';
import { splitSentences, terms } from '../../src/domain/text.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { joinSentences } from './parts/join-sentences.ts';

/**
 * The sentences of the chunk that share most words with the question (BM25, the chunk's sentences being the collection), under a
 * token budget, copied exactly and in their order. Needs no model but a tokenizer, cannot invent, and its quotes are exact. Wins
 * when question and text use the same words: over the bundled 6 M model it keeps the gold answer in .69 against .41 of real
 * questions. Loses on paraphrase, on pronouns that point to a sentence it left out, and where the answer is spread over many
 * sentences. No shared word is `none`. Headings are left out: they repeat the question's words and state nothing. A best sentence
 * over the budget is cut at a word border and says `length`. Reference: Robertson and Zaragoza, "The Probabilistic Relevance
 * Framework: BM25 and Beyond" (2009).
 */
export const extractive = definePlugin({
  kind: 'compressor',
  id: 'extractive',
  version: '1',
  summary: 'The sentences that share most words with the question (BM25), copied exactly.',
  requires: [],
  options: z.strictObject({
    maxTokens: z.number().int().positive().default(60),
    /** A sentence must score at least this share of the best one: a budget is not filled for its own sake. */
    minimumShare: z.number().min(0).max(1).default(0.5),
  }),
  create: ({ maxTokens, minimumShare }, { model }) => ({
    async compress({ text, query }, context) {
      throwIfAborted(context);
      const sentences = rankSentences(text, query, minimumShare);
      return sentences.length === 0 ? NO_SUMMARY : joinSentences({ text, sentences, maxTokens }, model);
    },
  }),
});

/** Best first, ties in the order of the text. */
function rankSentences(text: string, query: string, minimumShare: number): Span[] {
  const sentences = splitSentences(text).filter(({ start }) => text[start] !== '#');
  const texts = sentences.map(({ start, end }) => text.slice(start, end));
  const statistics = statisticsOf(texts, query);
  const scored = sentences.map((span, index) => ({ span, score: bm25(query, texts[index] ?? '', statistics) }));
  const best = scored.reduce((maximum, { score }) => Math.max(maximum, score), 0);
  if (best === 0) return [];
  const good = scored.filter(({ score }) => score > 0 && score >= minimumShare * best);
  return good.sort((a, b) => b.score - a.score).map(({ span }) => span);
}

function statisticsOf(texts: readonly string[], query: string): TermStatistics {
  const bags = texts.map(terms);
  const sets = bags.map((bag) => new Set(bag));
  const frequencies = [...new Set(terms(query))].map((term) => [term, sets.filter((set) => set.has(term)).length] as const);
  const averageLength = bags.reduce((sum, bag) => sum + bag.length, 0) / Math.max(bags.length, 1);
  return { chunkCount: texts.length, averageLength, chunkFrequency: Object.fromEntries(frequencies) };
}
