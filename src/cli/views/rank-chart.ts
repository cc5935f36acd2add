import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import { count, fixed, percent } from './format.ts';

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
    text({ x: LEFT, y: 18, words: 'Bits per question', name: 'title' }),
    text({ x: CHANCE, y: 18, words: 'P(best)', name: 'title', anchor: 'end' }),
    text({ x: TOKENS, y: 18, words: 'tokens', name: 'title', anchor: 'end' }),
    text({ x: RELEVANCE, y: 18, words: 'relevance', name: 'title', anchor: 'end' }),
    text({ x: WIDTH - 12, y: 18, words: 'faithful', name: 'title', anchor: 'end' }),
    ...ticks(lowest, ceilingBits).map(
      (tick) =>
        `<line class="grid" x1="${fixed(x(tick), 1)}" y1="${TOP - 8}" x2="${fixed(x(tick), 1)}" y2="${bottom}"/>` +
        text({ x: x(tick), y: bottom + 14, words: fixed(tick, 0), name: 'dim', anchor: 'middle' }),
    ),
    `<line class="ceiling" x1="${fixed(x(ceilingBits), 1)}" y1="${TOP - 8}" x2="${fixed(x(ceilingBits), 1)}" y2="${bottom}"/>`,
    ...arms.map((arm, i) => drawArm(arm, { y: TOP + i * ROW + ROW / 2, x, colour: 'abcdef'[colours.indexOf(arm.compressor) % 6] ?? 'a' })),
    text({
      x: LEFT,
      y: bottom + 32,
      words: `${questions.length} questions, ${documents.length} documents; dashed: the ceiling, log2 ${contexts} = ${fixed(ceilingBits, 2)} bits; lines: 95% over documents`,
      name: 'dim',
    }),
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
  svg { font: 11px system-ui, sans-serif; --page: #fff; --ink: #1f2328; --faint: #d0d7de; --dim: #59636e; --a: #0969da; --b: #bc4c00; --c: #8250df; --d: #1a7f37; --e: #bf3989; --f: #6e7781; }
  @media (prefers-color-scheme: dark) { svg { --page: #0d1117; --ink: #e6edf3; --faint: #3d444d; --dim: #9198a1; --a: #58a6ff; --b: #f0883e; --c: #bc8cff; --d: #3fb950; --e: #f778ba; --f: #b1bac4; } }
  .page { fill: var(--page); } text { fill: var(--ink); } .dim { fill: var(--dim); } .title { font-weight: 600; }
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
    text({ x: LEFT - 14, y: y + 4, words: name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name, anchor: 'end' }),
    bar,
    Number.isFinite(value) ? `<circle class="${colour}" cx="${fixed(x(value), 1)}" cy="${y}" r="4"/>` : '',
    text({ x: CHANCE, y: y + 4, words: best === undefined ? '–' : percent(best), anchor: 'end' }),
    text({ x: TOKENS, y: y + 4, words: Number.isFinite(tokens.value) ? count(tokens.value) : '–', anchor: 'end' }),
    text({ x: RELEVANCE, y: y + 4, words: percent(relevance.value), anchor: 'end' }),
    text({ x: WIDTH - 12, y: y + 4, words: percent(faithfulness.value), anchor: 'end' }),
  ].join('');
}

const LONGEST = 42;

function text({
  x,
  y,
  words,
  name = '',
  anchor = 'start',
}: {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly name?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}): string {
  return `<text x="${fixed(x, 1)}" y="${fixed(y, 1)}" class="${name}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

/** A model's name is the user's. */
function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
