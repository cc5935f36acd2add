import type { EgressRecord } from './egress.ts';

/** The id of the one step by which a run gathers its sources; no strategy may use it. */
export const GATHER_STEP = 'gather';

/** A search of the web, as it was frozen with the run. */
export interface WebSearch {
  /** In words, one search each. */
  readonly queries: readonly string[];
  /** Pages wanted of each query, the best first. */
  readonly results: number;
  /** Who is asked. */
  readonly provider: string;
}

/** What a run is to gather before it reads. Its corpus has no id until that is done. */
export interface GatherRequest {
  readonly urls?: readonly string[];
  readonly search?: WebSearch;
  /** How long what was gathered may serve other runs of the tenant, in milliseconds; 0: no other run. */
  readonly ttlMs: number;
}

/** What determines the result of a gathering, as far as anything does: the web has its own mind. */
export interface GatherStep {
  readonly kind: 'gather';
  readonly urls: readonly string[];
  readonly search?: WebSearch;
  /** Source tokens that each reader takes at a time, by model: chunks are cut to fit all of them. */
  readonly chunkTokens: Readonly<Record<string, number>>;
  /**
   * The time to live in which it was planned, as a count of them since 1970, or a name that no other run has. It is frozen here: another
   * look at the clock would give another key.
   */
  readonly period: string;
}

/** A page that was wanted, and what became of it. */
export interface GatheredSource {
  /** As it was asked for. */
  readonly url: string;
  readonly from: 'url' | 'search';
  /** Of the search that found it first. */
  readonly query?: string;
  /** Absent where it was not read. Two addresses may lead to one document. */
  readonly documentId?: string;
  readonly title?: string;
  /** Why it was not read. */
  readonly reason?: string;
  /** Another attempt may succeed, so what was gathered without it serves no other run. */
  readonly isTemporary?: true;
}

/** A search that was made. */
export interface MadeSearch {
  readonly query: string;
  /** What it found, pages that were known already included. */
  readonly hits: number;
  /** Why it brought nothing. */
  readonly reason?: string;
  readonly isTemporary?: true;
}

export interface GatherResult {
  readonly kind: 'gather';
  readonly corpusId: string;
  /** Addresses first, then what searches found, in the order asked. */
  readonly sources: readonly GatheredSource[];
  readonly searches: readonly MadeSearch[];
  /** In the order of their ends. */
  readonly egress: readonly EgressRecord[];
}

/** Whether a gathering would not come out better in a minute. */
export function isComplete({ sources, searches }: GatherResult): boolean {
  return [...sources, ...searches].every(({ isTemporary }) => isTemporary === undefined);
}
