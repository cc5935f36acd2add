import { type HeldModel, roomFor, SWAP_RULES, type SwapRules } from '../pipeline/model-swaps.ts';

interface Asked {
  /** When it was first asked for in vain. */
  readonly since: number;
  asks: number;
  /** Of all models, when this one was first asked for. */
  readonly allBefore: number;
}

export interface ModelMemory {
  /** Whether a job may use the model now, which may mean that it is loaded and others are unloaded; if so, how to say that it is over. */
  take(name: string): Promise<(() => void) | undefined>;
}

interface MemoryOptions {
  /** Of each model that counts; what is absent is as good as nothing. */
  readonly memoryMiB: Readonly<Record<string, number>>;
  readonly totalMiB: number;
  readonly unload: (name: string) => Promise<void>;
  readonly now: () => number;
  readonly rules?: SwapRules;
}

/** Keeps the models of one process within a bound of memory; see {@link roomFor} for when one leaves for another. */
export function createModelMemory({ memoryMiB, totalMiB, unload, now, rules = SWAP_RULES }: MemoryOptions): ModelMemory {
  const held = new Map<string, HeldModel>();
  const asked = new Map<string, Asked>();
  let asks = 0;
  const change = (name: string, by: number): void => {
    const model = held.get(name);
    if (model !== undefined) held.set(name, { ...model, busy: model.busy + by, lastUsedAt: now() });
  };

  function ask(name: string): Asked {
    const known = asked.get(name) ?? { since: now(), asks: 0, allBefore: asks };
    asked.set(name, known);
    known.asks += 1;
    return known;
  }

  async function load(name: string, size: number): Promise<boolean> {
    const { since, asks: own, allBefore } = ask(name);
    asks += 1;
    const wanted = { name, memoryMiB: size, since, share: own / (asks - allBefore) };
    const leaving = roomFor(wanted, { held: [...held.values()], totalMiB, now: now(), rules });
    if (leaving === undefined) return false;
    asked.delete(name);
    for (const other of leaving) held.delete(other);
    held.set(name, { name, memoryMiB: size, loadedAt: now(), lastUsedAt: now(), busy: 1 });
    await Promise.all(leaving.map(unload));
    return true;
  }

  return {
    take: async (name) => {
      const size = memoryMiB[name];
      if (size === undefined) return () => {};
      if (held.has(name)) {
        asks += 1;
        change(name, 1);
      } else if (!(await load(name, size))) return undefined;
      return () => change(name, -1);
    },
  };
}
