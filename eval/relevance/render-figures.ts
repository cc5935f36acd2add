import { renderTable } from '../../src/cli/views/table.ts';
import type { Figure } from './bootstrap.ts';
import type { RelevanceRow } from './collect.ts';
import type { TermFigures } from './judge.ts';

/** One line a term, and how much it was measured on. */
export function renderFigures(rows: readonly RelevanceRow[], figures: readonly TermFigures[], against: string): string {
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'term' },
    { title: 'rows', ...right },
    { title: 'AUROC' },
    { title: `− ${against}` },
    { title: 'within a question' },
    { title: `− ${against}` },
  ];
  const cells = figures.map(({ term, rows: count, pooled, pooledDifference, within, withinDifference }) => {
    return [term, `${count}`, plain(pooled), signed(pooledDifference), plain(within), signed(withinDifference)];
  });
  const count = (isCounted: (row: RelevanceRow) => boolean) => rows.filter(isCounted).length;
  const sizes = `${rows.length} summaries (${count(({ isGold }) => isGold)} with gold, ${count(({ isDeclined }) => isDeclined)} of chunks that the default compressor declines)`;
  const of = `${new Set(rows.map(({ question }) => question)).size} questions, ${new Set(rows.map(({ document }) => document)).size} documents`;
  return `${renderTable(columns, cells)}\n\n${sizes}, ${of}.`;
}

const digits = (value: number) => value.toFixed(3).replace(/^(-?)0\./, '$1.');
const withSign = (value: number) => `${value < 0 ? '−' : '+'}${digits(Math.abs(value))}`;
const plain = ({ value, low, high }: Figure) => `${digits(value)} (${digits(low)} to ${digits(high)})`;
const signed = ({ value, low, high }: Figure) => `${withSign(value)} (${withSign(low)} to ${withSign(high)})`;
