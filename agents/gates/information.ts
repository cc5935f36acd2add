import { z } from 'zod';
import type { GateDecision } from '../../src/domain/run.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { attemptsByChunk, verdictsOfOthers } from './parts/attempts.ts';
import { genericOptions, inventedOptions, isGeneric, isInvented, isTruncated, namesOf } from './parts/flags.ts';
import { growthOf, growthOptions } from './parts/growth.ts';
import { judgeByRelevance, relevanceOf, relevanceOptions, type Verdict } from './parts/relevance.ts';

const options = z.strictObject({
  ...relevanceOptions,
  ...genericOptions,
  ...inventedOptions,
  ...growthOptions,
  /** A flagged summary must reach this share of the best relevance. Absent: `minimum`, so that bits change no decision. */
  flaggedMinimum: z.number().min(0).max(1).optional(),
});
type Options = z.output<typeof options>;

/**
 * Reads the bits of each summary beside its relevance. `invented`: under 0 bits, its words are likelier from other contexts than from
 * its own, as when a model answers from memory or mixes up sources. `generic`: few bits, it would fit any context. Relevance
 * decides, as in `relevant`; with `flaggedMinimum` a flagged summary must be more relevant than others to stay, so bits and
 * relevance drop it together and neither alone. Wins where the compressor is a model that writes: a copied sentence is hardly ever flagged.
 * Loses where documents resemble each other, since then a right summary has few bits too (a fact in k of N sources is worth at most
 * ln(N/k)); a summary without a score is never flagged. With lengths to grow through (3, 6, 9 sentences), a kept summary is made longer while the
 * bits that a length adds pay for its tokens; a copied one is soon at the ceiling, and stays short. Reference: arXiv 2512.21720, a third of whose compressor errors are summaries without content.
 */
export const information = definePlugin({
  kind: 'gate',
  id: 'information',
  version: '1',
  summary: 'Flags generic and invented summaries by their bits, and grows those whose bits pay; relevance decides.',
  requires: [],
  options,
  create: (chosen) => ({
    asksFor: ['longer'],
    decide(candidates, context = {}) {
      const growths = attemptsByChunk(candidates).flatMap((attempts) => growthOf(attempts, chosen, context) ?? []);
      const standing = growths.map(({ candidate }) => candidate);
      const refused = new Map([...verdictsOfOthers(growths), ...refuseFlagged(standing, chosen)]);
      const verdicts = judgeByRelevance(
        standing.filter(({ id }) => !refused.has(id)),
        chosen,
      );
      const asks = new Map(growths.map((growth) => [growth.candidate.id, growth.asks]));
      return new Map(
        candidates.flatMap((candidate) => {
          const verdict = refused.get(candidate.id) ?? verdicts.get(candidate.id);
          if (verdict === undefined) return [];
          return [[candidate.id, growing(dress(verdict, candidate, chosen), asks.get(candidate.id))] as const];
        }),
      );
    },
  }),
});

/** Only what is kept grows. */
function growing(decision: GateDecision, asks: string | undefined): GateDecision {
  return asks === undefined || !decision.kept ? decision : { ...decision, reason: `${decision.reason}; ${asks}`, escalates: true };
}

/** The flagged ones whose relevance is not enough. The most relevant of all is never among them. */
function refuseFlagged(candidates: readonly GateCandidate[], chosen: Options): ReadonlyMap<string, Verdict> {
  const { flaggedMinimum } = chosen;
  if (flaggedMinimum === undefined) return new Map();
  const best = candidates.reduce((most, candidate) => Math.max(most, relevanceOf(candidate)), 0);
  return new Map(
    candidates.flatMap((candidate) => {
      const relevance = relevanceOf(candidate);
      const isFlagged = isInvented(candidate, chosen) || isGeneric(candidate, chosen);
      if (!isFlagged || relevance >= flaggedMinimum * best) return [];
      const reason = `relevance ${relevance.toFixed(2)} is under ${flaggedMinimum} of the best, ${best.toFixed(2)}`;
      return [[candidate.id, { kept: false, reason, relevance }]];
    }),
  );
}

function dress(verdict: Verdict, candidate: GateCandidate, chosen: Options): GateDecision {
  const isForeign = isInvented(candidate, chosen);
  const flags = namesOf({
    invented: isForeign,
    generic: !isForeign && isGeneric(candidate, chosen),
    truncated: isTruncated(candidate),
  });
  return { ...verdict, reason: `${verdict.reason}${inWords(candidate)}`, flags };
}

function inWords({ summary, score }: GateCandidate): string {
  if (summary.status === 'none' || score === undefined) return '';
  return `; ${score.bits.toFixed(1)} of ${score.ceilingBits.toFixed(1)} bits`;
}
