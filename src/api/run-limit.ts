import type { ApiKey } from '../ports/key-store.ts';
import type { ResearchService } from '../ports/research-service.ts';

export interface RunLimit {
  /** Whether one more run may start; a yes counts it. */
  admit(key: ApiKey): Promise<boolean>;
}

/** How long a count of the store is believed while other processes may submit too. */
const FRESH_MS = 2_000;

interface Count {
  /** At most so many are at work: those of the store, and all admitted since. */
  atMost: number;
  at: number;
}

/**
 * Bounds the runs that a key's tenant has at work. The store is asked only when the bound is met or stale, so a submission rarely
 * waits for it. Processes that submit side by side for one tenant may overshoot for the two seconds of {@link FRESH_MS}.
 */
export function createRunLimit(service: ResearchService, now: () => number): RunLimit {
  const counts = new Map<string, Count>();

  async function recount({ tenant, concurrentRuns }: ApiKey): Promise<Count> {
    const at = now();
    const pages = await Promise.all(
      (['queued', 'in_progress'] as const).map((status) => service.list({ tenant }, { status, limit: concurrentRuns + 1 })),
    );
    const count = { atMost: pages.reduce((sum, { runs }) => sum + runs.length, 0), at };
    counts.set(tenant, count);
    return count;
  }

  return {
    admit: async (key) => {
      const known = counts.get(key.tenant);
      const isUsable = known !== undefined && now() - known.at < FRESH_MS && known.atMost < key.concurrentRuns;
      const count = isUsable ? known : await recount(key);
      if (count.atMost >= key.concurrentRuns) return false;
      count.atMost += 1;
      return true;
    },
  };
}
