import type { Span } from '../../../src/domain/document.ts';
import { findMentions } from './find-mentions.ts';

/** A run without white space that is longer (an address, an encoded file) is cut, so that no unit can fill a model's context. */
const LONGEST_RUN = 64;

/** Words whose mentions hang together in a longer chain come apart again: a table row is no name. */
const MOST_WORDS = 16;

/** Scripts without spaces: each letter is a word. */
const RUN = new RegExp(
  String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}])\S){1,${LONGEST_RUN}}`,
  'gu',
);

/**
 * The smallest pieces that a compressor keeps or drops: words with their punctuation, and numbers with units, dates and names of several
 * words as one piece (see `findMentions`). Ordered, disjoint, and they leave out white space only.
 */
export function splitUnits(text: string): Span[] {
  const words = Array.from(text.matchAll(RUN), (match) => ({ start: match.index, end: match.index + match[0].length }));
  return holdTogether(words, findMentions(text));
}

/** Both ordered and disjoint. */
function holdTogether(words: readonly Span[], mentions: readonly Span[]): Span[] {
  const units: Span[] = [];
  let chain: Span[] = [];
  let place = 0;
  for (const word of words) {
    while (place < mentions.length && (mentions[place]?.end ?? 0) <= word.start) place += 1;
    const mention = mentions[place];
    const before = chain.at(-1);
    const isSame = before !== undefined && mention !== undefined && mention.start < before.end && mention.end > word.start;
    if (!isSame) {
      units.push(...close(chain));
      chain = [];
    }
    chain.push(word);
  }
  return [...units, ...close(chain)];
}

function close(chain: readonly Span[]): readonly Span[] {
  const [first, last] = [chain[0], chain.at(-1)];
  if (first === undefined || last === undefined || chain.length > MOST_WORDS) return chain;
  return [{ start: first.start, end: last.end }];
}
