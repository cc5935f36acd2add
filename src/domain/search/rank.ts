import type { TermStatistics } from '../step.ts';
import type { QueryWord } from './analyser.ts';
import { mergePostings, type Postings, readPostings, type Segment, type SegmentPostings } from './postings.ts';

export interface RankParameters {
  /** Dampens repeated words. */
  readonly k1: number;
  /** Corrects for length. */
  readonly b: number;
  /** What the BM25 of the whole document adds to that of its chunk: a chunk that never names its subject is found by the rest. */
  readonly documentWeight: number;
}

export interface RankedPosition {
  /** In the corpus. */
  readonly position: number;
  readonly score: number;
}

export interface RankedPositions {
  /** Best first, ties by position; only chunks with a word of the query that counts. */
  readonly ranked: readonly RankedPosition[];
  readonly statistics: TermStatistics;
}

interface RankRequest extends RankParameters {
  readonly segments: readonly Segment[];
  readonly words: readonly QueryWord[];
  /** By segment; of words that do not count, needed only where a segment has chunks removed. */
  readonly postings: readonly SegmentPostings[];
  /** In how many chunks the forms stand, by segment, for words whose postings are not given. */
  readonly frequencies: readonly ReadonlyMap<string, number>[];
  /** At most so many, the best. */
  readonly depth: number;
  /** Positions in the corpus that may be found; absent: all. */
  readonly allowed?: ReadonlySet<number>;
}

/**
 * BM25 of every chunk over the words of a query (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with
 * Lucene's never-negative idf), plus `documentWeight` times that of its document. Words that are stop words have no weight.
 */
export function rankPositions(request: RankRequest): RankedPositions {
  const { segments, words, documentWeight } = request;
  const found = words.map((word) => segments.map((segment, s) => postingsOf(word, segment, request.postings[s])));
  const statistics = statisticsOf(request, found);
  const documents = documentWeight === 0 ? undefined : documentFigures(segments, found);
  const ranked = segments.flatMap((segment, s) => {
    const chunks = scoreAll(segment.lengths, { ...request, average: statistics.averageLength }, (word, w) => {
      const postings = found[w]?.[s];
      return postings && { postings, weight: inverse(statistics.chunkCount, statistics.chunkFrequency[word.term] ?? 0) };
    });
    const wholes =
      documents &&
      scoreAll(documents.lengths[s] ?? [], { ...request, average: documents.average }, (_word, w) => {
        const postings = documents.counts[w]?.[s];
        return postings && { postings, weight: inverse(documents.count, documents.frequencies[w] ?? 0) };
      });
    if (wholes !== undefined) addWholes(chunks, wholes, { documents: segment.documents, weight: documentWeight });
    return best(chunks, { ...request, offset: segment.offset });
  });
  return { ranked: inOrder(ranked).slice(0, request.depth), statistics };
}

function addWholes(
  chunks: Float64Array,
  wholes: Float64Array,
  { documents, weight }: { readonly documents: Uint32Array; readonly weight: number },
): void {
  for (let local = 0; local < chunks.length; local++) {
    const score = chunks[local] ?? 0;
    if (score > 0) chunks[local] = score + weight * (wholes[documents[local] ?? 0] ?? 0);
  }
}

function inOrder(ranked: RankedPosition[]): RankedPosition[] {
  return ranked.sort((a, b) => b.score - a.score || a.position - b.position);
}

/** The best of a segment, and some more: sorting all of them would take longer than finding them. */
function best(
  scores: Float64Array,
  { depth, allowed, offset }: Pick<RankRequest, 'depth' | 'allowed'> & { readonly offset: number },
): RankedPosition[] {
  let ranked: RankedPosition[] = [];
  let least = 0;
  for (let local = 0; local < scores.length; local++) {
    const score = scores[local] ?? 0;
    // Of equal scores the first counts, and positions ascend.
    if (score <= least || allowed?.has(offset + local) === false) continue;
    ranked.push({ position: offset + local, score });
    if (ranked.length < 2 * depth + 64) continue;
    ranked = inOrder(ranked).slice(0, depth);
    least = ranked.at(-1)?.score ?? 0;
  }
  return ranked;
}

interface Scale {
  readonly k1: number;
  readonly b: number;
  readonly words: readonly QueryWord[];
  /** Words in a text, on the average. */
  readonly average: number;
}

/** BM25 of chunks or documents, by position. */
function scoreAll(
  lengths: ArrayLike<number>,
  { k1, b, words, average }: Scale,
  find: (word: QueryWord, index: number) => { readonly postings: Postings; readonly weight: number } | undefined,
): Float64Array {
  const scores = new Float64Array(lengths.length);
  const perWord = (k1 * b) / Math.max(average, 1);
  for (const [index, word] of words.entries()) {
    const found = word.isStop ? undefined : find(word, index);
    if (found === undefined) continue;
    const { positions, counts } = found.postings;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i] ?? 0;
      const count = counts[i] ?? 0;
      const norm = k1 * (1 - b) + perWord * (lengths[position] ?? 0);
      scores[position] = (scores[position] ?? 0) + (found.weight * count * (k1 + 1)) / (count + norm);
    }
  }
  return scores;
}

