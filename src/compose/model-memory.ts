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
  /** Resolves once its memory is free, with false where somebody is using it and it stays. */
  readonly unload: (name: string) => Promise<boolean>;
  readonly now: () => number;
  readonly rules?: SwapRules;
}

/** Keeps the models of one process within a bound of memory; see {@link roomFor} for when one leaves for another. */
export function createModelMemory({ memoryMiB, totalMiB, unload, now, rules = SWAP_RULES }: MemoryOptions): ModelMemory {
  const held = new Map<string, HeldModel>();
  const asked = new Map<string, Asked>();
  /** Whether there is room for a model that is held: others may still be on their way out. */
  const arrivals = new Map<string, Promise<boolean>>();
  let leavers: Promise<unknown> = Promise.resolve();
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

  /** Whether it is held now, or will be once those have left that make room for it. */
  function claim(name: string, size: number): boolean {
    const known = ask(name);
    asks += 1;
    const wanted = { name, memoryMiB: size, since: known.since, share: known.asks / (asks - known.allBefore) };
    const leaving = roomFor(wanted, { held: [...held.values()], totalMiB, now: now(), rules });
    if (leaving === undefined) return false;
    const models = leaving.flatMap((other) => held.get(other) ?? []);
    for (const other of leaving) held.delete(other);
    held.set(name, { name, memoryMiB: size, loadedAt: now(), lastUsedAt: now(), busy: 0 });
    arrivals.set(name, makeRoom(name, models, leavers));
    leavers = arrivals.get(name) ?? leavers;
    return true;
  }

  /** What is on its way out already counts as gone, so it is waited for as well. */
  async function makeRoom(name: string, models: readonly HeldModel[], earlier: Promise<unknown>): Promise<boolean> {
    const stays = await Promise.all(models.map(async (model) => ((await unload(model.name).catch(() => false)) ? [] : [model])));
    await earlier;
    if (stays.flat().length === 0) {
      asked.delete(name);
      return true;
    }
    held.delete(name);
    for (const model of stays.flat()) if (!held.has(model.name)) held.set(model.name, { ...model, lastUsedAt: now() });
    return false;
  }

  return {
    take: async (name) => {
      const size = memoryMiB[name];
      if (size === undefined) return () => {};
      if (held.has(name)) asks += 1;
      else if (!claim(name, size)) return undefined;
      change(name, 1);
      return (await arrivals.get(name)) === true ? () => change(name, -1) : undefined;
    },
  };
}
