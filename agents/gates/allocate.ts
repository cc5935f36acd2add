import { z } from 'zod';
import { allocate as divide } from '../../src/domain/allocation.ts';
import type { GateDecision } from '../../src/domain/run.ts';
import { terms } from '../../src/domain/text.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { attemptsByChunk } from './parts/attempts.ts';
import { genericOptions, isGeneric, isTruncated, namesOf } from './parts/flags.ts';
import { NOTHING_FOUND, relevanceOf } from './parts/relevance.ts';

const options = z.strictObject({
  ...genericOptions,
  /** For all evidence together, in the tokens of the models that wrote it. */
  tokens: z.number().int().positive().default(400),
  /** A summary must reach this share of the best one's relevance. */
  minimum: z.number().min(0).max(1).default(0.25),
});
type Options = z.output<typeof options>;

/**
 * Divides one budget of tokens over all chunks, so that the last token spent on each gains the same: the gain of a summary is its relevance to the
 * question; its bits only flag. With lengths to grow through, what is held at its longest is made longer,
 * until the budget buys more elsewhere. A summary all of whose words stand in a better one is merged into it, and lends its citations.
 * Wins when the predictor is dear or its context small, and the answer lies in several places; loses against `relevant` where one long
 * piece holds everything, since short ones are always cheaper by the token. Reference: equal marginal gains (Everett 1963,
 * "Generalized Lagrange multiplier method"); `domain/allocation.ts`.
 */
export const allocate = definePlugin({
  kind: 'gate',
  id: 'allocate',
  version: '1',
  summary: 'One budget of tokens over all chunks, by equal marginal gain; repeats are merged.',
  requires: [],
  options,
  create: (chosen) => ({
    asksFor: ['longer'],
    decide(candidates) {
      const rated = candidates.map((candidate) => ({ candidate, relevance: relevanceOf(candidate) }));
      const least = chosen.minimum * rated.reduce((most, { relevance }) => Math.max(most, relevance), 0);
      const near = new Set(rated.filter(({ relevance }) => relevance > 0 && relevance >= least).map(({ candidate }) => candidate.id));
      const merged = mergeRepeats(candidates.filter(({ id }) => near.has(id)));
      const groups = attemptsByChunk(candidates.filter(({ id }) => near.has(id) && !merged.has(id)));
      const places = divide(groups.map(toCurve), chosen.tokens);
      const kept = new Map(groups.map((group, i) => [group[places[i] ?? -1]?.id, group] as const));
      return new Map(
        candidates.map((candidate) => {
          const holder = merged.get(candidate.id);
          const repeats = kept.has(holder) ? holder : undefined;
          const verdict = { isNear: near.has(candidate.id), group: kept.get(candidate.id), ...(repeats === undefined ? {} : { repeats }) };
          return [candidate.id, toDecision(candidate, verdict, chosen)] as const;
        }),
      );
    },
  }),
});

function toCurve(attempts: readonly GateCandidate[]) {
  return attempts.map((candidate) => ({ tokens: Math.max(1, candidate.summary.tokenCount), gain: relevanceOf(candidate) }));
}

/** By id, the better summary that holds all the words of this one; attempts at one chunk do not repeat each other. */
function mergeRepeats(candidates: readonly GateCandidate[]): ReadonlyMap<string, string> {
  const ordered = candidates
    .map((candidate) => ({ candidate, words: new Set(terms(candidate.summary.text)), relevance: relevanceOf(candidate) }))
    .sort((a, b) => b.relevance - a.relevance || b.words.size - a.words.size);
  const kept: typeof ordered = [];
  const repeats = new Map<string, string>();
  for (const one of ordered) {
    const holder = kept.find(
      ({ candidate, words }) => chunkOf(candidate) !== chunkOf(one.candidate) && [...one.words].every((word) => words.has(word)),
    );
    if (holder === undefined) kept.push(one);
    else repeats.set(one.candidate.id, holder.candidate.id);
  }
  return repeats;
}

function chunkOf({ id, attempt }: GateCandidate): string {
  return attempt?.chunkId ?? id;
}

interface Verdict {
  readonly isNear: boolean;
  readonly repeats?: string;
  /** The attempts at its chunk, if this one is held. */
  readonly group: readonly GateCandidate[] | undefined;
}

function toDecision(candidate: GateCandidate, { isNear, repeats, group }: Verdict, chosen: Options): GateDecision {
  const flags = namesOf({ generic: isGeneric(candidate, chosen), truncated: isTruncated(candidate) });
  const base = { kept: false, relevance: relevanceOf(candidate), flags };
  if (candidate.summary.status === 'none') return { ...base, reason: NOTHING_FOUND };
  if (!isNear) return { ...base, reason: 'too little to do with the question' };
  if (repeats !== undefined) return { ...base, reason: `all its words stand in ${repeats}`, repeats };
  if (group === undefined) return { ...base, reason: `${chosen.tokens} tokens buy more elsewhere` };
  const reason = `${((1000 * relevanceOf(candidate)) / Math.max(1, candidate.summary.tokenCount)).toFixed(1)} of relevance for 1,000 tokens`;
  const canGrow = candidate.attempt?.next === 'longer' && group.at(-1) === candidate;
  return { ...base, kept: true, reason, ...(canGrow ? { escalates: true as const } : {}) };
}