function inverse(count: number, frequency: number): number {
  return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
}

function postingsOf({ forms }: QueryWord, { removed }: Segment, given: SegmentPostings | undefined): Postings | undefined {
  const all = forms.flatMap((form) => {
    const bytes = given?.get(form);
    return bytes === undefined ? [] : [readPostings(bytes, removed)];
  });
  return all.length === 0 ? undefined : mergePostings(all);
}

/** Of the corpus as it is: what was removed from a segment counts for nothing. */
function statisticsOf(
  { segments, words, frequencies }: RankRequest,
  found: readonly (readonly (Postings | undefined)[])[],
): TermStatistics {
  const chunkCount = segments.reduce((sum, { lengths, removed }) => sum + lengths.length - removed.size, 0);
  const length = segments.reduce((sum, segment) => sum + sizeOf(segment).words, 0);
  const frequencyOf = (word: QueryWord, w: number): number =>
    segments.reduce((sum, _segment, s) => sum + (found[w]?.[s]?.positions.length ?? told(word, frequencies[s])), 0);
  return {
    chunkCount,
    averageLength: length / Math.max(chunkCount, 1),
    chunkFrequency: Object.fromEntries(words.map((word, w) => [word.term, frequencyOf(word, w)])),
  };
}

/** The commonest of its forms stands for the word where only their frequencies are known. */
function told({ forms }: QueryWord, frequencies: ReadonlyMap<string, number> | undefined): number {
  return Math.max(0, ...forms.map((form) => frequencies?.get(form) ?? 0));
}

interface DocumentFigures {
  readonly count: number;
  /** Words. */
  readonly average: number;
  /** By segment. */
  readonly lengths: readonly Float64Array[];
  /** By word, then segment. */
  readonly counts: readonly (readonly (Postings | undefined)[])[];
  /** By word. */
  readonly frequencies: readonly number[];
}

function documentFigures(segments: readonly Segment[], found: readonly (readonly (Postings | undefined)[])[]): DocumentFigures {
  const sizes = segments.map(sizeOf);
  const counts = found.map((bySegment) => bySegment.map((postings, s) => foldDocuments(postings, segments[s])));
  const count = sizes.reduce((sum, { documents }) => sum + documents, 0);
  return {
    count,
    average: sizes.reduce((sum, { words }) => sum + words, 0) / Math.max(count, 1),
    lengths: sizes.map(({ documentLengths }) => documentLengths),
    counts,
    frequencies: counts.map((bySegment) => bySegment.reduce((sum, postings) => sum + (postings?.positions.length ?? 0), 0)),
  };
}

interface SegmentSize {
  /** In all its chunks that are left. */
  readonly words: number;
  /** Documents of which any chunk with a word is left. */
  readonly documents: number;
  readonly documentLengths: Float64Array;
}

/** By the lengths of a segment, which never change; those of a segment with removed chunks are another corpus' affair and not kept. */
const SIZES = new WeakMap<Uint32Array, SegmentSize>();

function sizeOf({ lengths, documents, removed }: Segment): SegmentSize {
  const known = removed.size === 0 ? SIZES.get(lengths) : undefined;
  if (known !== undefined) return known;
  const documentLengths = new Float64Array((documents.at(-1) ?? -1) + 1);
  let words = 0;
  for (let i = 0; i < lengths.length; i++) {
    if (removed.has(i)) continue;
    const own = documents[i] ?? 0;
    documentLengths[own] = (documentLengths[own] ?? 0) + (lengths[i] ?? 0);
    words += lengths[i] ?? 0;
  }
  const size = { words, documents: documentLengths.filter((length) => length > 0).length, documentLengths };
  if (removed.size === 0) SIZES.set(lengths, size);
  return size;
}

/** The chunks of a document stand together, so their counts are added as they come. */
function foldDocuments(postings: Postings | undefined, segment: Segment | undefined): Postings | undefined {
  if (postings === undefined || segment === undefined) return undefined;
  const positions = new Uint32Array(postings.positions.length);
  const counts = new Uint32Array(postings.positions.length);
  let size = 0;
  for (let i = 0; i < postings.positions.length; i++) {
    const own = segment.documents[postings.positions[i] ?? 0] ?? 0;
    if (size === 0 || positions[size - 1] !== own) positions[size++] = own;
    counts[size - 1] = (counts[size - 1] ?? 0) + (postings.counts[i] ?? 0);
  }
  return { positions: positions.subarray(0, size), counts: counts.subarray(0, size) };
}
