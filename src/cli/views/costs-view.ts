import type { Baseline } from '../../domain/baseline.ts';
import type { LedgerTotals } from '../../domain/ledger-summary.ts';
import type { RunOverview } from '../../domain/run-overview.ts';
import { BASELINE_NAMES, isWorthShowing } from '../../report/baseline-words.ts';
import { count, flops, plural, seconds, usd } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { wrap } from './format.ts';
import { renderTable } from './table.ts';

/** Of prose, in characters. */
const NOTE_WIDTH = 110;

/** The ledger by stage and model, the cost line, and the price of not compressing. */
export function renderCosts({ ledger, baselines }: RunOverview, colors: Colors): string {
  if (ledger.rows.length === 0) return '';
  const table = renderTable(
    [
      { title: 'stage' },
      { title: 'model' },
      { title: 'calls', align: 'right' },
      { title: 'tokens in', align: 'right' },
      { title: 'cached', align: 'right' },
      { title: 'scored', align: 'right' },
      { title: 'out', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'work', align: 'right' },
      { title: 'cost', align: 'right' },
    ],
    [...ledger.rows.map((row) => cells(row, row.role, `${row.model} (${row.place})`)), cells(ledger.total, 'total', '')],
  );
  return [
    colors.bold('Cost'),
    table,
    costLine(ledger.total),
    ...baselines.filter(isWorthShowing).map((baseline) => baselineLine(baseline, colors)),
  ].join('\n');
}

function cells(totals: LedgerTotals, role: string, model: string): string[] {
  const numbers = [totals.calls, totals.promptTokens, totals.cachedTokens, totals.scoredTokens, totals.outputTokens].map(count);
  const work = totals.flopsFull === undefined ? '–' : flops(totals.flopsFull);
  return [role, model, ...numbers, seconds(totals.durationMs), work, usd(totals.microUsd)];
}

function costLine(total: LedgerTotals): string {
  const parts = [`${plural(total.calls, 'model call')}`, `${usd(total.microUsd)}`];
  if (total.cacheHits > 0)
    parts.push(`${plural(total.cacheHits, 'result')} from earlier runs (${usd(total.avoidedMicroUsd)} not paid again)`);
  if (total.unknownCalls > 0) parts.push(`${plural(total.unknownCalls, 'call')} cut off by a crash, counted in full`);
  if (total.microUsd === undefined) parts.push('local work has no price until localUsdPerSecond is set');
  return parts.join(' · ');
}

function baselineLine({ id, chunks, tokens, saved, fits, microUsd, note }: Baseline, colors: Colors): string {
  if (!fits || chunks === 0) return dimmed(`without compression, ${BASELINE_NAMES[id]}: ${note}`, colors);
  const fewer = saved.tokens >= 0 ? `${count(saved.tokens)} more than it read` : `${count(-saved.tokens)} fewer than it read`;
  const parts = [`${count(tokens)} predictor tokens (${fewer})`, usd(microUsd)];
  if (saved.microUsd !== undefined) parts.push(`net saving ${usd(saved.microUsd)}`);
  return dimmed(`without compression, ${BASELINE_NAMES[id]}: ${parts.join(', ')}. ${note}`, colors);
}

function dimmed(text: string, colors: Colors): string {
  return colors.dim(wrap(`  ${text}`, NOTE_WIDTH, '    '));
}
