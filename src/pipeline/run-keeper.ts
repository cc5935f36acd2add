import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import { isTerminal } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore, WaitingRun } from '../ports/run-store.ts';
import type { Engine } from './engine.ts';
import { createSetbacks, type Setbacks } from './setbacks.ts';
import { STOP } from './stop.ts';

/** How the processes of an installation share its runs, in milliseconds. */
export interface KeeperTiming {
  /** A run whose process has died is taken over after this long at most, and one sweep. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Between two looks for runs that nobody holds. */
  readonly sweepMs: number;
  /** How late the wish to cancel is seen when another process was told. */
  readonly pollMs: number;
}

export const KEEPER_TIMING: KeeperTiming = { leaseMs: 6_000, renewMs: 2_000, sweepMs: 2_000, pollMs: 500 };

export interface KeeperDeps {
  readonly engine: Pick<Engine, 'advance' | 'cancel' | 'read'>;
  readonly runs: RunStore;
  readonly clock: Clock;
  /** Names this process among those that share the store; never used again after it has ended. */
  readonly owner: string;
  /** Runs advanced at a time. */
  readonly maxRuns: number;
  readonly timing: KeeperTiming;
  readonly onError: (error: unknown) => void;
}

/** Advances background runs: this process's share of them. */
export interface RunKeeper extends AsyncDisposable {
  /** Begins to take runs, those too that a dead process has left. */
  start(): void;
  /** Takes a new run at once where there is room for it; otherwise it waits its turn. */
  offer(run: WaitingRun): void;
  /** Whether the run is advanced here; then it is told to end. */
  cancel(runId: string): boolean;
  /** Ends a run that nobody holds. Does nothing to one that another process holds: that one reads the wish. */
  end(runId: string): Promise<void>;
}

/** How many runs are held in line, as a multiple of those that are advanced at a time. */
const LINE_LENGTH = 4;

interface Kept {
  readonly tenant: string;
  readonly controller: AbortController;
  /** When the lease ends if it is not renewed, by this process's clock; absent while it is still asked for. */
  until?: number;
  ended: Promise<void>;
}

export function createRunKeeper(deps: KeeperDeps): RunKeeper {
  return new Keeper(deps);
}

