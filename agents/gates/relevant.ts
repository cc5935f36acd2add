import { z } from 'zod';
import { BM25_DEFAULTS, bm25, inverseFrequency } from '../../src/domain/bm25.ts';
import type { GateDecision } from '../../src/domain/run.ts';
import { terms } from '../../src/domain/text.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { definePlugin } from '../../src/ports/plugin.ts';

const options = z.strictObject({
  /** How many summaries become evidence. */
  limit: z.number().int().positive().default(6),
  /** A summary must reach this share of the best one's relevance. */
  minimum: z.number().min(0).max(1).default(0.25),
  /** Under this many bits, or this share of their ceiling, a summary is flagged as generic. */
  genericBits: z.number().default(1),
  genericSaturation: z.number().default(0.25),
});
type Options = z.output<typeof options>;

/**
 * Keeps the summaries that share most of the question's words: BM25(q, z) with the corpus' own statistics, as a share of what the
 * question could give at most, so that summaries for different sub-queries can be compared. Wins as BM25 does; loses a summary
 * that answers in other words than the question's. A repeat of a kept summary is dropped, and names the one it supports.
 * Bits never decide: they tell which context a summary came from and nothing about the question (an answering and an irrelevant
 * sentence of one chunk both sit at the ceiling), so a low score only flags a summary as `generic`. `truncated` says that it was
 * cut. Reference: redundancy as in Carbonell and Goldstein's maximal marginal relevance (1998), with equality of words for distance.
 */
export const relevant = definePlugin({
  kind: 'gate',
  id: 'relevant',
  version: '1',
  summary: 'Keeps the summaries nearest to the question (BM25); bits only flag.',
  requires: [],
  options,
  create: (chosen) => ({ decide: (candidates) => decideAll(candidates, chosen) }),
});

function decideAll(candidates: readonly GateCandidate[], chosen: Options): ReadonlyMap<string, GateDecision> {
  const rated = candidates.map((candidate) => ({ candidate, relevance: relevanceOf(candidate) }));
  const best = rated.reduce((maximum, { relevance }) => Math.max(maximum, relevance), 0);
  // By words; the repeats of a summary that met the limit meet it too.
  const kept = new Map<string, string>();
  const decisions = new Map<string, GateDecision>();
  for (const { candidate, relevance } of rated.sort((a, b) => b.relevance - a.relevance)) {
    const verdict = judge({ candidate, relevance, best, kept }, chosen);
    if (verdict.kept) kept.set(wordsOf(candidate), candidate.id);
    decisions.set(candidate.id, { ...verdict, relevance, flags: flagsOf(candidate, chosen) });
  }
  return decisions;
}

type Verdict = Pick<GateDecision, 'kept' | 'reason' | 'repeats'>;

function judge(
  { candidate, relevance, best, kept }: { candidate: GateCandidate; relevance: number; best: number; kept: ReadonlyMap<string, string> },
  { limit, minimum }: Options,
): Verdict {
  if (candidate.summary.status === 'none') return { kept: false, reason: 'the compressor found nothing that helps' };
  if (relevance === 0) return { kept: false, reason: 'shares no word with the question' };
  if (relevance < minimum * best) {
    return { kept: false, reason: `relevance ${relevance.toFixed(2)} is under ${minimum} of the best, ${best.toFixed(2)}` };
  }
  const repeats = kept.get(wordsOf(candidate));
  if (repeats !== undefined) return { kept: false, reason: `repeats ${repeats}`, repeats };
  if (kept.size >= limit) return { kept: false, reason: `${limit} more relevant summaries were kept` };
  return { kept: true, reason: `relevance ${relevance.toFixed(2)}` };
}

/** BM25(q, z) over the supremum that any text could reach for q: in [0, 1). */
function relevanceOf({ query, summary, statistics }: GateCandidate): number {
  if (summary.status === 'none') return 0;
  const weights = [...new Set(terms(query))].reduce((sum, term) => sum + inverseFrequency(statistics, term), 0);
  return weights === 0 ? 0 : bm25(query, summary.text, statistics) / (weights * (BM25_DEFAULTS.k1 + 1));
}

function flagsOf({ summary, score }: GateCandidate, { genericBits, genericSaturation }: Options): readonly string[] {
  const isGeneric = summary.status === 'text' && score !== undefined && (score.bits < genericBits || score.saturation < genericSaturation);
  return [...(isGeneric ? ['generic'] : []), ...(summary.finishReason === 'length' ? ['truncated'] : [])];
}

function wordsOf({ summary }: GateCandidate): string {
  return terms(summary.text).join(' ');
}
