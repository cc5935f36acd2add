import type { MoveRow, RunOverview } from '../../domain/run-overview.ts';
import { fixed } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { renderTable } from './table.ts';

/** What each rate is multiplied by, so that it can be read: gain a thousand tokens, a dollar, a second. */
const PER: Readonly<Record<MoveRow['unit'], { readonly factor: number; readonly name: string }>> = {
  tokens: { factor: 1000, name: '1,000 tokens' },
  usd: { factor: 1, name: 'a dollar' },
  seconds: { factor: 1, name: 'a second' },
};

/** Every move of a foraging strategy, a line each: what it smelled, what it had gained, what it was held against, and why. */
export function renderMoves({ moves = [] }: Pick<RunOverview, 'moves'>, colors: Colors): string {
  const [first] = moves;
  if (first === undefined) return colors.dim('There are no decisions to explain: only a foraging strategy chooses what to read.');
  const table = renderTable(
    [
      { title: 'move' },
      { title: 'patch', maxWidth: 34 },
      { title: 'reads', align: 'right' },
      { title: 'scent', align: 'right' },
      { title: 'gain', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'R*', align: 'right' },
      { title: 'held to', align: 'right' },
      { title: 'why', maxWidth: 46 },
    ],
    moves.map((move) => cells(move, colors)),
  );
  const { name } = PER[first.unit];
  const what = `scent is predicted gain, of a visit or of the next chunk; rates are gain for ${name}`;
  return `${colors.bold('What was read, and why')} ${colors.dim(what)}\n${table}`;
}

function cells(
  { verdict, uri, patch, chunkIds, scent, gain, cost, unit, rate, bestRate, threshold, reason }: MoveRow,
  colors: Colors,
): string[] {
  const { factor } = PER[unit];
  const paint = { enter: colors.green, stay: colors.green, leave: colors.yellow, stop: colors.red }[verdict];
  const rates = [rate, bestRate, threshold].map((value) => fixed(value * factor, 2));
  const spent = fixed(cost, unit === 'tokens' ? 0 : 4);
  return [
    paint(verdict),
    printable(placeOf(uri, patch)),
    `${chunkIds.length}`,
    fixed(scent, 2),
    fixed(gain, 2),
    spent,
    ...rates,
    printable(reason),
  ];
}

/** A document by its address, a section by where it begins in it; the finds of a query by their number. */
function placeOf(uri: string | undefined, patch: string | undefined): string {
  const [, start] = patch?.split('@') ?? [];
  if (uri === undefined) return patch ?? '';
  return start === undefined ? uri : `${uri}:${start}`;
}
