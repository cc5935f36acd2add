import type { Span } from './document.ts';

/**
 * What a compressor made of one chunk for one query (Z).
 * `none` is the compressor's word that the chunk does not help: a status, decided before scoring and never scored.
 */
export interface Summary {
  readonly status: 'text' | 'none';
  /** The summary's words only: no JSON, no markers. Empty when `none`. */
  readonly text: string;
  readonly tokenCount: number;
  /** The sampled token ids, present when a language model wrote exactly `text`; a scorer that is the same model scores these. */
  readonly tokenIds?: readonly number[];
  /** True when generation stopped by itself, so that the end token belongs to the message and is scored. */
  readonly ended: boolean;
  /** `length` says the summary was cut at its token limit. */
  readonly finishReason: 'stop' | 'length';
  /** Where the words of the summary stand in the chunk (chunk coordinates); empty when it is a paraphrase. */
  readonly quotes: readonly Span[];
}

/** The summary of a chunk that does not help. Tokens spent on finding that out are in the ledger, not here. */
export const NO_SUMMARY: Summary = { status: 'none', text: '', tokenCount: 0, ended: true, finishReason: 'stop', quotes: [] };

/** A text whose log-probability is asked for, after a fixed prompt. */
export interface Continuation {
  readonly text: string;
  readonly tokenIds?: readonly number[];
  /** Whether the end-of-text token counts as part of the message. */
  readonly ended: boolean;
}

export function toContinuation(summary: Summary): Continuation {
  const { text, tokenIds, ended } = summary;
  return tokenIds === undefined ? { text, ended } : { text, tokenIds, ended };
}
