import { z } from 'zod';
import { bm25Share } from '../../src/domain/bm25.ts';
import { checkFaithfulness } from '../../src/domain/faithfulness.ts';
import type { GateDecision } from '../../src/domain/run.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { attemptsByChunk, type Standing, verdictsOfOthers } from './parts/attempts.ts';
import { genericOptions, inventedOptions, isGeneric, isInvented, isTruncated, namesOf } from './parts/flags.ts';
import { judgeByRelevance, relevanceOf, relevanceOptions, type Verdict } from './parts/relevance.ts';

const options = z.strictObject({
  ...relevanceOptions,
  ...genericOptions,
  ...inventedOptions,
  /** A chunk must be near the question to be worth a second reading: this share of the best chunk's relevance. */
  worth: z.number().min(0).max(1).default(0.5),
  /** At most so many chunks are read again, those nearest to the question. */
  escalations: z.number().int().min(0).default(4),
});
type Options = z.output<typeof options>;

/**
 * Gives a chunk that is near the question to the next compressor, and at last to the predictor itself, when its summary will not do: it says
 * nothing, shares little with the question, holds numbers, dates or names that its source does not, was cut, or is flagged by its bits. Bits
 * alone never escalate, since the chunk must be near. The last attempt stands for its chunk, also when it found nothing; then
 * relevance decides, as in `relevant`. Wins where the first compressor is small and often wrong, and dear ones are worth it for a few chunks
 * only. Loses where the question's words are elsewhere than its answer: then the near chunks are read twice in vain.
 * Reference: FrugalGPT's cascade (Chen et al., arXiv 2305.05176), with checks in the place of a learned scorer.
 */
export const cascade = definePlugin({
  kind: 'gate',
  id: 'cascade',
  version: '1',
  summary: 'Gives near chunks whose summary will not do to the next compressor; relevance decides.',
  requires: [],
  options,
  create: (chosen) => ({
    asksFor: ['stronger', 'raw'],
    decide(candidates) {
      const standings = attemptsByChunk(candidates).flatMap(lastStands);
      const standing = standings.map(({ candidate }) => candidate);
      const verdicts = new Map([...verdictsOfOthers(standings), ...judgeByRelevance(standing, chosen)]);
      const asks = asksOf(standing, chosen);
      return new Map(
        candidates.flatMap((candidate) => {
          const verdict = verdicts.get(candidate.id);
          return verdict === undefined ? [] : [[candidate.id, dress(verdict, candidate, { chosen, asks })] as const];
        }),
      );
    },
  }),
});

function lastStands(attempts: readonly GateCandidate[]): readonly Standing[] {
  const last = attempts.at(-1);
  if (last === undefined) return [];
  const others = attempts.slice(0, -1).map((candidate) => ({ candidate, reason: `replaced by ${last.id}` }));
  return [{ candidate: last, others }];
}

/** By id, what is wrong with the summaries of chunks that are worth another reading. */
function asksOf(standing: readonly GateCandidate[], chosen: Options): ReadonlyMap<string, string> {
  const near = standing.map((candidate) => ({ candidate, nearness: nearnessOf(candidate) })).sort((a, b) => b.nearness - a.nearness);
  const [best] = near;
  if (best === undefined || best.nearness === 0) return new Map();
  const bestRelevance = Math.max(...standing.map(relevanceOf));
  const isTriedAgain = ({ attempt }: GateCandidate) => attempt !== undefined && attempt.tier > 0;
  const spent = standing.filter(isTriedAgain).length;
  const asking = near.flatMap(({ candidate, nearness }) => {
    const doubt = doubtOf(candidate, { chosen, bestRelevance });
    const isWorth = candidate.attempt?.next !== undefined && nearness >= chosen.worth * best.nearness;
    return isWorth && doubt !== undefined ? [{ candidate, doubt }] : [];
  });
  const again = asking.filter(({ candidate }) => isTriedAgain(candidate));
  const anew = asking.filter(({ candidate }) => !isTriedAgain(candidate)).slice(0, Math.max(0, chosen.escalations - spent));
  return new Map([...again, ...anew].map(({ candidate, doubt }) => [candidate.id, doubt]));
}

/** How much of the question's words the chunk itself has; 0 where it is not at hand. */
function nearnessOf({ query, source, statistics }: GateCandidate): number {
  return source === undefined ? 0 : bm25Share(query, source, statistics);
}

function doubtOf(
  candidate: GateCandidate,
  { chosen, bestRelevance }: { readonly chosen: Options; readonly bestRelevance: number },
): string | undefined {
  if (candidate.summary.status === 'none') return 'nothing was found in a near chunk';
  const relevance = relevanceOf(candidate);
  if (relevance === 0 || relevance < chosen.minimum * bestRelevance) return 'it shares little with the question';
  const [flag] = flagsOf(candidate, chosen);
  return flag === undefined ? undefined : `it is ${flag}`;
}

function flagsOf(candidate: GateCandidate, chosen: Options): readonly string[] {
  const { summary, source } = candidate;
  const isForeign = isInvented(candidate, chosen);
  const isChecked = summary.status === 'text' && source !== undefined;
  return namesOf({
    unfaithful: isChecked && checkFaithfulness(summary.text, source).unsupported.length > 0,
    invented: isForeign,
    generic: !isForeign && isGeneric(candidate, chosen),
    truncated: isTruncated(candidate),
  });
}

function dress(
  verdict: Verdict,
  candidate: GateCandidate,
  { chosen, asks }: { readonly chosen: Options; readonly asks: ReadonlyMap<string, string> },
): GateDecision {
  const flags = flagsOf(candidate, chosen);
  const doubt = asks.get(candidate.id);
  if (doubt === undefined) return { ...verdict, flags };
  return { ...verdict, reason: `${verdict.reason}; read again, since ${doubt}`, flags, escalates: true };
}
