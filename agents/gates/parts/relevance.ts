import { z } from 'zod';
import { bm25Share } from '../../../src/domain/bm25.ts';
import type { GateDecision } from '../../../src/domain/run.ts';
import { terms } from '../../../src/domain/text.ts';
import type { GateCandidate } from '../../../src/ports/gate.ts';

/** The options of every gate that goes by relevance. */
export const relevanceOptions = {
  /** How many summaries become evidence. */
  limit: z.number().int().positive().default(6),
  /** A summary must reach this share of the best one's relevance. */
  minimum: z.number().min(0).max(1).default(0.25),
};

export interface RelevanceOptions {
  readonly limit: number;
  readonly minimum: number;
}

/** A decision that nothing has been flagged on yet. */
export type Verdict = Omit<GateDecision, 'flags'>;

/**
 * Keeps the summaries nearest to the question, best first, each wording once: a repeat names the kept one that it supports. Ties in
 * the order given. Verdicts come in the order of relevance.
 */
export function judgeByRelevance(candidates: readonly GateCandidate[], options: RelevanceOptions): ReadonlyMap<string, Verdict> {
  const rated = candidates.map((candidate) => ({ candidate, relevance: relevanceOf(candidate) }));
  const best = rated.reduce((maximum, { relevance }) => Math.max(maximum, relevance), 0);
  // By words; the repeats of a summary that met the limit meet it too.
  const kept = new Map<string, string>();
  const verdicts = new Map<string, Verdict>();
  for (const { candidate, relevance } of rated.sort((a, b) => b.relevance - a.relevance)) {
    const verdict = judge({ candidate, relevance, best, kept }, options);
    if (verdict.kept) kept.set(wordsOf(candidate), candidate.id);
    verdicts.set(candidate.id, { ...verdict, relevance });
  }
  return verdicts;
}

export const NOTHING_FOUND = 'the compressor found nothing that helps';

function judge(
  { candidate, relevance, best, kept }: { candidate: GateCandidate; relevance: number; best: number; kept: ReadonlyMap<string, string> },
  { limit, minimum }: RelevanceOptions,
): Omit<Verdict, 'relevance'> {
  if (candidate.summary.status === 'none') return { kept: false, reason: NOTHING_FOUND };
  if (relevance === 0) return { kept: false, reason: 'shares no word with the question' };
  if (relevance < minimum * best) {
    return { kept: false, reason: `relevance ${relevance.toFixed(2)} is under ${minimum} of the best, ${best.toFixed(2)}` };
  }
  const repeats = kept.get(wordsOf(candidate));
  if (repeats !== undefined) return { kept: false, reason: `repeats ${repeats}`, repeats };
  if (kept.size >= limit) return { kept: false, reason: `${limit} more relevant summaries were kept` };
  return { kept: true, reason: `relevance ${relevance.toFixed(2)}` };
}

/** In [0, 1); see `bm25Share`. */
export function relevanceOf({ query, summary, statistics }: GateCandidate): number {
  return summary.status === 'none' ? 0 : bm25Share(query, summary.text, statistics);
}

function wordsOf({ summary }: GateCandidate): string {
  return terms(summary.text).join(' ');
}
