import type { ApiKey } from '../ports/key-store.ts';
import type { ResearchService } from '../ports/research-service.ts';
import type { StartLine } from '../ports/shared-limits.ts';
import { startInLine } from './start-in-line.ts';

export interface RunLimit {
  /** Whether one more run may start; a yes counts it, and is how to say that the run is stored, or will not be. */
  admit(key: ApiKey): Promise<Admitted | undefined>;
}

export type Admitted = () => Promise<void>;

interface RunLimitOptions {
  readonly now: () => number;
  /** Shared with the other processes of the installation. */
  readonly line?: StartLine | undefined;
  /** Told of a line that does not answer. */
  readonly onError: (error: unknown) => void;
}

/** From here on a limit is a guard and no promise, and is not worth two questions a run. */
const EXACT_BELOW = 1_000;

/** How long a count of the store is believed while other processes may submit too. */
const FRESH_MS = 2_000;

interface Count {
  /** At most so many are at work: those of the store, and all admitted since. */
  atMost: number;
  at: number;
}

/**
 * Bounds the runs that a key's tenant has at work. The store is asked only when the bound is met or stale, once for all that
 * wait, so a submission rarely waits for it. Processes that submit side by side for one tenant may overshoot for the two seconds of
 * {@link FRESH_MS}, unless they share a line.
 */
export function createRunLimit(service: Pick<ResearchService, 'countUnfinished'>, { now, line, onError }: RunLimitOptions): RunLimit {
  const counts = new Map<string, Count>();
  const asking = new Map<string, Promise<Count>>();

  async function ask({ tenant, concurrentRuns }: ApiKey): Promise<Count> {
    // What is admitted while the store counts may be missing from its count.
    const at = now();
    const before = counts.get(tenant)?.atMost ?? 0;
    const atMost = await service.countUnfinished({ tenant }, concurrentRuns);
    const admittedMeanwhile = Math.max(0, (counts.get(tenant)?.atMost ?? 0) - before);
    const count = { atMost: atMost + admittedMeanwhile, at };
    counts.set(tenant, count);
    return count;
  }

  function recount(key: ApiKey): Promise<Count> {
    const asked = asking.get(key.tenant) ?? ask(key).finally(() => asking.delete(key.tenant));
    asking.set(key.tenant, asked);
    return asked;
  }

  async function admitHere(key: ApiKey): Promise<Admitted | undefined> {
    const known = counts.get(key.tenant);
    const isUsable = known !== undefined && now() - known.at < FRESH_MS && known.atMost < key.concurrentRuns;
    const count = isUsable ? known : await recount(key);
    if (count.atMost >= key.concurrentRuns) return undefined;
    count.atMost += 1;
    return async () => {};
  }

  async function admitTogether(key: ApiKey, shared: StartLine): Promise<Admitted | undefined> {
    try {
      return await startInLine(key, { line: shared, service });
    } catch (error) {
      // Better a limit for each process than none, or no service.
      onError(error);
      return admitHere(key);
    }
  }

  return {
    admit: (key) => (line === undefined || key.concurrentRuns >= EXACT_BELOW ? admitHere(key) : admitTogether(key, line)),
  };
}
