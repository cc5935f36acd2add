import type { RunState } from '../../../src/domain/run.ts';
import type { NamedStep } from '../../../src/domain/step.ts';
import { bestFirst, searchesOf } from './compressions.ts';

/** Hits whose surroundings are read: further down a neighbour is no likelier to answer than the next hit. */
const BEST_HITS = 3;

const stepId = (chunkId: string): string => `neighbours/${chunkId.slice(0, 16)}`;

/** Asks what stands up to `distance` chunks before and after the best hits; for 0 nothing is asked. */
export function neighbourSearches(state: RunState, distance: number): NamedStep[] {
  if (distance === 0) return [];
  const hits = bestFirst(searchesOf(state)).slice(0, BEST_HITS);
  return hits.map(({ chunkId }) => ({
    id: stepId(chunkId),
    step: { kind: 'retrieve', selection: { type: 'neighbours', chunkIds: [chunkId], distance } },
  }));
}

/** One compress step for each neighbour that no search has found, for the query of the hit that it stands beside. */
export function neighbourReads(state: RunState): NamedStep[] {
  const hits = bestFirst(searchesOf(state));
  const read = new Set(hits.map(({ chunkId }) => chunkId));
  return hits.slice(0, BEST_HITS).flatMap(({ query, chunkId: hit }) => {
    const outcome = state.steps.get(stepId(hit))?.outcome;
    if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return [];
    const fresh = outcome.result.chunks.filter(({ chunkId }) => !read.has(chunkId));
    for (const { chunkId } of fresh) read.add(chunkId);
    return fresh.map(
      ({ chunkId }): NamedStep => ({ id: `compress/${chunkId.slice(0, 16)}`, step: { kind: 'chat', role: 'compress', query, chunkId } }),
    );
  });
}
