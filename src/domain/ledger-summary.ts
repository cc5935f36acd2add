import type { LedgerEntry } from './ledger.ts';
import type { StepRole } from './step.ts';

/** Sums over ledger entries. Tokens, time, FLOPs and money are what was really consumed; cached results consumed nothing. */
export interface LedgerTotals {
  readonly calls: number;
  /** Results taken from earlier runs. */
  readonly cacheHits: number;
  /** Calls whose end a crash has hidden; they count at what was reserved for them. */
  readonly unknownCalls: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly scoredTokens: number;
  readonly durationMs: number;
  /** Absent when a call's model did not tell its dimensions. */
  readonly flopsPaper?: number;
  readonly flopsFull?: number;
  readonly kineticsMemory?: number;
  /** Absent when any call is unpriced: part of a bill must not look like the bill. */
  readonly microUsd?: number;
  /** The part that has a price; equal to `microUsd` when that is present. */
  readonly pricedMicroUsd: number;
  readonly unpricedCalls: number;
  /** What the cached results had cost whoever paid for them, as far as they had a price. */
  readonly avoidedMicroUsd: number;
  /** Calls whose tokens are upper bounds, since the provider did not count them. */
  readonly estimatedCalls: number;
}

export interface LedgerRow extends LedgerTotals {
  readonly role: StepRole;
  readonly model: string;
  readonly place: LedgerEntry['place'];
}

export interface LedgerSummary {
  /** By role and model, in the order of their first entries. */
  readonly rows: readonly LedgerRow[];
  readonly total: LedgerTotals;
}

export function summariseLedger(entries: readonly LedgerEntry[]): LedgerSummary {
  const groups = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const key = `${entry.role}\n${entry.place}\n${entry.model}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ role: first.role, model: first.model, place: first.place, ...totalsOf(group) }];
  });
  return { rows, total: totalsOf(entries) };
}

function totalsOf(entries: readonly LedgerEntry[]): LedgerTotals {
  const paid = entries.filter(({ kind }) => kind !== 'cache');
  const sum = (of: (entry: LedgerEntry) => number | undefined): number => entries.reduce((total, entry) => total + (of(entry) ?? 0), 0);
  /** Present only when every entry has it. */
  const whole = <Key extends 'flopsPaper' | 'flopsFull' | 'kineticsMemory' | 'microUsd'>(key: Key): Partial<Record<Key, number>> =>
    paid.some((entry) => entry[key] === undefined) ? {} : ({ [key]: sum((entry) => entry[key]) } as Record<Key, number>);
  return {
    calls: paid.filter(({ kind }) => kind === 'call').length,
    cacheHits: entries.length - paid.length,
    unknownCalls: paid.filter(({ kind }) => kind === 'unknown').length,
    promptTokens: sum((entry) => entry.promptTokens),
    cachedTokens: sum((entry) => entry.cachedTokens),
    outputTokens: sum((entry) => entry.outputTokens),
    scoredTokens: sum((entry) => entry.scoredTokens),
    durationMs: sum((entry) => entry.durationMs),
    ...whole('flopsPaper'),
    ...whole('flopsFull'),
    ...whole('kineticsMemory'),
    ...whole('microUsd'),
    pricedMicroUsd: sum((entry) => entry.microUsd),
    unpricedCalls: paid.filter(({ microUsd }) => microUsd === undefined).length,
    avoidedMicroUsd: sum((entry) => entry.avoidedMicroUsd),
    estimatedCalls: paid.filter(({ isEstimated }) => isEstimated === true).length,
  };
}
