/** Something that is kept whole or dropped whole. */
export interface Priced {
  readonly tokens: number;
  /** What a token of it is worth: the higher the sooner it is kept. */
  readonly score: number;
}

/**
 * The best of `items` under a budget of tokens, as places in ascending order: by score, ties in the order given, and what no longer fits is
 * passed over for what does. What is left of the budget is then less than the smallest item left out. Against the best possible sum of
 * score · tokens this loses at most one item's worth (the greedy bound of the knapsack).
 */
export function keepBest(items: readonly Priced[], budget: number): number[] {
  let left = budget;
  const kept: number[] = [];
  for (const place of bestFirst(items)) {
    const tokens = items[place]?.tokens ?? 0;
    if (tokens > left + ROUNDING) continue;
    left -= tokens;
    kept.push(place);
  }
  return kept.sort((a, b) => a - b);
}

/**
 * The best of `items` above a threshold, as places in ascending order: the one at which they have about `budget` tokens, at most half an item away from it.
 * Nothing is passed over for what is worth less, as a hard budget would have it, which costs just the long names and dates.
 */
export function keepAbove(items: readonly Priced[], budget: number): number[] {
  let left = budget;
  const kept: number[] = [];
  for (const place of bestFirst(items)) {
    const tokens = items[place]?.tokens ?? 0;
    if (tokens / 2 > left + ROUNDING) break;
    left -= tokens;
    kept.push(place);
  }
  return kept.sort((a, b) => a - b);
}

/** As {@link keepBest}, and then the best of the rest until at least `least` tokens are kept: of sentences that alone pass the budget, one. */
export function keepAtLeast(items: readonly Priced[], budget: number, least: number): number[] {
  const kept = new Set(keepBest(items, budget));
  let tokens = [...kept].reduce((sum, place) => sum + (items[place]?.tokens ?? 0), 0);
  for (const place of bestFirst(items)) {
    if (tokens >= least) break;
    if (kept.has(place)) continue;
    kept.add(place);
    tokens += items[place]?.tokens ?? 0;
  }
  return [...kept].sort((a, b) => a - b);
}

/** Places, highest score first, ties in the order given. */
export function bestFirst(items: readonly Pick<Priced, 'score'>[]): number[] {
  return items.map((_item, place) => place).sort((a, b) => (items[b]?.score ?? 0) - (items[a]?.score ?? 0) || a - b);
}

/** Token counts are scaled, so sums of them are a little off. */
const ROUNDING = 1e-6;
