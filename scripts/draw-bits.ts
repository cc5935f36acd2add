/**
 * Draws what a bit means and what not, from scores that the bundled model gives here and now: `npx tsx scripts/draw-bits.ts > docs/bits.svg`.
 * Five texts offered as the summary of one chunk of the sample corpus, each scored under that chunk and 15 others, drawn by seed.
 */
import { packagePath } from '../src/bundled-model.ts';
import { SVG_STYLE, text } from '../src/cli/views/svg.ts';
import { openTools } from '../src/compose/compose.ts';
import { createTextTools } from '../src/compose/text-tools.ts';
import { parseConfig } from '../src/config.ts';
import { NATS_PER_BIT } from '../src/domain/information.ts';
import { sample } from '../src/domain/random.ts';
import type { ScoredRow } from '../src/pipeline/score-rows.ts';
import { fixed } from '../src/report/figures.ts';
import { signed } from '../src/report/heat-map.ts';
import { HEAT_COLOURS, type HeatColour, heatClass } from '../src/report/heat-steps.ts';

const QUESTION = 'How many steps does the Skerry Point Lighthouse have?';
const OWN = 'Four workers died in an accident in 1881';
const SEED = 7;

const TEXTS = [
  { note: 'the answer', z: 'The Skerry Point Lighthouse has 264 steps from the door to the lantern room.' },
  { note: 'of the same chunk, no answer', z: 'Four workers died in an accident in 1881, when a barge of stone capsized near the landing.' },
  { note: 'true of any text', z: 'It is an interesting place, and there is much to say about it.' },
  { note: 'invented', z: 'The Skerry Point Lighthouse has 391 steps and was sold to a brewer.' },
  { note: 'NONE', z: 'NONE' },
];

async function scoreTexts(): Promise<readonly ScoredRow[]> {
  await using tools = await openTools(parseConfig({}, 'defaults'));
  const { signal } = new AbortController();
  const { documents } = await tools.loader.load([packagePath('samples/corpus')], { signal });
  const texts = createTextTools(tools);
  const read = { text: documents.map(({ text }) => text), question: QUESTION, compressor: 'identity@nano', scorer: null, chunks: 1000 };
  const chunks = (await texts.compress(read, signal)).result.parts.map(({ chunk }) => chunk.text).sort();
  const own = chunks.find((text) => text.includes(OWN));
  if (own === undefined) throw new Error(`No chunk of the sample corpus has the words "${OWN}".`);
  const others = sample(
    chunks.filter((text) => text !== own),
    15,
    SEED,
  );
  const rows = [...TEXTS.map(({ z }) => ({ x: own, z })), ...others.map((x) => ({ x, z: 'NONE' }))];
  const { result } = await texts.score(
    { rows: rows.map((row, i) => ({ ...row, id: String(i), q: QUESTION })), estimator: 'panel', seed: SEED },
    signal,
  );
  return result.rows.slice(0, TEXTS.length);
}

const WIDTH = 860;
const LEFT = 16;
const TOP = 78;
const ROW = 52;
/** Of a monospaced letter; told to the reader's font, whatever it is. */
const LETTER = 6.5;
/** Where the bars stand, and which bits they span. */
const BARS = { left: 640, right: 796, lowest: -22, ceiling: 4 } as const;

const x = (bits: number): number => BARS.left + ((bits - BARS.lowest) / (BARS.ceiling - BARS.lowest)) * (BARS.right - BARS.left);

function heatRules(scheme: 'light' | 'dark'): string {
  const { for: speaking, against } = HEAT_COLOURS[scheme];
  const rule = (name: string) => (colour: HeatColour, i: number) =>
    `.${name}${i + 1} { fill: ${colour.fill}; } text.${name}${i + 1}i { fill: ${colour.ink}; }`;
  return [...speaking.map(rule('p')), ...against.map(rule('n'))].join(' ');
}

