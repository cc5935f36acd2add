import { bm25Share } from '../../../../src/domain/bm25.ts';
import type { RunState } from '../../../../src/domain/run.ts';
import { terms } from '../../../../src/domain/text.ts';
import type { Compression, SearchOutcome } from '../compressions.ts';

export type GainKind = 'relevance' | 'novelty' | 'information';

/**
 * What each summary gained, by its step, between 0 and 1, in the order given: its relevance, BM25(q, z) over its supremum; times its
 * novelty, the share of its distinct words that no summary before it had; times, for `information`, its bits over their ceiling, where
 * it was scored. `NONE` gains nothing.
 */
export function gainsOf(
  compressions: readonly Compression[],
  searches: readonly SearchOutcome[],
  { kind, scores }: { readonly kind: GainKind; readonly scores: RunState['scores'] },
): ReadonlyMap<string, number> {
  const statistics = new Map(searches.map((search) => [search.query, search.statistics]));
  const known = new Set<string>();
  return new Map(
    compressions.map(({ id, query, summary }) => {
      const of = statistics.get(query);
      if (summary.status === 'none' || of === undefined) return [id, 0];
      const words = new Set(terms(summary.text));
      const fresh = [...words].filter((word) => !known.has(word));
      for (const word of fresh) known.add(word);
      const novelty = words.size === 0 ? 0 : fresh.length / words.size;
      const relevance = bm25Share(query, summary.text, of);
      if (kind === 'relevance') return [id, relevance];
      return [id, relevance * novelty * (kind === 'information' ? shareOfBits(scores.get(id)) : 1)];
    }),
  );
}

/** A summary without a score is not without information: it counts as it would unscored. */
function shareOfBits(scored: ReturnType<RunState['scores']['get']>): number {
  if (scored === undefined || 'missing' in scored || Number.isNaN(scored.score.saturation)) return 1;
  return Math.min(1, Math.max(0, scored.score.saturation));
}
