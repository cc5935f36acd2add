import type { CheckRow, ListedEstimator, TrapReport } from '../../compose/estimator-tools.ts';
import { NATS_PER_BIT } from '../../domain/information.ts';
import { fixed, plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { wrap } from './format.ts';
import { renderTable } from './table.ts';

const bits = (nats: number, digits = 2): string => fixed(nats / NATS_PER_BIT, digits);

/** One paragraph each: too many columns for a terminal. */
export function renderEstimators(
  listed: readonly ListedEstimator[],
  { colors, columns }: { readonly colors: Colors; readonly columns: number },
): string {
  const paragraphs = listed.map((one) => {
    const facts: readonly (readonly [string, string])[] = [
      ['unit', one.unit],
      ['estimates', one.estimand],
      ['side', one.side],
      ['limit', one.ceiling === 'none' ? one.saturation : `${one.ceiling}; ${one.saturation}`],
      ['scorings', one.cost],
      ['needs', one.needs.length === 0 ? 'summaries and their contexts' : one.needs.join(', ')],
      ['source', one.source],
    ];
    const lines = facts.map(([name, text]) => wrap(`  ${name.padEnd(10)}${text}`, columns, ' '.repeat(12)));
    return [
      `${colors.bold(one.id)}${one.inRuns ? '' : colors.dim('  (not in runs)')}`,
      wrap(`  ${one.summary}`, columns, '  '),
      ...lines,
    ].join('\n');
  });
  return [...paragraphs, colors.dim('N contexts with M summaries each; K other contexts in a panel. Bits = nats / ln 2.')].join('\n\n');
}

/** A row each; the verdicts are counted below, so that a long table need not be read to know how it went. */
export function renderCheck(rows: readonly CheckRow[], colors: Colors): string {
  const table = renderTable(
    [
      { title: 'estimator' },
      { title: 'channel' },
      { title: 'truth', align: 'right' },
      { title: 'expectation', align: 'right' },
      { title: 'less truth', align: 'right' },
      { title: 'mean of runs', align: 'right' },
      { title: '±', align: 'right' },
      { title: 'coverage', align: 'right' },
      { title: '' },
    ],
    rows.map((row) => [
      row.estimator,
      row.channel,
      bits(row.truth, 3),
      bits(row.expectation, 3),
      bits(row.expectation - row.truth, 3),
      bits(row.expectation + row.error, 3),
      bits(row.standardError, 3),
      coverageOf(row),
      remarkOf(row, colors),
    ]),
  );
  return [
    table,
    '',
    summaryOf(rows),
    colors.dim('All in bits (bits a token or character where that is the unit). Exact expectation at N by integration, not by sampling.'),
  ].join('\n');
}

export function coverageOf({ coverage }: CheckRow): string {
  return Number.isNaN(coverage) ? '–' : `${fixed(100 * coverage, 1)}%`;
}

/** Coverage as asked for, counted without allowing for chance. */
export function isWithin({ coverage }: CheckRow): boolean {
  return coverage >= 0.93 && coverage <= 0.97;
}

function remarkOf(row: CheckRow, colors: Colors): string {
  if (!row.isUnbiased) return colors.red('mean is off');
  const { verdict } = row;
  if (verdict === 'ok') return isWithin(row) ? '' : colors.dim('by chance');
  return verdict === 'none' ? colors.dim('infinite') : colors.yellow(verdict);
}

/** How many intervals covered 93 to 97 of 100, as counted and as far as chance lets one tell; how many more, less, or had nothing to cover. */
export function summaryOf(rows: readonly CheckRow[]): string {
  const count = (verdict: CheckRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const off = rows.filter((row) => !row.isUnbiased).length;
  const means = off === 0 ? 'all means are the expectations' : `${plural(off, 'mean is', 'means are')} off`;
  const exactly = rows.filter(isWithin).length;
  return `${plural(rows.length, 'row')}: ${means}; intervals cover 93–97% in ${exactly}, ${count('ok')} with those that chance explains, more in ${count('wide')}, less in ${count('narrow')}; no expectation in ${count('none')}`;
}

/** Each trap beside the figure without it. */
export function renderTraps(report: TrapReport & { readonly information?: number }, colors: Colors): string {
  const known = report.information === undefined ? '' : `; the true information is ${bits(report.information)}`;
  const head = `${bits(report.nats)} bits without a trap, of at most ${bits(report.ceilingNats)}, from ${plural(report.samples, 'summary', 'summaries')}${known}`;
  const table = renderTable(
    [{ title: 'trap' }, { title: 'bits with it', align: 'right' }, { title: 'moved by', align: 'right' }, { title: 'what goes wrong' }],
    report.traps.map(({ trap, nats, inflation, what, moves }) => {
      const asStated = moves === 'up' ? inflation >= 0 : inflation <= 0;
      const moved = `${inflation > 0 ? '+' : ''}${bits(inflation)}`;
      return [trap, bits(nats), asStated ? colors.red(moved) : moved, what];
    }),
  );
  return [
    head,
    '',
    table,
    '',
    colors.dim('The published code also clips at 0, which hides what these push below it. Isthmus does none of this.'),
  ].join('\n');
}
