import { utf8Bytes } from '../../../../src/domain/information.ts';
import type { LedgerEntry } from '../../../../src/domain/ledger.ts';
import type { CostUnit } from '../../../../src/domain/patch.ts';
import { MICRO_USD } from '../../../../src/domain/price.ts';
import type { RunState } from '../../../../src/domain/run.ts';
import type { StrategyView } from '../../../../src/ports/strategy.ts';

/** About what a token is in bytes, where nothing was counted. */
const BYTES_PER_TOKEN = 4;

export interface Costs {
  /** The unit asked for, if every chunk read has a figure in it; tokens otherwise. */
  readonly unit: CostUnit;
  /** Of a chunk: what reading it took, or will take by its length. */
  of(chunkId: string): number;
  /** What planning took. */
  readonly planning: number;
}

/**
 * What chunks cost, from the ledger. A result that was kept from an earlier run counts as when it was made, and prompt tokens count in full:
 * the same question is foraged alike, whatever is cached. (Seconds are not alike; they never were.)
 */
export function costsOf(state: RunState, view: StrategyView, wanted: CostUnit): Costs {
  const byKey = sumLedger(state.ledger);
  const reads = readsOf(state);
  const figure = (unit: CostUnit) => (stepKey: string) => byKey.get(stepKey)?.[unit];
  const isKnown = reads.length > 0 && reads.every(({ stepKey }) => (figure(wanted)(stepKey) ?? 0) > 0);
  const unit = isKnown ? wanted : 'tokens';
  const bytesOf = (chunkId: string) => Math.max(1, utf8Bytes(view.chunk(chunkId).text));
  const costs = new Map(
    reads.map(({ chunkId, stepKey, tokens }) => [chunkId, figure(unit)(stepKey) || bytesOf(chunkId) / BYTES_PER_TOKEN + tokens]),
  );
  const bytes = reads.reduce((sum, { chunkId }) => sum + bytesOf(chunkId), 0);
  const perByte = bytes === 0 ? 1 / BYTES_PER_TOKEN : [...costs.values()].reduce((sum, cost) => sum + cost, 0) / bytes;
  const planned = state.steps.get('plan')?.planned.stepKey ?? '';
  return { unit, of: (chunkId) => costs.get(chunkId) ?? bytesOf(chunkId) * perByte, planning: figure(unit)(planned) ?? 0 };
}

interface Read {
  readonly chunkId: string;
  readonly stepKey: string;
  /** Of the summary. */
  readonly tokens: number;
}

function readsOf(state: RunState): Read[] {
  return [...state.steps.values()].flatMap(({ planned: { step, stepKey }, outcome }) => {
    if (step.kind !== 'chat' || step.role !== 'compress') return [];
    if (outcome?.status !== 'done' || outcome.result.kind !== 'compress') return [];
    return [{ chunkId: step.chunkId, stepKey, tokens: outcome.result.summary.tokenCount }];
  });
}

function sumLedger(ledger: readonly LedgerEntry[]): Map<string, Record<CostUnit, number>> {
  const sums = new Map<string, Record<CostUnit, number>>();
  for (const entry of ledger) {
    const sum = sums.get(entry.stepKey) ?? { tokens: 0, usd: 0, seconds: 0 };
    const { promptTokens, outputTokens } = entry.avoided ?? entry;
    sums.set(entry.stepKey, {
      tokens: sum.tokens + promptTokens + outputTokens,
      usd: sum.usd + (entry.microUsd || entry.avoidedMicroUsd || 0) / MICRO_USD,
      seconds: sum.seconds + entry.durationMs / 1000,
    });
  }
  return sums;
}
