import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Tiktoken } from 'js-tiktoken/lite';

/** Byte-pair merging in JavaScript takes quadratic time in the length of a word: 20,000 letters without a break took 40 s. */
const LONGEST_WORD = 128;
const LONG_RUN = new RegExp(`\\S{${LONGEST_WORD + 1},}|\\s{${LONGEST_WORD + 1},}`, 'g');

let loading: Promise<Tiktoken> | undefined;

/**
 * Token counts by OpenAI's o200k_base, loaded on first use (about a second and 100 MB). Exact for OpenAI's models since
 * gpt-4o (words of over 128 letters apart, which are counted in pieces); for other servers' models an approximation.
 * A rule of bytes per token would be lighter, but one that is safe for JSON (2.6 bytes a token) counts half too much on prose
 * (4.1, the sample corpus), always on the side that flatters us against reading everything raw.
 */
export async function countTokens(texts: readonly string[]): Promise<readonly number[]> {
  loading ??= load();
  const encoder = await loading;
  const counts: number[] = [];
  for (const text of texts) {
    counts.push(count(encoder, text));
    // A corpus is counted in one call; the process has other work in the meantime.
    await yieldToOthers();
  }
  return counts;
}

async function load(): Promise<Tiktoken> {
  const [{ Tiktoken }, ranks] = await Promise.all([import('js-tiktoken/lite'), import('js-tiktoken/ranks/o200k_base')]);
  return new Tiktoken(ranks.default);
}

function count(encoder: Tiktoken, text: string): number {
  let total = 0;
  let from = 0;
  // No special tokens are allowed and none refused: in a source they are plain text.
  const add = (part: string): void => {
    total += part === '' ? 0 : encoder.encode(part, [], []).length;
  };
  for (const run of text.matchAll(LONG_RUN)) {
    add(text.slice(from, run.index));
    from = run.index + run[0].length;
    for (let at = run.index; at < from; at += LONGEST_WORD) add(text.slice(at, Math.min(at + LONGEST_WORD, from)));
  }
  add(text.slice(from));
  return total;
}