class Keeper implements RunKeeper {
  readonly #deps: KeeperDeps;
  readonly #lease: { readonly owner: string; readonly forMs: number };
  readonly #kept = new Map<string, Kept>();
  readonly #setbacks: Setbacks;
  readonly #closing = new AbortController();
  #loops: Promise<unknown> | undefined;
  #line: readonly WaitingRun[] = [];
  #lookedAt = 0;
  #nap = new AbortController();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#lease = { owner: deps.owner, forMs: deps.timing.leaseMs };
    this.#setbacks = createSetbacks(deps.clock);
  }

  start(): void {
    const { pollMs, renewMs } = this.#deps.timing;
    this.#loops ??= Promise.all([
      this.#sweepOnAndOn(),
      this.#every(pollMs, () => this.#heed([...this.#kept.keys()])),
      this.#every(renewMs, () => this.#renew()),
    ]);
  }

  offer(run: WaitingRun): void {
    if (this.#loops !== undefined) this.#take(run).catch(this.#deps.onError);
  }

  cancel(runId: string): boolean {
    const keep = this.#kept.get(runId);
    keep?.controller.abort(STOP.cancel);
    return keep !== undefined;
  }

  async end(runId: string): Promise<void> {
    const { engine, runs, owner } = this.#deps;
    const isMine = await runs.acquireLease(runId, this.#lease);
    // The keeper may have taken the run in the meantime, under the same name.
    if (!isMine || this.#kept.has(runId)) return;
    await engine.cancel(runId).finally(() => runs.releaseLease(runId, owner));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#nap.abort();
    await this.#loops;
    for (const { controller } of this.#kept.values()) controller.abort(STOP.leave);
    await Promise.all([...this.#kept.values()].map(({ ended }) => ended));
  }

  #hasRoom(): boolean {
    return this.#kept.size < this.#deps.maxRuns && !this.#closing.signal.aborted;
  }

  async #sweep(): Promise<void> {
    while (this.#hasRoom()) {
      const free = (await this.#look()).filter(({ id }) => !this.#kept.has(id) && !this.#setbacks.isResting(id));
      const wanted = inTurn(free, [...this.#kept.values()]);
      const next = wanted.splice(0, Math.max(0, this.#deps.maxRuns - this.#kept.size));
      this.#line = wanted;
      const taken = await Promise.all(next.map((run) => this.#take(run)));
      if (!taken.includes(true)) return;
    }
  }

  /** Those in line; the store is asked when there are none left, or after a while: it sorts all that wait. */
  async #look(): Promise<readonly WaitingRun[]> {
    const { clock, maxRuns, runs, timing } = this.#deps;
    const now = clock.now();
    if (this.#line.length > 0 && now - this.#lookedAt < timing.sweepMs) return this.#line;
    this.#lookedAt = now;
    return runs.listWaiting(LINE_LENGTH * maxRuns + this.#setbacks.size());
  }

  #take({ id, tenant }: WaitingRun): Promise<boolean> {
    if (this.#kept.has(id) || !this.#hasRoom()) return Promise.resolve(false);
    const keep: Kept = { tenant, controller: new AbortController(), ended: Promise.resolve() };
    // Counted before it is asked for, so that many at once do not exceed the limit.
    this.#kept.set(id, keep);
    const taken = this.#acquire(id, keep);
    keep.ended = taken.then((isTaken) => (isTaken ? this.#advance(id, keep) : undefined));
    return taken;
  }

  async #acquire(id: string, keep: Kept): Promise<boolean> {
    const { clock, onError, runs, timing } = this.#deps;
    const until = clock.now() + timing.leaseMs;
    try {
      if (await runs.acquireLease(id, this.#lease)) {
        keep.until = until;
        return true;
      }
    } catch (error) {
      onError(error);
    }
    this.#kept.delete(id);
    return false;
  }

  async #advance(runId: string, { controller }: Kept): Promise<void> {
    const { engine, onError, owner, runs } = this.#deps;
    try {
      await this.#heed([runId]);
      await engine.advance(runId, { signal: controller.signal });
      this.#setbacks.forget(runId);
    } catch (error) {
      onError(error);
      if (!controller.signal.aborted && this.#setbacks.isTheLast(runId, error)) await giveUp(runId, this.#deps, error).catch(onError);
    } finally {
      this.#kept.delete(runId);
      await runs.releaseLease(runId, owner).catch(onError);
      this.#nap.abort();
    }
  }

  /** Ends the runs that somebody wants to end. */
  async #heed(runIds: readonly string[]): Promise<void> {
    for (const id of await this.#deps.runs.cancelRequests(runIds)) this.cancel(id);
  }

  async #renew(): Promise<void> {
    const { clock, timing } = this.#deps;
    const asked = [...this.#kept].filter(([, { until }]) => until !== undefined);
    if (asked.length === 0) return;
    const sentAt = clock.now();
    const held = await this.#askForMore(asked.map(([id]) => id));
    for (const [id, keep] of asked) {
      if (held?.has(id)) keep.until = sentAt + timing.leaseMs;
      // Taken by another process; or nobody knows, for so long that it may have been.
      else if (held !== undefined || (keep.until ?? 0) < clock.now()) keep.controller.abort(STOP.leave);
    }
  }

  async #askForMore(runIds: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    try {
      return new Set(await this.#deps.runs.renewLeases(runIds, this.#lease));
    } catch (error) {
      this.#deps.onError(error);
      return undefined;
    }
  }

  async #every(ms: number, task: () => Promise<void>): Promise<void> {
    const { clock, onError } = this.#deps;
    while (!this.#closing.signal.aborted) {
      await task().catch(onError);
      await clock.sleep(ms, this.#closing.signal);
    }
  }

  /** Every now and then, and at once when there is room again. */
  async #sweepOnAndOn(): Promise<void> {
    const { clock, onError, timing } = this.#deps;
    while (!this.#closing.signal.aborted) {
      this.#nap = new AbortController();
      await this.#sweep().catch(onError);
      if (!this.#closing.signal.aborted) await clock.sleep(timing.sweepMs, this.#nap.signal);
    }
  }
}

/** Round and round the tenants, beginning with those of which the fewest runs are at work here. */
export function inTurn(waiting: readonly WaitingRun[], atWork: readonly { readonly tenant: string }[]): WaitingRun[] {
  const turns = new Map<string, number>();
  const next = (tenant: string): number => {
    const turn = turns.get(tenant) ?? 0;
    turns.set(tenant, turn + 1);
    return turn;
  };
  for (const { tenant } of atWork) next(tenant);
  const withTurns = waiting.map((run) => ({ run, turn: next(run.tenant) }));
  return withTurns.sort((a, b) => a.turn - b.turn).map(({ run }) => run);
}

/** An advance that throws says that this process cannot do it: another one may, or the run is given up as failed. */
async function giveUp(runId: string, { engine, runs }: KeeperDeps, error: unknown): Promise<void> {
  const { status, sequence } = await engine.read(runId);
  if (isTerminal(status)) return;
  const event = { type: 'run-failed', error: toPublic(error) } as const;
  await runs.commit({ runId, expectedSequence: sequence, events: [event], steps: [], status: 'failed' });
}

/** A foreign error may name hosts, statements and their values, which are none of the caller's business. */
function toPublic(error: unknown): ErrorRecord {
  if (error instanceof IsthmusError) return toErrorRecord(error);
  const message = 'The run could not be advanced, again and again. The log of the server says why; a fork of this run keeps what is done.';
  return { code: 'internal', message, isRetryable: false };
}
