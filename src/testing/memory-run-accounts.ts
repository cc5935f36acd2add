import { groupBy } from '../domain/group.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import { summariseLedger } from '../domain/ledger-summary.ts';
import { isTerminal, type RunEvent, type RunState, type StoredEvent } from '../domain/run.ts';
import {
  type CostRow,
  choicesOf,
  type FailedStep,
  type Period,
  type RunSaving,
  spendingOf,
  sumCosts,
  type Tenants,
} from '../domain/run-figures.ts';
import { foldRun } from '../domain/run-reducer.ts';
import { roleOf } from '../domain/step.ts';
import type { RunAccounts } from '../ports/run-accounts.ts';
import type { RunSummary } from '../ports/run-store.ts';
import type { MemoryRun } from './memory-run-leases.ts';

/** What a summary tells beside a run's own row: everything by a fold of its events. */
export function tallied(run: MemoryRun): RunSummary {
  const state = foldRun(run.summary.id, run.events);
  const outcomes = [...state.steps.values()].map(({ outcome }) => outcome?.status);
  return {
    ...run.summary,
    corpusId: state.spec.corpusId,
    choices: choicesOf(state.spec),
    progress: {
      planned: outcomes.length,
      done: outcomes.filter((status) => status === 'done').length,
      failed: outcomes.filter((status) => status === 'failed').length,
    },
    spending: spendingOf(state.ledger),
  };
}

/** The accounts of the memory run store: sums over events, made anew for each question. */
export function createMemoryAccounts(runs: ReadonlyMap<string, MemoryRun>, now: () => number): RunAccounts {
  const savings = new Map<string, readonly RunSaving[]>();
  const own = (tenant: string): MemoryRun[] => [...runs.values()].filter(({ summary }) => summary.tenant === tenant);
  const ofTenants = (of: Tenants): MemoryRun[] => (of === 'all' ? [...runs.values()] : own(of.tenant));
  return {
    readCosts: async (of, period) => {
      const paid = ofTenants(of).map((run) => costsOf(run, period));
      const rows = [...groupBy(paid.flat(), ({ name }) => name)].map(([name, parts]) => ({ name, row: sumRows(parts) }));
      return {
        rows: rows.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ row }) => row),
        runs: paid.filter((parts) => parts.length > 0).length,
      };
    },
    keepSavings: async (runId, kept) => {
      if (runs.has(runId)) savings.set(runId, structuredClone(kept));
    },
    readSavings: async (asked, { from, to }) => {
      const ended = ofTenants(asked).filter(
        ({ summary: { status, updatedAt } }) => isTerminal(status) && updatedAt >= from && updatedAt < to,
      );
      const kept = ended.flatMap(({ summary }) => savings.get(summary.id) ?? []);
      return [...groupBy(kept, ({ baseline }) => baseline)]
        .map(([baseline, of]) => {
          const priced = of.flatMap(({ savedMicroUsd }) => savedMicroUsd ?? []);
          return {
            baseline,
            runs: of.length,
            savedTokens: of.reduce((total, { savedTokens }) => total + savedTokens, 0),
            pricedRuns: priced.length,
            pricedSavedMicroUsd: priced.reduce((total, saved) => total + saved, 0),
          };
        })
        .sort((a, b) => (a.baseline < b.baseline ? -1 : 1));
    },
    listFailures: async (tenant, limit) =>
      own(tenant)
        .flatMap(failuresOf)
        .sort((a, b) => b.at - a.at)
        .slice(0, limit),
    countRuns: async () => {
      const byStatus = groupBy([...runs.values()], ({ summary }) => summary.status);
      return Object.fromEntries([...byStatus].map(([status, of]) => [status, of.length]));
    },
    countWaiting: async (tenant) => {
      const isHeld = ({ lease }: MemoryRun): boolean => lease !== undefined && lease.expiresAt >= now();
      return own(tenant).filter((run) => run.isBackground && !isTerminal(run.summary.status) && !isHeld(run)).length;
    },
  };
}

interface NamedRow {
  /** What it is grouped and sorted by. */
  readonly name: string;
  readonly row: CostRow;
}

function costsOf(run: MemoryRun, { from, to }: Period): NamedRow[] {
  const { strategy } = tallied(run).choices;
  const { tenant } = run.summary;
  const within = run.events.filter(({ at }) => at >= from && at < to);
  const byDay = groupBy(within, ({ at }) => new Date(at).toISOString().slice(0, 10));
  return [...byDay].flatMap(([day, events]) =>
    summariseLedger(events.flatMap(({ event }) => entriesOf(event))).rows.map((totals) => {
      const { role, model, place, calls, cacheHits, promptTokens, outputTokens, scoredTokens, durationMs } = totals;
      const { flopsFull, pricedMicroUsd, unpricedCalls, avoidedMicroUsd } = totals;
      const figures = { calls, cacheHits, promptTokens, outputTokens, scoredTokens, durationMs, pricedMicroUsd, unpricedCalls };
      const row = {
        day,
        role,
        model,
        place,
        strategy,
        tenant,
        ...figures,
        avoidedMicroUsd,
        ...(flopsFull === undefined ? {} : { flopsFull }),
      };
      return { name: [day, role, model, place, strategy, tenant].join('\n'), row };
    }),
  );
}

function sumRows(parts: readonly NamedRow[]): CostRow {
  const rows = parts.map(({ row }) => row);
  const [{ day, role, model, place, strategy, tenant }] = rows as [CostRow];
  return { day, role, model, place, strategy, tenant, ...sumCosts(rows) };
}

function failuresOf(run: MemoryRun): FailedStep[] {
  const state = foldRun(run.summary.id, run.events);
  const { id: runId, question, status: runStatus } = run.summary;
  return run.events.flatMap(({ at, event }: StoredEvent) => {
    if (event.type !== 'steps-finished') return [];
    return event.steps.flatMap(({ id: stepId, outcome }) => {
      if (outcome.status !== 'failed' || !isFailed(state, stepId)) return [];
      const { code, message } = outcome.error;
      return [{ runId, question, runStatus, stepId, role: roleIn(state, stepId), code, message, at }];
    });
  });
}

function isFailed({ steps }: RunState, stepId: string): boolean {
  return steps.get(stepId)?.outcome?.status === 'failed';
}

function roleIn({ steps }: RunState, stepId: string): FailedStep['role'] {
  const step = steps.get(stepId)?.planned.step;
  return step === undefined ? 'unknown' : roleOf(step);
}

export function entriesOf(event: RunEvent): readonly LedgerEntry[] {
  if (event.type === 'steps-finished') return event.steps.flatMap((step) => step.ledger);
  return event.type === 'intent-unknown' ? [event.ledger] : [];
}
