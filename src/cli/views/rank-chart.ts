import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import { count, fixed, percent } from './format.ts';
import { SVG_STYLE, text } from './svg.ts';

/**
 * The ranking as one SVG, a line an arm, best first: bits with their interval up to the ceiling, then the probability of being best, then
 * tokens. By hand, since dots on a scale need no chart library. Legible on light and dark pages: colours follow the reader's scheme.
 */
export function drawRanking(report: RankReport): string {
  const { arms, ceilingBits, contexts, questions, documents } = report;
  const colours = [...new Set(arms.map(({ compressor }) => compressor))];
  const lowest = Math.min(0, ...arms.flatMap(({ bits }) => [bits.interval?.low ?? bits.value]).filter(Number.isFinite));
  const x = (bits: number) => LEFT + ((bits - lowest) / (ceilingBits - lowest)) * SPAN;
  const bottom = TOP + arms.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 44}" role="img" aria-label="Compressors ranked by bits per question">`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${bottom + 44}"/>`,
    text(LEFT, 18, 'Bits per question', 'title'),
    text(CHANCE, 18, 'P(best)', 'title', 'end'),
    text(TOKENS, 18, 'tokens', 'title', 'end'),
    text(RELEVANCE, 18, 'relevance', 'title', 'end'),
    text(WIDTH - 12, 18, 'faithful', 'title', 'end'),
    ...ticks(lowest, ceilingBits).map(
      (tick) =>
        `<line class="grid" x1="${fixed(x(tick), 1)}" y1="${TOP - 8}" x2="${fixed(x(tick), 1)}" y2="${bottom}"/>` +
        text(x(tick), bottom + 14, fixed(tick, 0), 'dim', 'middle'),
    ),
    `<line class="ceiling" x1="${fixed(x(ceilingBits), 1)}" y1="${TOP - 8}" x2="${fixed(x(ceilingBits), 1)}" y2="${bottom}"/>`,
    ...arms.map((arm, i) => drawArm(arm, { y: TOP + i * ROW + ROW / 2, x, colour: 'abcdef'[colours.indexOf(arm.compressor) % 6] ?? 'a' })),
    text(
      LEFT,
      bottom + 32,
      `${questions.length} questions, ${documents.length} documents; dashed: the ceiling, log2 ${contexts} = ${fixed(ceilingBits, 2)} bits; lines: 95% over documents`,
      'dim',
    ),
    '</svg>',
    '',
  ].join('\n');
}

const WIDTH = 860;
const LEFT = 250;
const SPAN = 340;
const CHANCE = 655;
const TOKENS = 713;
const RELEVANCE = 783;
const TOP = 36;
const ROW = 24;

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
  { compressor, sentences, bits, best, tokens, relevance, faithfulness }: RankedArm,
  { y, x, colour }: { readonly y: number; readonly x: (bits: number) => number; readonly colour: string },
): string {
  const { value, interval } = bits;
  const name = `${compressor}, ${sentences === null ? 'as it is' : `${sentences} sentences`}`;
  const bar =
    interval === undefined
      ? ''
      : `<line class="bar ${colour}" x1="${fixed(x(interval.low), 1)}" y1="${y}" x2="${fixed(x(interval.high), 1)}" y2="${y}"/>`;
  return [
    text(LEFT - 14, y + 4, name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name, '', 'end'),
    bar,
    Number.isFinite(value) ? `<circle class="${colour}" cx="${fixed(x(value), 1)}" cy="${y}" r="4"/>` : '',
    text(CHANCE, y + 4, best === undefined ? '–' : percent(best), '', 'end'),
    text(TOKENS, y + 4, Number.isFinite(tokens.value) ? count(tokens.value) : '–', '', 'end'),
    text(RELEVANCE, y + 4, percent(relevance.value), '', 'end'),
    text(WIDTH - 12, y + 4, percent(faithfulness.value), '', 'end'),
  ].join('');
}

const LONGEST = 42;
