import { groupBy } from '../../../src/domain/group.ts';
import type { GateCandidate } from '../../../src/ports/gate.ts';
import { relevanceOf, type Verdict } from './relevance.ts';

/** The attempts at each chunk, along the cascade; a candidate that names no chunk is the only one at its own. */
export function attemptsByChunk(candidates: readonly GateCandidate[]): readonly (readonly GateCandidate[])[] {
  const groups = groupBy(candidates, ({ id, attempt }) => attempt?.chunkId ?? `\n${id}`);
  return [...groups.values()].map((attempts) => attempts.toSorted((a, b) => (a.attempt?.tier ?? 0) - (b.attempt?.tier ?? 0)));
}

/** One attempt stands for its chunk; the others are not judged further. */
export interface Standing {
  readonly candidate: GateCandidate;
  readonly others: readonly { readonly candidate: GateCandidate; readonly reason: string }[];
}

export function verdictsOfOthers(standings: readonly Standing[]): ReadonlyMap<string, Verdict> {
  const others = standings.flatMap((standing) => standing.others);
  return new Map(
    others.map(({ candidate, reason }) => [candidate.id, { kept: false, reason, relevance: relevanceOf(candidate) }] as const),
  );
}
