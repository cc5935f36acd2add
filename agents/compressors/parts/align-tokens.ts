import type { Span } from '../../../src/domain/document.ts';

/** What a model read of one unit. */
export interface UnitReading {
  readonly tokens: number;
  /** −log p, summed over its tokens. */
  readonly nats: number;
}

export interface TokenReading {
  /** Nats, ≤ 0, one a token. */
  readonly logProbs: readonly number[];
  /** The words of each token. Absent: the model does not tell. */
  readonly texts?: readonly string[] | undefined;
}

/** A text that was read, and its units as spans of it: ordered, disjoint, leaving out white space only. */
export interface ReadText {
  readonly text: string;
  readonly units: readonly Span[];
  /** Tokens of each unit, counted alone. */
  readonly counts: readonly number[];
}

/**
 * Gives each token to the unit in which it ends. The model may have read other letters (folded ones), but the same words: within a word, places
 * correspond in proportion, which is letter for letter where folding kept the length. Where the model does not tell its tokens' words, or read
 * another number of words, tokens follow the units' own counts, in proportion. Every token goes to exactly one unit.
 */
export function alignTokens(read: ReadText, { logProbs, texts }: TokenReading): UnitReading[] {
  const places = (texts === undefined ? undefined : placesByWords(read, texts)) ?? placesByCounts(logProbs.length, read.counts);
  const readings = read.units.map(() => ({ tokens: 0, nats: 0 }));
  logProbs.forEach((logProb, i) => {
    const reading = readings[places[i] ?? readings.length - 1];
    if (reading === undefined) return;
    reading.tokens += 1;
    reading.nats -= logProb;
  });
  return readings;
}

/** The unit of each token; undefined where the words do not correspond. */
function placesByWords({ text, units }: ReadText, texts: readonly string[]): number[] | undefined {
  const wanted = wordsOf(text);
  const seen = wordsOf(texts.join(''));
  if (seen.length !== wanted.length) return undefined;
  let at = 0;
  let place = 0;
  return texts.map((own) => {
    at += own.length;
    // A token of white space belongs to the word that it leads to.
    const reached = own.trim() === '' ? at + 1 : at - (own.length - own.trimEnd().length);
    const end = correspondingEnd(reached, seen, wanted);
    while (place < units.length - 1 && (units[place]?.end ?? 0) < end) place += 1;
    return place;
  });
}

/** Where what ends at `reached` among the words seen ends among those wanted: as many words, of other lengths. */
function correspondingEnd(reached: number, seen: readonly Span[], wanted: readonly Span[]): number {
  const after = seen.findIndex(({ start }) => start >= reached);
  const word = (after < 0 ? seen.length : Math.max(1, after)) - 1;
  const [from, to] = [seen[word], wanted[word]];
  if (from === undefined || to === undefined) return Number.POSITIVE_INFINITY;
  const share = Math.min(1, (reached - from.start) / (from.end - from.start));
  return to.start + Math.max(1, Math.round(share * (to.end - to.start)));
}

function placesByCounts(tokens: number, counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places: number[] = [];
  let end = 0;
  counts.forEach((count, place) => {
    end += count;
    const last = total === 0 ? tokens : Math.round((end / total) * tokens);
    while (places.length < last) places.push(place);
  });
  return places;
}

function wordsOf(text: string): Span[] {
  return Array.from(text.matchAll(/\S+/gu), (match) => ({ start: match.index, end: match.index + match[0].length }));
}
