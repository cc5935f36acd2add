import { bestFirst, type Priced } from './keep-units.ts';

/**
 * The share that each part keeps, when more important parts (score) keep more: τ_k = clamp(τ + δ · (1 − 2 · rank_k / (K − 1)), 0, 1), the linear scheduler
 * of LongLLMLingua (arXiv 2310.06839, section 4.3). There τ is the rate asked for, and with parts of different lengths the sum misses the budget; here τ is
 * the one at which Σ τ_k · tokens_k is `budget`, found by bisection. All 1 where the budget holds everything.
 */
export function shareBudget(parts: readonly Priced[], budget: number, delta: number): number[] {
  const ranks = rankOf(parts);
  const most = Math.max(1, parts.length - 1);
  const ratesAt = (rate: number) => ranks.map((rank) => clamp(rate + delta * (1 - (2 * rank) / most)));
  const spentAt = (rate: number) => ratesAt(rate).reduce((sum, share, place) => sum + share * (parts[place]?.tokens ?? 0), 0);
  let [low, high] = [-delta, 1 + delta];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (spentAt(middle) <= budget) low = middle;
    else high = middle;
  }
  return spentAt(1 + delta) <= budget ? parts.map(() => 1) : ratesAt(low);
}

/** Enough for a millionth of a token in a million. */
const STEPS = 40;

function rankOf(parts: readonly Priced[]): number[] {
  const ranks = parts.map(() => 0);
  bestFirst(parts).forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
