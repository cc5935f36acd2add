import { z } from 'zod';
import type { Span } from '../../src/domain/document.ts';
import { IsthmusError } from '../../src/domain/errors.ts';
import { NO_SUMMARY, type Summary } from '../../src/domain/summary.ts';
import { locateQuote, splitSentences } from '../../src/domain/text.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import type { GenerateResult, LanguageModel } from '../../src/ports/language-model.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { ParsedCompression, PromptProfile } from '../../src/ports/prompt-profile.ts';

/**
 * A language model reads the chunk and writes what helps to answer the question: the compressor p(z|x,q) of arXiv 2512.21720.
 * Wins with a capable model (7 B and up in the paper), which says more in fewer tokens and may decline a chunk that does not
 * help. Loses with a small one: it invents, answers instead of summarising, and costs a generation a chunk; models of a few million
 * parameters point better than they write (`select`). Relevance is the model's own word and decided before anything is scored.
 * Quotes are looked up in the chunk; those that do not stand there are forgotten, so a paraphrase has none.
 */
export const abstractive = definePlugin({
  kind: 'compressor',
  id: 'abstractive',
  version: '1',
  summary: 'A language model writes what helps to answer the question.',
  requires: ['generate'],
  options: z.strictObject({
    /** Limit of the whole output, JSON included where the profile asks for it. Absent: what the prompt profile keeps free. */
    maxTokens: z.number().int().positive().optional(),
    temperature: z.number().min(0).max(2).default(0),
    /** At most so many: asked for, where the profile can ask, and what is over is cut. Absent: as many as the model likes. */
    sentences: z.number().int().positive().optional(),
  }),
  create: ({ temperature, sentences, ...options }, { model, profile }) => ({
    async compress({ text, query, seed }, context) {
      throwIfAborted(context);
      if (text.trim() === '') return NO_SUMMARY;
      const asked = (sentences === undefined ? undefined : profile.compress.atLength?.(sentences)) ?? profile.compress;
      const { prompt, schema } = { prompt: asked.prompt(text, query), schema: asked.schema };
      const maxTokens = options.maxTokens ?? profile.summaryTokens;
      const request = { prompt, maxTokens, temperature, seed, ...(schema === undefined ? {} : { schema }) };
      const result = await model.generate(request, context);
      const parsed = atMost(sentences, parse(profile, result, maxTokens));
      return parsed.status === 'none' ? NO_SUMMARY : toSummary({ text, result, parsed }, model);
    },
  }),
});

function atMost(sentences: number | undefined, parsed: ParsedCompression): ParsedCompression {
  const last = sentences === undefined ? undefined : splitSentences(parsed.text)[sentences - 1];
  return last === undefined ? parsed : { ...parsed, text: parsed.text.slice(0, last.end) };
}

function parse(profile: PromptProfile, result: GenerateResult, maxTokens: number): ParsedCompression {
  try {
    return profile.compress.parse(result);
  } catch (error) {
    if (result.finishReason !== 'length' || !(error instanceof IsthmusError)) throw error;
    const message = `The output was cut at maxTokens = ${maxTokens}; raise that option of the compressor. ${error.message}`;
    throw new IsthmusError(error.code, message, { cause: error });
  }
}

async function toSummary(
  { text, result, parsed }: { text: string; result: GenerateResult; parsed: ParsedCompression },
  model: LanguageModel,
): Promise<Summary> {
  // Outer white space apart, the sampled tokens are the message itself; out of JSON or with markers they are not, and the text is counted anew.
  const isVerbatim = result.markers === undefined && result.text.trim() === parsed.text;
  const [recounted = 0] = isVerbatim ? [result.tokenCount] : await model.countTokens([parsed.text]);
  return {
    status: 'text',
    text: parsed.text,
    tokenCount: recounted,
    ...(isVerbatim && result.tokenIds !== undefined ? { tokenIds: result.tokenIds } : {}),
    ended: result.finishReason === 'stop',
    finishReason: result.finishReason,
    quotes: locateAll(text, parsed.quotes),
  };
}

/** In the order of the text, each span once. */
function locateAll(text: string, quotes: readonly string[]): Span[] {
  const spans = new Map<string, Span>();
  for (const quote of quotes) {
    const span = locateQuote(text, quote);
    if (span !== undefined) spans.set(`${span.start}-${span.end}`, span);
  }
  return [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
