import { BM25_DEFAULTS } from '../bm25.ts';
import type { TermStatistics } from '../step.ts';
import { terms } from '../text.ts';
import { indexForm, type QueryWord, type TextAnalyser } from './analyser.ts';

export interface AdjacencyContext {
  readonly languages: readonly string[];
  readonly analyser: TextAnalyser;
  readonly statistics: TermStatistics;
}

/**
 * What pairs of neighbouring query words that are neighbours in a text too add to its score: BM25 with the pair for a word, and the mean of
 * the two words' idf for its weight. Counted in texts at hand, so that no index of pairs is needed: one over all pairs of words finds
 * hardly more (see the log).
 */
export function adjacencyScorer(query: string, words: readonly QueryWord[], context: AdjacencyContext): (text: string) => number {
  const { statistics } = context;
  const weights = pairWeights(query, words, statistics);
  const wordsAt = createLookup(words, context);
  const { k1, b } = BM25_DEFAULTS;
  return (text) => {
    if (weights.size === 0) return 0;
    const found = terms(text);
    const counts = countPairs(found.map(wordsAt), weights, words.length);
    const norm = k1 * (1 - b + (b * found.length) / Math.max(statistics.averageLength, 1));
    return [...counts].reduce((sum, [pair, count]) => sum + ((weights.get(pair) ?? 0) * count * (k1 + 1)) / (count + norm), 0);
  };
}

/** Which words of the query a word of a text may be, by their places. */
type Lookup = (term: string) => readonly number[];
const NONE: readonly number[] = [];

function createLookup(words: readonly QueryWord[], { languages, analyser }: AdjacencyContext): Lookup {
  const known = new Map<string, readonly number[]>();
  const byForm = new Map<string, readonly number[]>();
  for (const [place, { forms }] of words.entries()) for (const form of forms) byForm.set(form, [...(byForm.get(form) ?? []), place]);
  const mayBe = createFilter(words, { languages, analyser });
  // Nearly no word of a text is one of the query, so no list is made before one is.
  const look = (term: string): readonly number[] => {
    let found = NONE;
    if (!mayBe(term)) return found;
    for (const language of languages) {
      const places = byForm.get(indexForm(term, language, analyser));
      if (places !== undefined && places !== found) found = found === NONE ? places : [...new Set([...found, ...places])];
    }
    return found;
  };
  return (term) => {
    const before = known.get(term);
    if (before !== undefined) return before;
    const found = look(term);
    known.set(term, found);
    return found;
  };
}

/** Whether a word may have a form of the query's: by its beginning, since stemming the words of fifty texts takes ten times as long as scoring all chunks. */
function createFilter(words: readonly QueryWord[], { languages, analyser }: Pick<AdjacencyContext, 'languages' | 'analyser'>) {
  const beginnings = new Set(words.flatMap(({ forms }) => forms.map(beginningOf)));
  const isSure = languages.every((language) => analyser.keepsBeginnings(language)) && [...beginnings].every(({ length }) => length === 2);
  return (term: string): boolean => !isSure || beginnings.has(beginningOf(term));
}

function beginningOf(term: string): string {
  const two = term.slice(0, 2);
  return two.normalize('NFD').replace(/\p{M}/gu, '').slice(0, 2);
}

/** A pair is named by its words' places: first · size + second. */
function pairWeights(query: string, words: readonly QueryWord[], { chunkCount, chunkFrequency }: TermStatistics): Map<number, number> {
  const places = new Map(words.map(({ term }, place) => [term, place]));
  const idf = words.map(({ term }) => {
    const frequency = chunkFrequency[term] ?? 0;
    return Math.log(1 + (chunkCount - frequency + 0.5) / (frequency + 0.5));
  });
  const sequence = terms(query).flatMap((term) => places.get(term) ?? []);
  return new Map(
    sequence.slice(1).map((second, i) => {
      const first = sequence[i] ?? 0;
      return [first * words.length + second, ((idf[first] ?? 0) + (idf[second] ?? 0)) / 2];
    }),
  );
}

function countPairs(text: readonly (readonly number[])[], weights: ReadonlyMap<number, number>, size: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 1; i < text.length; i++) {
    const [before = NONE, here = NONE] = [text[i - 1], text[i]];
    if (before.length === 0 || here.length === 0) continue;
    const pairs = before.flatMap((first) => here.map((second) => first * size + second));
    for (const pair of pairs) if (weights.has(pair)) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Whether the words of the phrase stand one after the other in the text, as they are and not by their stems. */
export function holdsPhrase(text: string, phrase: string): boolean {
  // A space is no part of any word, so that word borders are kept.
  return ` ${terms(text).join(' ')} `.includes(` ${terms(phrase).join(' ')} `);
}
