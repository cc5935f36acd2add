import type { LedgerEntry } from './ledger.ts';

/** What a run may take; an absent limit does not bind. A run that meets one ends `incomplete`, with a report from what was bought. */
export interface RunLimits {
  /** Millionths of a dollar the run may spend. */
  readonly microUsd?: number;
  /** Tokens the run may move, prompt and output of every call. */
  readonly tokens?: number;
  /** Model calls the run may make; scorings that share a prompt are one. */
  readonly calls?: number;
  /**
   * Time the run may take from its submission or last resumption, pauses not counted. When it is over, what has not come back is
   * withdrawn, and only the synthesis is still made.
   */
  readonly durationMs?: number;
}

export type LimitName = keyof RunLimits;

/** How the reason of a run begins for which a limit had no room for something. */
export const LIMIT_REACHED = 'limit reached';

/** An upper bound of what one step will consume. `microUsd` is absent where the model has no price. */
export interface Reservation {
  readonly tokens: number;
  readonly microUsd?: number;
  /** Absent in logs of earlier versions: none was counted. */
  readonly calls?: number;
}

/** What can be counted, in full; time is not set aside. */
export type Amount = Readonly<Record<Exclude<LimitName, 'durationMs'>, number>>;

/** What is spent and set aside within a run's limits. */
export interface BudgetState {
  readonly limits: RunLimits;
  readonly spent: Amount;
  readonly reserved: Amount;
  /** Kept free for the final synthesis, so that a run which meets its limit still ends with a report. */
  readonly heldBack: Amount;
}

export const NOTHING: Amount = { tokens: 0, microUsd: 0, calls: 0 };

export function toAmount({ tokens, microUsd = 0, calls = 0 }: Reservation): Amount {
  return { tokens, microUsd, calls };
}

export function addAmounts(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens + b.tokens, microUsd: a.microUsd + b.microUsd, calls: a.calls + b.calls };
}

/** Sums a run's ledger. Cached results consumed nothing; unknown ones count in full. */
export function spentOf(ledger: readonly LedgerEntry[]): Amount {
  let { tokens, microUsd, calls } = NOTHING;
  for (const entry of ledger) {
    tokens += entry.promptTokens - entry.cachedTokens + entry.outputTokens + entry.scoredTokens;
    microUsd += entry.microUsd ?? 0;
    calls += entry.kind === 'cache' ? 0 : 1;
  }
  return { tokens, microUsd, calls };
}

/**
 * The limits that have no room for what is wanted, the held-back part respected unless it is the synthesis it is held back for.
 * What takes nothing always fits, however little is left.
 */
export function limitsMet(budget: BudgetState, wanted: Amount, mayUseHeldBack: boolean): LimitName[] {
  const { limits, spent, reserved, heldBack } = budget;
  return (['microUsd', 'tokens', 'calls'] as const).filter((name) => {
    const limit = limits[name];
    if (limit === undefined || wanted[name] === 0) return false;
    return spent[name] + reserved[name] + (mayUseHeldBack ? 0 : heldBack[name]) + wanted[name] > limit;
  });
}
