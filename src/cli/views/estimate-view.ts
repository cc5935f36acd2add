import type { Estimate, Range } from '../../domain/estimate.ts';
import type { RunOverview } from '../../domain/run-overview.ts';
import { count, usd } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { wrap } from './format.ts';
import { renderTable } from './table.ts';

const NOTE_WIDTH = 110;

/** What a run would take, in ranges; after the run, what it took beside it. */
export function renderEstimate(estimate: Estimate, colors: Colors, fact?: NonNullable<RunOverview['estimate']>['fact']): string {
  const rows: string[][] = [
    row('model calls', estimate.calls, { show: count, fact: fact?.calls }),
    row('tokens', estimate.tokens, { show: count, fact: fact?.tokens }),
    estimate.microUsd === undefined
      ? ['cost', 'unpriced', '', '', ...(fact === undefined ? [] : [usd(fact.microUsd)])]
      : row('cost', estimate.microUsd, { show: usd, fact: fact?.microUsd }),
    row('minutes', estimate.durationMs, { show: minutes, fact: fact?.durationMs }),
  ];
  const columns = ['at least', 'expected', 'at most', ...(fact === undefined ? [] : ['in fact'])];
  const table = renderTable([{ title: '' }, ...columns.map((title) => ({ title, align: 'right' as const }))], rows);
  return `${table}\n${colors.dim(wrap(`  ${estimate.basis}`, NOTE_WIDTH, '    '))}`;
}

function row(
  title: string,
  { low, expected, high }: Range,
  { show, fact }: { readonly show: (value: number) => string; readonly fact: number | undefined },
): string[] {
  return [title, show(low), show(expected), show(high), ...(fact === undefined ? [] : [show(fact)])];
}

/** 90,000 → 1.5 */
function minutes(ms: number): string {
  const value = ms / 60_000;
  return value >= 10 ? count(value) : value.toFixed(value < 0.1 ? 2 : 1);
}
