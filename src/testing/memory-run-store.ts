import { IsthmusError } from '../domain/errors.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { RunEvent, StoredEvent } from '../domain/run.ts';
import type { CommitResult, RunChange, RunStore, RunSummary, StoredStep } from '../ports/run-store.ts';

interface MemoryRun {
  summary: RunSummary;
  readonly events: StoredEvent[];
}

/**
 * The run store as maps: the simplest implementation of its port, and the reference for the others. A commit checks everything
 * before it writes anything and awaits nothing in between, so it is atomic as a transaction is.
 */
export function createMemoryRunStore(options: { readonly now?: () => number } = {}): RunStore {
  const now = options.now ?? Date.now;
  /** In the order created. */
  const runs = new Map<string, MemoryRun>();
  const steps = new Map<string, StoredStep>();
  const waiters = new Map<string, Set<string>>();

  function find(runId: string): MemoryRun {
    const run = runs.get(runId);
    if (run === undefined) throw new IsthmusError('not-found', `There is no run ${runId}.`);
    return run;
  }

  function commit(change: RunChange): CommitResult {
    const run = find(change.runId);
    if (run.events.length !== change.expectedSequence) return { type: 'conflict', on: 'sequence' };
    if (change.steps.some(({ stepKey }) => steps.has(stepKey))) return { type: 'conflict', on: 'step' };
    const at = now();
    const events = numbered(change.events, change.expectedSequence, at);
    run.events.push(...events);
    run.summary = { ...run.summary, updatedAt: at, status: change.status ?? run.summary.status };
    for (const step of change.steps) steps.set(step.stepKey, structuredClone({ ...step, runId: change.runId }));
    changeWaiters(waiters, change);
    return { type: 'committed', events };
  }

  return {
    createRun: async ({ id, tenant, question, events }) => {
      if (runs.has(id)) throw new IsthmusError('conflict', `There is already a run ${id}. Choose another id.`);
      const at = now();
      const summary: RunSummary = { id, tenant, question, status: 'queued', createdAt: at, updatedAt: at };
      runs.set(id, { summary, events: numbered(events, 0, at) });
      return find(id).events.slice();
    },
    findRun: async (id) => runs.get(id)?.summary,
    listRuns: async ({ tenant, limit, before }) => {
      const newestFirst = [...runs.values()].map(({ summary }) => summary).reverse();
      const own = newestFirst.filter((summary) => summary.tenant === tenant);
      const start = before === undefined ? 0 : own.findIndex(({ id }) => id === before) + 1;
      if (before !== undefined && start === 0) throw new IsthmusError('not-found', `There is no run ${before} to list earlier ones of.`);
      return own.slice(start, start + limit);
    },
    readEvents: async (runId, afterSequence) => runs.get(runId)?.events.slice(afterSequence) ?? [],
    commit: async (change) => commit(change),
    findSteps: async (stepKeys) => pick(steps, stepKeys),
    waiters: async (stepKeys) => {
      const waited = [...pick(waiters, stepKeys)].filter(([, runIds]) => runIds.size > 0);
      return new Map(waited.map(([stepKey, runIds]) => [stepKey, [...runIds].sort()]));
    },
    readLedger: async (runId) => (runs.get(runId)?.events ?? []).flatMap(({ event }) => entriesOf(event)),
  };
}

function changeWaiters(waiters: Map<string, Set<string>>, { runId, waitFor = [], stopWaitingFor = [] }: RunChange): void {
  for (const stepKey of stopWaitingFor) waiters.get(stepKey)?.delete(runId);
  for (const stepKey of waitFor) waiters.set(stepKey, (waiters.get(stepKey) ?? new Set()).add(runId));
}

/** Copied, as a database would: whoever changes an event afterwards changes nothing here. */
function numbered(events: readonly RunEvent[], after: number, at: number): StoredEvent[] {
  return events.map((event, index) => ({ sequence: after + index + 1, at, event: structuredClone(event) }));
}

function entriesOf(event: RunEvent): readonly LedgerEntry[] {
  if (event.type === 'steps-finished') return event.steps.flatMap((step) => step.ledger);
  return event.type === 'intent-unknown' ? [event.ledger] : [];
}

function pick<Value>(values: ReadonlyMap<string, Value>, keys: readonly string[]): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const key of keys) {
    const value = values.get(key);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}
