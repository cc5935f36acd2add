import { z } from 'zod';
import type { GateDecision } from '../../src/domain/run.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { genericOptions, isGeneric, isTruncated, namesOf } from './parts/flags.ts';
import { judgeByRelevance, relevanceOf, relevanceOptions, type Verdict } from './parts/relevance.ts';

const options = z.strictObject({
  ...relevanceOptions,
  ...genericOptions,
  /** Under this many bits other contexts explain the words better than the summary's own does: flagged as invented. */
  inventedBits: z.number().default(0),
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
 * ln(N/k)); a summary without a score is never flagged. Reference: arXiv 2512.21720, a third of whose compressor errors are summaries without content.
 */
export const information = definePlugin({
  kind: 'gate',
  id: 'information',
  version: '1',
  summary: 'Flags generic and invented summaries by their bits; relevance decides.',
  requires: [],
  options,
  create: (chosen) => ({
    decide(candidates) {
      const refused = refuseFlagged(candidates, chosen);
      const verdicts = judgeByRelevance(
        candidates.filter(({ id }) => !refused.has(id)),
        chosen,
      );
      return new Map(
        candidates.flatMap((candidate) => {
          const verdict = refused.get(candidate.id) ?? verdicts.get(candidate.id);
          return verdict === undefined ? [] : [[candidate.id, dress(verdict, candidate, chosen)] as const];
        }),
      );
    },
  }),
});

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

function isInvented({ summary, score }: GateCandidate, { inventedBits }: Options): boolean {
  return summary.status === 'text' && score !== undefined && score.bits < inventedBits;
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
