import type { RunState } from '../../../src/domain/run.ts';
import type { NamedStep, RankedChunk, TermStatistics } from '../../../src/domain/step.ts';
import type { Summary } from '../../../src/domain/summary.ts';

/** A compress step that has ended well, with what it was asked. */
export interface Compression {
  /** The id of its step; scores and gate decisions are filed under it. */
  readonly id: string;
  readonly chunkId: string;
  readonly query: string;
  /** Which compressor of the run's cascade made it; 0 for the first. */
  readonly tier: number;
  readonly summary: Summary;
}

export interface SearchOutcome {
  readonly query: string;
  readonly chunks: readonly RankedChunk[];
  readonly statistics: TermStatistics;
}

/** The results of a run's searches, in the order asked. */
export function searchesOf(state: RunState): SearchOutcome[] {
  return [...state.steps.values()].flatMap(({ planned: { step }, outcome }) => {
    if (step.kind !== 'retrieve' || step.selection.type !== 'search') return [];
    if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return [];
    const { chunks, statistics } = outcome.result;
    return [{ query: step.selection.query, chunks, statistics }];
  });
}

/** The recorded panel: context ids, one more than needed, so that every chunk finds enough that are not itself. */
export function panelOf(state: RunState): readonly string[] | undefined {
  const outcome = state.steps.get('panel')?.outcome;
  if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return undefined;
  return outcome.result.chunks.map((ranked) => ranked.chunkId);
}

/** One compress step for each chunk found, best first across queries; a chunk found twice is read for its first query only. */
export function compressSteps(searches: readonly SearchOutcome[]): NamedStep[] {
  return bestFirst(searches).map(({ query, chunkId }) => ({
    id: `compress/${chunkId.slice(0, 16)}`,
    step: { kind: 'chat', role: 'compress', query, chunkId },
  }));
}

/** The chunks found, each once with the first query that found it: the best of every query, then the second of every query, and so on. */
export function bestFirst(
  searches: readonly Pick<SearchOutcome, 'query' | 'chunks'>[],
): { readonly query: string; readonly chunkId: string }[] {
  const queries = new Map<string, string>();
  const depth = Math.max(0, ...searches.map((search) => search.chunks.length));
  for (let rank = 0; rank < depth; rank++) {
    for (const { query, chunks } of searches) {
      const chunkId = chunks[rank]?.chunkId;
      if (chunkId !== undefined && !queries.has(chunkId)) queries.set(chunkId, query);
    }
  }
  return [...queries].map(([chunkId, query]) => ({ query, chunkId }));
}

export function compressionsOf(state: RunState): Compression[] {
  return [...state.steps.values()].flatMap(({ planned: { id, step }, outcome }) => {
    if (step.kind !== 'chat' || step.role !== 'compress') return [];
    if (outcome?.status !== 'done' || outcome.result.kind !== 'compress') return [];
    return [{ id, chunkId: step.chunkId, query: step.query, tier: step.tier ?? 0, summary: outcome.result.summary }];
  });
}
