/** A model that is in memory. */
export interface HeldModel {
  readonly name: string;
  readonly memoryMiB: number;
  /** Ms, as all times here. */
  readonly loadedAt: number;
  readonly lastUsedAt: number;
  /** Jobs in hand. */
  readonly busy: number;
}

/** A model that jobs ask for, and that is not in memory. */
export interface WantedModel {
  readonly name: string;
  readonly memoryMiB: number;
  /** When it was first asked for in vain. */
  readonly since: number;
  /** Of all jobs that asked for a model since then, 0 to 1. */
  readonly share: number;
}

export interface SwapRules {
  /** So long a model is kept at least, once loaded. */
  readonly keepMs: number;
  /** After so long of waiting a model is loaded, however few ask for it. */
  readonly patienceMs: number;
  /** From this share of the jobs on it is loaded without that wait. */
  readonly share: number;
}

/** A model of some GB is loaded in 2 to 20 s: swaps then take a third of the time at the very most. */
export const SWAP_RULES: SwapRules = { keepMs: 60_000, patienceMs: 30_000, share: 0.75 };

/**
 * What must leave for a model to be loaded within `totalMiB`: nothing where there is room, and undefined where it is to wait: others are
 * at work or were loaded only just now, or too few ask for it yet. Of those that may leave, the ones unused for longest do. Without the two
 * delays, jobs that alternate between two models would load one each.
 */
export function roomFor(
  wanted: WantedModel,
  {
    held,
    totalMiB,
    now,
    rules = SWAP_RULES,
  }: { readonly held: readonly HeldModel[]; readonly totalMiB: number; readonly now: number; readonly rules?: SwapRules },
): readonly string[] | undefined {
  let free = totalMiB - held.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  if (wanted.memoryMiB <= free) return [];
  if (wanted.share < rules.share && now - wanted.since < rules.patienceMs) return undefined;
  const leaving: string[] = [];
  const idle = held.filter(({ busy, loadedAt }) => busy === 0 && now - loadedAt >= rules.keepMs);
  for (const { name, memoryMiB } of [...idle].sort((a, b) => a.lastUsedAt - b.lastUsedAt)) {
    leaving.push(name);
    free += memoryMiB;
    if (wanted.memoryMiB <= free) return leaving;
  }
  // Alone, a model is loaded even where it is larger than all that is allowed: refusing it for ever helps nobody.
  return leaving.length === held.length ? leaving : undefined;
}
