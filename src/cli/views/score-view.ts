import type { ScoredRow, ScoredRows } from '../../pipeline/score-rows.ts';
import { fixed, percent, plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { heatLegend, renderHeatMap } from './heat-map.ts';
import { renderTable } from './table.ts';

/** Summaries with their tokens shaded by bits, the table of scores, and what all of them say together. */
export function renderScores(
  { rows, estimate }: ScoredRows,
  { show, scorer, unit = 'bits' }: { readonly show: number; readonly scorer: string; readonly unit?: string },
  colors: Colors,
): string {
  const maps = rows
    .slice(0, show)
    .flatMap((row) => (row.score === undefined ? [] : [`${colors.dim(row.id.padStart(4))}  ${heat(row, colors)}`]));
  const more = rows.length > show ? [colors.dim(`and ${rows.length - show} more (--show ${rows.length})`)] : [];
  const table = renderTable(
    [
      { title: 'row' },
      { title: 'bits', align: 'right' },
      { title: 'of ceiling', align: 'right' },
      { title: 'bits/token', align: 'right' },
      { title: 'bits/byte', align: 'right' },
      { title: '' },
    ],
    rows.map(cells),
  );
  return [...maps, ...more, colors.dim(heatLegend(colors)), '', table, '', summary(estimate, { scorer, unit })].join('\n');
}

function heat(row: ScoredRow, colors: Colors): string {
  return row.tokens.some((token) => token.text !== '') ? renderHeatMap(row.tokens, colors).trim() : printable(row.summary);
}

function cells({ id, score, missing }: ScoredRow): string[] {
  if (score === undefined) return [id, '–', '–', '–', '–', missing ?? ''];
  return [id, fixed(score.bits, 2), percent(score.saturation), fixed(score.bitsPerToken, 2), fixed(score.bitsPerByte, 3), ''];
}

function summary(estimate: ScoredRows['estimate'], { scorer, unit }: { readonly scorer: string; readonly unit: string }): string {
  const { bits, intervalBits, ceilingBits, saturation, samples, missing } = estimate;
  const interval =
    intervalBits === undefined
      ? 'too few sources for an interval'
      : `95% interval ${fixed(intervalBits.low, 2)} to ${fixed(intervalBits.high, 2)}`;
  const limit = Number.isFinite(ceilingBits) ? ` of at most ${fixed(ceilingBits, 2)}, ${percent(saturation)}` : '';
  const left = missing === 0 ? '' : `, ${missing} missing`;
  return `mean ${fixed(bits, 2)} ${unit} (${interval})${limit}; ${plural(samples, 'summary', 'summaries')}${left}; scorer ${scorer}`;
}
