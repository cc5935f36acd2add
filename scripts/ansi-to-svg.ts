/**
 * Draws terminal output as an SVG picture: `FORCE_COLOR=1 npm run -s demo | tsx scripts/ansi-to-svg.ts "npm run demo" > docs/demo.svg`
 * Knows the styles that the command line uses: bold, dim, italic, the basic colours, and the 256-colour palette.
 */
import { argv, stdin } from 'node:process';

const CELL = { width: 8.4, height: 19 } as const;
const BASIC = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'];

interface Style {
  readonly fill?: string;
  readonly background?: string;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
}

interface Run {
  readonly text: string;
  readonly style: Style;
}

function palette(index: number): string {
  if (index < 16) return BASIC[index % 8] ?? '#ffffff';
  if (index >= 232) return `rgb(${[0, 0, 0].map(() => 8 + (index - 232) * 10).join(',')})`;
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => levels[level]).join(',')})`;
}

function apply(style: Style, codes: readonly number[]): Style {
  const [code = 0, , third = 0] = codes;
  if (code === 38 && codes[1] === 5) return apply({ ...style, fill: palette(third) }, codes.slice(3));
  if (code === 48 && codes[1] === 5) return apply({ ...style, background: palette(third) }, codes.slice(3));
  const next = one(style, code);
  return codes.length > 1 ? apply(next, codes.slice(1)) : next;
}

const STYLES: Readonly<Record<number, Style>> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  22: { isBold: false, isDim: false },
  23: { isItalic: false },
  30: { fill: '#0d1117' },
};

function one(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 39) return without(style, 'fill');
  if (code === 49) return without(style, 'background');
  const color = BASIC[code >= 90 ? code - 90 : code - 30];
  return { ...style, ...(STYLES[code] ?? (color === undefined ? {} : { fill: color })) };
}

function without(style: Style, key: keyof Style): Style {
  return Object.fromEntries(Object.entries(style).filter(([name]) => name !== key));
}

function toRuns(line: string, start: Style): { runs: Run[]; style: Style } {
  let style = start;
  const runs: Run[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read here
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes !== undefined) style = apply(style, codes.split(';').map(Number));
    else if (part !== '') runs.push({ text: part, style });
  }
  return { runs, style };
}

function escapeXml(text: string): string {
  // SVG folds runs of plain spaces, and columns would not line up.
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');
}

function drawRun({ text, style }: Run, column: number, y: number): string {
  const x = 16 + column * CELL.width;
  const width = text.length * CELL.width;
  const box =
    style.background === undefined
      ? ''
      : `<rect x="${x}" y="${y - 14}" width="${width}" height="${CELL.height}" fill="${style.background}"/>`;
  const attributes = [
    `x="${x}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs" fill="${style.fill ?? '#e6edf3'}"`,
    style.isBold === true ? 'font-weight="bold"' : '',
    style.isDim === true ? 'opacity="0.65"' : '',
    style.isItalic === true ? 'font-style="italic"' : '',
  ];
  return text.trim() === '' ? box : `${box}<text ${attributes.filter((one) => one !== '').join(' ')}>${escapeXml(text)}</text>`;
}

function draw(output: string, command: string): string {
  const lines = [`\u001b[2m$ \u001b[22m\u001b[1m${command}\u001b[22m`, '', ...output.trimEnd().split('\n')];
  let style: Style = {};
  let columns = 0;
  const rows = lines.map((line, i) => {
    const parsed = toRuns(line, style);
    style = parsed.style;
    let column = 0;
    const row = parsed.runs.map((run) => {
      const drawn = drawRun(run, column, 30 + i * CELL.height);
      column += run.text.length;
      return drawn;
    });
    columns = Math.max(columns, column);
    return row.join('');
  });
  const size = { width: Math.ceil(32 + columns * CELL.width), height: 32 + lines.length * CELL.height };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escapeXml(command)} in a terminal">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...rows,
    '</g></svg>',
  ].join('\n');
}

const chunks: Buffer[] = [];
for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
console.log(draw(Buffer.concat(chunks).toString('utf8'), argv[2] ?? 'isthmus'));
