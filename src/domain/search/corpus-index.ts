import type { TextAnalyser } from './analyser.ts';
import type { Segment, SegmentPostings } from './postings.ts';

/** The words of a corpus, as a search reads them. It never changes: another version of a corpus is another index. */
export interface CorpusIndex {
  /** In corpus order. */
  readonly segments: readonly Segment[];
  /** The languages its documents were indexed in; that of most chunks first. */
  readonly languages: readonly string[];
  readonly analyser: TextAnalyser;
  /** By segment. */
  postings(forms: readonly string[]): Promise<readonly SegmentPostings[]>;
  /** In how many chunks of each segment the forms stand, removed ones among them. */
  frequencies(forms: readonly string[]): Promise<readonly ReadonlyMap<string, number>[]>;
}