const STYLE = `<style>
${SVG_STYLE}
  .zero { stroke: var(--faint); } .ceiling { stroke: var(--dim); stroke-dasharray: 3 3; } .h0 { fill: none; } .token { font: 11px ui-monospace, Menlo, Consolas, monospace; }
  .above { fill: #175c9e; } .below { fill: #c26a12; }
  ${heatRules('light')}
  @media (prefers-color-scheme: dark) { .above { fill: #7dbcf0; } .below { fill: #f2b06a; } ${heatRules('dark')} }
</style>`;

function draw(rows: readonly ScoredRow[]): string {
  const bottom = TOP + rows.length * ROW;
  const label =
    'Five texts offered as the summary of one chunk, with the bits of their tokens: the answer and another sentence of the chunk reach the ceiling, invented and empty ones fall below zero';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 36}" role="img" aria-label="${label}">`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${bottom + 36}"/>`,
    text(LEFT, 22, QUESTION, 'title'),
    text(
      LEFT,
      40,
      'Five texts offered as the summary of one chunk; each token on a ground of its bits: blue for its chunk, orange against it.',
      'dim',
    ),
    `<line class="zero" x1="${x(0)}" y1="${TOP - 10}" x2="${x(0)}" y2="${bottom - 12}"/>`,
    `<line class="ceiling" x1="${x(BARS.ceiling)}" y1="${TOP - 10}" x2="${x(BARS.ceiling)}" y2="${bottom - 12}"/>`,
    text(x(0), TOP - 16, 'bits: 0', 'dim', 'end'),
    text(x(BARS.ceiling) - 4, TOP - 16, '4, ceiling', 'dim'),
    ...rows.map((row, i) => drawRow(row, TEXTS[i]?.note ?? '', TOP + i * ROW)),
    text(
      LEFT,
      bottom + 8,
      'Scored by the bundled 3 M-parameter model under the chunk and under 15 others of the sample corpus, drawn by seed: log2 16 = 4.',
      'dim',
    ),
    text(
      LEFT,
      bottom + 24,
      `Bits speak of the source, not of the question: the first two are equal. Drawn from these scores by scripts/draw-bits.ts.`,
      'dim',
    ),
    '</svg>',
    '',
  ].join('\n');
}

function drawRow({ tokens, score }: ScoredRow, note: string, y: number): string {
  const bits = score?.bits ?? Number.NaN;
  const [from, to] = [Math.min(x(0), x(bits)), Math.max(x(0), x(bits))];
  return [
    text(LEFT, y + 4, note, 'dim'),
    ...drawTokens(tokens, y + 22),
    `<rect class="${bits < 0 ? 'below' : 'above'}" x="${fixed(from, 1)}" y="${y + 10}" width="${fixed(to - from, 1)}" height="14" rx="2"/>`,
    text(from - 6, y + 21, signed(bits), '', 'end'),
  ].join('\n');
}

function drawTokens(tokens: ScoredRow['tokens'], y: number): string[] {
  let at = LEFT;
  return tokens.map(({ text: words, nats }) => {
    const name = heatClass(nats / NATS_PER_BIT);
    const width = (words === '' ? 1 : words.length) * LETTER;
    const lead = (words.length - words.trimStart().length) * LETTER;
    const left = at;
    at += width;
    if (words === '' && name === 'h0') return '';
    const shown = words === '' ? '∎' : words.trim();
    const ground = `<rect class="${name}" x="${fixed(left + lead, 1)}" y="${y - 12}" width="${fixed(width - lead, 1)}" height="17" rx="2"/>`;
    // The width of each word is told, since a ground must lie under it in every font.
    return `${ground}${text(left + lead, y, shown, `token ${name}i`).replace('<text', `<text textLength="${fixed(width - lead, 1)}" lengthAdjust="spacingAndGlyphs"`)}`;
  });
}

process.stdout.write(draw(await scoreTexts()));
