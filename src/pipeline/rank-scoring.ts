import type { Summary } from '../domain/summary.ts';
import { type CallContext, throwIfAborted } from '../ports/call-context.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { Contrasts } from './rank-negatives.ts';
import { isScorable, itemId } from './rank-outcomes.ts';
import type { RankPair } from './rank-questions.ts';
import type { ScoreItem } from './score-cells.ts';
import { scoreItems } from './score-items.ts';

/** Whose log-probabilities are the bits, and the arithmetic that makes bits of them. */
export interface RankScorer {
  readonly scorer: ModelHandle;
  /** `panel`, which is given the contexts; or one that compares samples with each other, such as `unigram`. */
  readonly estimator: InformationEstimator;
}

interface Scorable {
  readonly pairs: readonly RankPair[];
  readonly contrasts: Contrasts;
  /** By arm, then by pair. */
  readonly summaries: readonly (readonly (Summary | undefined)[])[];
}

/**
 * The bits of every distinct summary, by `itemId`; what failed has no entry. Each pair is a column of its own: its question stands in
 * the prompt, so no other pair could share it.
 */
export async function scorePairs(
  { pairs, contrasts, summaries }: Scorable,
  { scorer, estimator }: RankScorer,
  { context, onPair }: { readonly context: CallContext; readonly onPair: () => void },
): Promise<ReadonlyMap<string, number>> {
  const bits = new Map<string, number>();
  for (const [place, pair] of pairs.entries()) {
    throwIfAborted(context);
    const texts = [...new Set(summaries.flatMap((own) => (isScorable(own[place]) ? [own[place].text] : [])))];
    const others = contrasts.others.get(pair.chunk.id) ?? [];
    const items = texts.map((text) => toItem(pair, itemId(place, text), text));
    if (items.length > 0) {
      // An estimator without a panel compares the chunks of its samples: the others come as samples without words, which have no score.
      const blanks = estimator.panelSize > 0 ? [] : others.map((chunk) => toItem({ ...pair, chunk }, `context ${chunk.id}`, ''));
      const known = [pair.chunk, ...others];
      const request = {
        items: [...items, ...blanks],
        contexts: new Map(known.map(({ id, text }) => [id, text])),
        panel: known.map(({ id }) => id),
      };
      const { scores } = await scoreItems(request, { scorer, estimator, context });
      for (const [id, score] of scores) bits.set(id, score.bits);
    }
    onPair();
  }
  return bits;
}

/** The end counts for all alike: who was cut off is told elsewhere, and scores of equal texts must be equal. */
function toItem({ query, chunk }: Pick<RankPair, 'query' | 'chunk'>, id: string, text: string): ScoreItem {
  return { id, contextId: chunk.id, documentId: chunk.documentId, query, continuation: { text, ended: true } };
}
