import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import { count, fixed, percent } from '../../report/figures.ts';
import { SVG_STYLE, text } from './svg.ts';

/**
 * The ranking as one SVG, a line an arm, best first: bits with their interval up to the ceiling, then the figures beside them. By hand,
 * since dots on a scale need no chart library. Legible on light and dark pages: colours follow the reader's scheme.
 */
export function drawRanking(report: RankReport): string {
  const { arms, ceilingBits, contexts, questions, documents, score, negatives, labels } = report;
  const colours = [...new Set(arms.map(({ compressor }) => compressor))];
  const columns = COLUMNS.filter(({ isOfLabels }) => labels !== undefined || isOfLabels !== true);
  const width = RIGHT + columns.length * COLUMN + 8;
  const lowest = Math.min(0, ...arms.flatMap(({ bits }) => [bits.interval?.low ?? bits.value]).filter(Number.isFinite));
  const x = (bits: number) => LEFT + ((bits - lowest) / (ceilingBits - lowest)) * SPAN;
  const bottom = TOP + arms.length * ROW;
  const name = score === 'bits' ? 'Bits per question' : `Contrast score per question, in bits (${negatives})`;
  const others = score === 'bits' ? '' : `; other chunks: ${negatives}, so no bound on information`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 44}" role="img" aria-label="Compressors ranked. ${name}">`,
    STYLE,
    `<rect class="page" width="${width}" height="${bottom + 44}"/>`,
    text(LEFT, 18, name, 'title'),
    ...columns.map(({ title }, i) => text(RIGHT + (i + 1) * COLUMN, 18, title, 'title', 'end')),
    ...ticks(lowest, ceilingBits).map(
      (tick) =>
        `<line class="grid" x1="${fixed(x(tick), 1)}" y1="${TOP - 8}" x2="${fixed(x(tick), 1)}" y2="${bottom}"/>` +
        text(x(tick), bottom + 14, fixed(tick, 0), 'dim', 'middle'),
    ),
    `<line class="ceiling" x1="${fixed(x(ceilingBits), 1)}" y1="${TOP - 8}" x2="${fixed(x(ceilingBits), 1)}" y2="${bottom}"/>`,
    ...arms.map((arm, i) => {
      const y = TOP + i * ROW + ROW / 2;
      const cells = columns.map(({ cell }, place) => text(RIGHT + (place + 1) * COLUMN, y + 4, cell(arm), '', 'end'));
      return [drawArm(arm, { y, x, colour: 'abcdef'[colours.indexOf(arm.compressor) % 6] ?? 'a' }), ...cells].join('');
    }),
    text(
      12,
      bottom + 32,
      `${questions.length} questions, ${documents.length} documents; dashed: the ceiling, log2 ${contexts} = ${fixed(ceilingBits, 2)} bits${others}; lines: 95% over documents`,
      'dim',
    ),
    '</svg>',
    '',
  ].join('\n');
}

const LEFT = 250;
const SPAN = 340;
const RIGHT = LEFT + SPAN + 6;
const COLUMN = 68;
const TOP = 36;
const ROW = 24;

interface ChartColumn {
  readonly title: string;
  readonly cell: (arm: RankedArm) => string;
  readonly isOfLabels?: boolean;
}

const COLUMNS: readonly ChartColumn[] = [
  { title: 'of ceiling', cell: ({ saturation }) => percent(saturation) },
  { title: 'P(best)', cell: ({ best }) => (best === undefined ? '–' : percent(best)) },
  { title: 'tokens', cell: ({ tokens }) => (Number.isFinite(tokens.value) ? count(tokens.value) : '–') },
  { title: 'relevance', cell: ({ relevance }) => percent(relevance.value) },
  { title: 'faithful', cell: ({ faithfulness }) => percent(faithfulness.value) },
  { title: 'gold', cell: ({ gold }) => (gold === undefined ? '–' : percent(gold.value)), isOfLabels: true },
];

const STYLE = `<style>
${SVG_STYLE}
  .grid { stroke: var(--faint); } .ceiling { stroke: var(--dim); stroke-dasharray: 3 3; } .bar { stroke-width: 2; }
  .a { stroke: var(--a); fill: var(--a); } .b { stroke: var(--b); fill: var(--b); } .c { stroke: var(--c); fill: var(--c); }
  .d { stroke: var(--d); fill: var(--d); } .e { stroke: var(--e); fill: var(--e); } .f { stroke: var(--f); fill: var(--f); }
</style>`;

/** Whole bits. */
function ticks(lowest: number, ceiling: number): number[] {
  const first = Math.ceil(lowest);
  return Array.from({ length: Math.floor(ceiling) - first + 1 }, (_, i) => first + i);
}

function drawArm(
  { compressor, sentences, bits }: RankedArm,
  { y, x, colour }: { readonly y: number; readonly x: (bits: number) => number; readonly colour: string },
): string {
  const { value, interval } = bits;
  const name = `${compressor}, ${sentences === null ? 'as it is' : `${sentences} ${sentences === 1 ? 'sentence' : 'sentences'}`}`;
  const bar =
    interval === undefined
      ? ''
      : `<line class="bar ${colour}" x1="${fixed(x(interval.low), 1)}" y1="${y}" x2="${fixed(x(interval.high), 1)}" y2="${y}"/>`;
  return [
    text(LEFT - 14, y + 4, name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name, '', 'end'),
    bar,
    Number.isFinite(value) ? `<circle class="${colour}" cx="${fixed(x(value), 1)}" cy="${y}" r="4"/>` : '',
  ].join('');
}

const LONGEST = 42;
