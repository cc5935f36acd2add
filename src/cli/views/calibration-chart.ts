import type { CheckRow } from '../../compose/estimator-tools.ts';
import { fixed } from '../../report/figures.ts';
import { SVG_STYLE, text } from './svg.ts';

/**
 * The calibration as one SVG, by hand: five small panels of two kinds need no chart library. Above: what each estimator is expected to say
 * against what is true, a panel a channel, in units of the ceiling. Below: how often each interval held its estimand.
 * Legible on light and dark pages: colours follow the reader's scheme.
 */
export function drawCalibration(rows: readonly CheckRow[]): string {
  const channels = [...new Set(rows.filter(isDrawn).map(({ channel }) => channel))];
  const panels = channels.map((channel, place) =>
    drawPanel(
      channel,
      rows.filter((row) => isDrawn(row) && row.channel === channel),
      place,
    ),
  );
  const { marks, height } = drawCoverage(rows);
  const top = channels.length === 0 ? 20 : TOP + PANEL + 74;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + height}" role="img" aria-label="Estimators against channels of known information">`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${top + height}"/>`,
    ...(channels.length === 0
      ? []
      : [text(LEFT, 18, 'Expectation at N against the true information, both in units of ln N; dots are means of runs', 'title')]),
    ...panels,
    ...(channels.length === 0 ? [] : [legend(TOP + PANEL + 44)]),
    `<g transform="translate(0 ${top})">`,
    ...marks,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const WIDTH = 860;
const LEFT = 46;
const TOP = 44;
const PANEL = 176;
const GAP = 26;
/** Of ln N: the furthest truth, and the highest expectation that is drawn. */
const FURTHEST = 3;
const HIGHEST = 1.5;

/** Those whose truth is the information itself; `panel` has the expectation of `monte-carlo`. */
const LINES = [
  { id: 'monte-carlo', name: 'monte-carlo, panel', colour: 'a' },
  { id: 'tempered', name: 'tempered (N/2 contexts)', colour: 'b' },
  { id: 'leave-one-out', name: 'leave-one-out', colour: 'c' },
  { id: 'unigram', name: 'unigram', colour: 'd' },
] as const;

const STYLE = `<style>
${SVG_STYLE}
  .frame, .grid { fill: none; stroke: var(--faint); } .truth { stroke: var(--dim); stroke-dasharray: 2 3; fill: none; } .band { fill: var(--band); }
  .line { fill: none; stroke-width: 1.8; } .a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); } .d { stroke: var(--d); }
  .dot.a { fill: var(--a); } .dot.b { fill: var(--b); } .dot.c { fill: var(--c); } .dot.d { fill: var(--d); } .dot { stroke: none; } .cover { fill: var(--a); fill-opacity: .55; }
</style>`;

function isDrawn({ estimator }: CheckRow): boolean {
  return LINES.some(({ id }) => id === estimator);
}

function drawPanel(channel: string, rows: readonly CheckRow[], place: number): string {
  const size = (WIDTH - LEFT - 14 - 3 * GAP) / 4;
  const left = LEFT + place * (size + GAP);
  const x = (share: number) => left + (share / FURTHEST) * size;
  const y = (share: number) => TOP + PANEL * (1 - (Math.min(Math.max(share, -0.6), HIGHEST) + 0.6) / (HIGHEST + 0.6));
  const curves = LINES.map(({ id, colour }) => {
    const points = rows
      .filter(({ estimator, expectation }) => estimator === id && Number.isFinite(expectation))
      .map((row) => ({
        at: row.truth / Math.log(row.contexts),
        expected: row.expectation / Math.log(row.contexts),
        mean: (row.expectation + row.error) / Math.log(row.contexts),
      }));
    const seen = points.filter((point, i) => point.expected <= HIGHEST || (points[i - 1]?.expected ?? HIGHEST) < HIGHEST);
    const path = seen.map((point) => `${fixed(x(point.at), 1)},${fixed(y(point.expected), 1)}`).join(' ');
    const dots = points.filter(({ mean }) => mean <= HIGHEST).map((point) => circle(x(point.at), y(point.mean), `dot ${colour}`));
    return [path === '' ? '' : `<polyline class="line ${colour}" points="${path}"/>`, ...dots].join('');
  });
  return [
    text(left, TOP - 8, channel),
    `<rect class="frame" x="${left}" y="${TOP}" width="${size}" height="${PANEL}"/>`,
    // What is true, up to the top of the panel; and the ceiling.
    `<line class="truth" x1="${x(0)}" y1="${y(0)}" x2="${x(HIGHEST)}" y2="${y(HIGHEST)}"/>`,
    `<line class="truth" x1="${x(0)}" y1="${y(1)}" x2="${x(FURTHEST)}" y2="${y(1)}"/>`,
    ...curves,
    ...[0, 1, 2, 3].map((tick) => text(x(tick), TOP + PANEL + 14, `${tick}`, 'dim', 'middle')),
    ...(place === 0 ? [0, 1].map((tick) => text(left - 6, y(tick) + 4, tick === 1 ? 'ln N' : '0', 'dim', 'end')) : []),
  ].join('\n');
}

function legend(at: number): string {
  const entries = LINES.map(({ name, colour }, i) => {
    const left = LEFT + i * 190;
    return `<line class="line ${colour}" x1="${left}" y1="${at - 4}" x2="${left + 22}" y2="${at - 4}"/>${text(left + 28, at, name)}`;
  });
  return [
    ...entries,
    text(
      LEFT,
      at + 18,
      'Dotted: the truth, and the ceiling. Over the top of a panel, and on the erasure channel, leave-one-out runs off to infinity.',
      'dim',
    ),
  ].join('\n');
}

const ROW = 20;
const NAMES = 150;
const LEAST = 0.7;

/** A dot for each channel and strength. */
function drawCoverage(rows: readonly CheckRow[]): { readonly marks: readonly string[]; readonly height: number } {
  const known = rows.filter(({ coverage }) => !Number.isNaN(coverage));
  const estimators = [...new Set(known.map(({ estimator }) => estimator))];
  const x = (share: number) => NAMES + ((Math.max(share, LEAST) - LEAST) / (1 - LEAST)) * (WIDTH - NAMES - 30);
  const bottom = 30 + estimators.length * ROW;
  const lines = estimators.map((estimator, i) => {
    const y = 40 + i * ROW;
    const dots = known.filter((row) => row.estimator === estimator).map((row) => circle(x(row.coverage), y, 'cover', 4));
    return [
      text(NAMES - 10, y + 4, estimator, '', 'end'),
      `<line class="grid" x1="${x(LEAST)}" y1="${y}" x2="${x(1)}" y2="${y}"/>`,
      ...dots,
    ].join('');
  });
  return {
    marks: [
      text(LEFT, 16, 'Share of runs whose 95% interval held the expectation; the band is 93 to 97%', 'title'),
      `<rect class="band" x="${fixed(x(0.93), 1)}" y="28" width="${fixed(x(0.97) - x(0.93), 1)}" height="${bottom - 28}"/>`,
      ...lines,
      ...[0.7, 0.8, 0.9, 0.95, 1].map((tick) =>
        text(x(tick), bottom + 14, `${tick === LEAST ? '≤ ' : ''}${fixed(100 * tick, 0)}%`, 'dim', 'middle'),
      ),
    ],
    height: bottom + 26,
  };
}

function circle(x: number, y: number, name: string, radius = 2.6): string {
  return `<circle class="${name}" cx="${fixed(x, 1)}" cy="${fixed(y, 1)}" r="${radius}"/>`;
}
