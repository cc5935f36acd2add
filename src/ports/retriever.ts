import type { SearchFilter } from '../domain/search-filter.ts';
import type { RankedChunk, TermStatistics } from '../domain/step.ts';

export interface Retrieval {
  /** Best first; ties broken by position in the corpus, so that equal runs read equal chunks. */
  readonly chunks: readonly RankedChunk[];
  readonly statistics: TermStatistics;
}

export interface SearchRequest {
  readonly corpusId: string;
  readonly query: string;
  readonly limit: number;
  readonly filter?: SearchFilter;
}

/** Ranks the chunks of a corpus for a query. Returns at most `limit`, and none that has nothing to do with it. */
export interface Retriever {
  search(request: SearchRequest): Promise<Retrieval>;
}
