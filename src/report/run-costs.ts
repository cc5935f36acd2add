import type { Baseline } from '../domain/baseline.ts';
import type { LedgerTotals } from '../domain/ledger-summary.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { BASELINE_NAMES, isWorthShowing } from './baseline-words.ts';
import { count, flops, plural, seconds, usd } from './figures.ts';
import { type Html, html, type Part } from './html.ts';
import { flow } from './meter.ts';
import { section } from './page.ts';
import { table } from './table.ts';

/** How many tokens each stage left to the next. */
export function tokenFlow({ sources, ledger }: RunOverview): Html {
  const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const read = (role: string) => sum(ledger.rows.filter((row) => row.role === role).map((row) => row.promptTokens));
  const again = (role: string) => sum(ledger.rows.filter((row) => row.role === role).map((row) => row.cacheHits));
  const written = sources.filter(({ status }) => status === 'text');
  const kept = sources.filter((row) => row.kept);
  const tokens = (value: number) => ({ value, words: plural(value, 'token') });
  const fromStore = (role: string) => (again(role) > 0 ? `; ${plural(again(role), 'result')} of earlier runs` : '');
  return flow([
    {
      name: 'source',
      ...tokens(sum(sources.map((row) => row.sourceTokens))),
      note: `${plural(sources.length, 'chunk')} found`,
    },
    { name: 'compressor', ...tokens(read('compress')), note: `read, with instructions${fromStore('compress')}` },
    {
      name: 'summaries',
      ...tokens(sum(written.map((row) => row.summaryTokens))),
      note: `${plural(written.length, 'summary', 'summaries')} written`,
    },
    {
      name: 'evidence',
      ...tokens(sum(kept.map((row) => row.summaryTokens))),
      note: `${plural(kept.length, 'summary', 'summaries')} kept by the gate`,
    },
    { name: 'predictor', ...tokens(read('predict')), note: `read, with instructions${fromStore('predict')}` },
  ]);
}

const COLUMNS = [
  { title: 'stage' },
  { title: 'model' },
  ...['calls', 'tokens in', 'cached', 'scored', 'out', 'time', 'work', 'cost'].map((title) => ({ title, isFigure: true })),
];

/** The ledger by stage and model, and what the same answer would have read without a compressor. */
export function costs({ ledger, baselines }: RunOverview): Html | undefined {
  if (ledger.rows.length === 0) return undefined;
  const rows = [
    ...ledger.rows.map((row) => cells(row, row.role, html`<bdi>${row.model}</bdi> (${row.place})`)),
    cells(ledger.total, 'total', ''),
  ];
  const shown = baselines.filter(isWorthShowing);
  return section(
    'Costs and tokens',
    html`${table(COLUMNS, rows, { caption: 'Costs by stage and model', hasTotal: true })}
${notesOf(ledger.total).map((note) => html`<p class="note">${note}</p>`)}
${shown.length > 0 && html`<h3 class="note">Without a compressor the predictor would have read</h3><ul class="baselines">${shown.map(baselineLine)}</ul>`}`,
  );
}

function cells(totals: LedgerTotals, role: string, model: Part): Part[] {
  const numbers = [totals.calls, totals.promptTokens, totals.cachedTokens, totals.scoredTokens, totals.outputTokens].map(count);
  const work = totals.flopsFull === undefined ? '–' : flops(totals.flopsFull);
  return [role, model, ...numbers, seconds(totals.durationMs), work, usd(totals.microUsd)];
}

function notesOf({ cacheHits, avoidedMicroUsd, unknownCalls, microUsd }: LedgerTotals): string[] {
  return [
    ...(cacheHits > 0 ? [`${plural(cacheHits, 'result')} came from earlier runs (${usd(avoidedMicroUsd)} not paid again).`] : []),
    ...(unknownCalls > 0 ? [`${plural(unknownCalls, 'call')} cut off by a crash, counted in full.`] : []),
    ...(microUsd === undefined ? ['Unpriced is not free: a model without a price, and local work without a rate, have no figure.'] : []),
  ];
}

function baselineLine({ id, chunks, tokens, saved, fits, microUsd, note }: Baseline): Html {
  if (!fits || chunks === 0) return html`<li>${BASELINE_NAMES[id]}: <span class="dim">${note}</span></li>\n`;
  const fewer = saved.tokens >= 0 ? `${count(saved.tokens)} more than it read` : `${count(-saved.tokens)} fewer than it read`;
  return html`<li>${BASELINE_NAMES[id]}: <strong>${plural(tokens, 'token')}</strong> (${fewer}), ${usd(microUsd)}${saved.microUsd !== undefined && `, net saving ${usd(saved.microUsd)}`}. <span class="dim">${note}</span></li>\n`;
}
