import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cutToTokens } from '../../agents/compressors/parts/cut-to-tokens.ts';
import type { Span } from '../domain/document.ts';
import { checkFaithfulness } from '../domain/faithfulness.ts';
import type { Usage } from '../domain/usage.ts';
import { withUsage } from '../pipeline/with-usage.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import type { ModelHandle, Plugin } from '../ports/plugin.ts';

const CORPUS = fileURLToPath(new URL('../../samples/corpus/', import.meta.url));

/** The sample corpus as one text, from its beginning on (and again, if it is too short), of at most so many tokens and few less. */
export async function sampleText(tokens: number, model: LanguageModel): Promise<string> {
  const names = (await readdir(CORPUS)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(CORPUS, name), 'utf8')));
  const whole = texts.join('\n\n');
  // No token of the sample corpus has more letters in the mean.
  const letters = tokens * 8;
  return cutToTokens(whole.repeat(Math.ceil(letters / whole.length)).slice(0, letters), tokens, model);
}

/** Numbers with units, dates and names of several words, as the check of faithfulness finds them: spans of the text, by kind in order. */
export function mentionsOf(text: string): Span[] {
  const plain = text.replaceAll(/[−–—‐‑]/gu, '-').replaceAll(/[’‘]/gu, "'");
  const at = new Map<string, number>();
  return checkFaithfulness(text, '').claims.flatMap(({ kind, text: words }) => {
    if (kind === 'quote') return [];
    const start = plain.indexOf(words, at.get(kind) ?? 0);
    if (start < 0) return [];
    at.set(kind, start + words.length);
    return /\s/u.test(words) ? [{ start, end: start + words.length }] : [];
  });
}

/**
 * How many words of such mentions a summary has without the rest of them: more often than whole mentions in it and the source's other places explain.
 * It reads the summary alone, so a splinter that also stands by itself in the source goes unnoticed.
 */
export function splintersOf(summary: string, source: string): string[] {
  const mentions = [...new Set(mentionsOf(source).map(({ start, end }) => source.slice(start, end)))].sort((a, b) => b.length - a.length);
  const [kept, all] = [summary, source].map((text) => counts(mentions.reduce((rest, mention) => rest.replaceAll(mention, ' '), text)));
  const words = new Set(mentions.flatMap((mention) => [...counts(mention).keys()]));
  return [...words].filter((word) => (kept?.get(word) ?? 0) > (all?.get(word) ?? 0));
}

function counts(text: string): Map<string, number> {
  const result = new Map<string, number>();
  for (const word of text.match(/[\p{L}\p{N}]+(?:[.,'-][\p{L}\p{N}]+)*/gu) ?? []) result.set(word, (result.get(word) ?? 0) + 1);
  return result;
}

export interface MetRate {
  /** Tokens kept over tokens asked for (rate · tokens of the text). */
  readonly ofAsked: number;
  readonly splinters: readonly string[];
  /** Tokens whose log-probability was read, and tokens evaluated besides, over those of the text. */
  readonly scored: number;
  readonly prefilled: number;
  readonly durationMs: number;
}

/** Compresses once, with a question of the samples, and looks at what it cost and gave. */
export async function measureRate(
  plugin: Plugin<'compressor'>,
  request: { text: string; rate: number },
  handle: ModelHandle,
): Promise<MetRate> {
  const usage: Usage[] = [];
  const compressor = plugin.create(plugin.options.parse({ rate: request.rate }), { ...handle, model: withUsage(handle.model) });
  const startedAt = performance.now();
  const context = { signal: new AbortController().signal, record: (one: Usage) => usage.push(one) };
  const summary = await compressor.compress({ text: request.text, query: 'When was the Carrow Canal opened?', seed: 1 }, context);
  const [tokens = 0, kept = 0] = await handle.model.countTokens([request.text, summary.text]);
  const sum = (of: (one: Usage) => number) => usage.reduce((total, one) => total + of(one), 0) / tokens;
  return {
    ofAsked: kept / (request.rate * tokens),
    splinters: splintersOf(summary.text, request.text),
    scored: sum(({ scoredTokens }) => scoredTokens),
    prefilled: sum(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens),
    durationMs: performance.now() - startedAt,
  };
}
