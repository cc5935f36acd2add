import type { LedgerEntry } from './ledger.ts';

export interface RunLimits {
  /** Millionths of a dollar the run may spend. */
  readonly microUsd?: number;
  /** Tokens the run may move, prompt and output of every call. */
  readonly tokens?: number;
}

/** An upper bound of what one step will consume. `microUsd` is absent where the model has no price. */
export interface Reservation {
  readonly tokens: number;
  readonly microUsd?: number;
}

/** What is spent and set aside within a run's limits. */
export interface BudgetState {
  readonly limits: RunLimits;
  readonly spent: { readonly tokens: number; readonly microUsd: number };
  readonly reserved: { readonly tokens: number; readonly microUsd: number };
  /** Kept free for the final synthesis, so that a run which meets its limit still ends with a report. */
  readonly heldBack: { readonly tokens: number; readonly microUsd: number };
}

/** Sums a run's ledger. Cached results consumed nothing; unknown ones count in full. */
export function spentOf(ledger: readonly LedgerEntry[]): { tokens: number; microUsd: number } {
  let tokens = 0;
  let microUsd = 0;
  for (const entry of ledger) {
    tokens += entry.promptTokens - entry.cachedTokens + entry.outputTokens + entry.scoredTokens;
    microUsd += entry.microUsd ?? 0;
  }
  return { tokens, microUsd };
}

/**
 * Whether a reservation fits, the held-back part respected unless the step is the synthesis it is held back for. What takes
 * nothing always fits, however little is left.
 */
export function fits(budget: BudgetState, wanted: Reservation, mayUseHeldBack: boolean): boolean {
  const { limits, spent, reserved, heldBack } = budget;
  const within = (limit: number | undefined, used: number, held: number, want: number): boolean =>
    limit === undefined || want === 0 || used + (mayUseHeldBack ? 0 : held) + want <= limit;
  return (
    within(limits.tokens, spent.tokens + reserved.tokens, heldBack.tokens, wanted.tokens) &&
    within(limits.microUsd, spent.microUsd + reserved.microUsd, heldBack.microUsd, wanted.microUsd ?? 0)
  );
}
