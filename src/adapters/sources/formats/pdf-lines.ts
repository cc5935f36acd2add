/** A run of letters as pdf.js gives it: `transform` is its matrix, of which [5] is the baseline and [4] the left edge, in points. */
export interface TextRun {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

interface Line {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A gap of more than this many line heights, from baseline to baseline, begins a paragraph. */
const GAP = 1.7;
/** Letters that differ in height by more than this factor belong to different paragraphs. */
const SIZE_CHANGE = 1.15;
/** A first line that stands this many letter heights further right begins a paragraph. */
const INDENT = 0.9;

/** A page's paragraphs, in the order in which the file holds them; each is a list of its lines. */
export function toParagraphs(runs: readonly TextRun[]): string[][] {
  const paragraphs: string[][] = [];
  let last: Line | undefined;
  for (const line of toLines(runs)) {
    const current = paragraphs.at(-1);
    if (last === undefined || current === undefined || beginsParagraph(line, last)) paragraphs.push([line.text]);
    else current.push(line.text);
    last = line;
  }
  return paragraphs;
}

function toLines(runs: readonly TextRun[]): Line[] {
  const lines: Line[] = [];
  let open: TextRun[] = [];
  const close = (): void => {
    const line = toLine(open);
    if (line !== undefined) lines.push(line);
    open = [];
  };
  for (const run of runs) {
    const first = open.find(({ str }) => str.trim() !== '');
    if (
      first !== undefined &&
      run.str.trim() !== '' &&
      Math.abs(baseline(run) - baseline(first)) > Math.max(first.height, run.height, 1) * 0.6
    )
      close();
    open.push(run);
    if (run.hasEOL) close();
  }
  close();
  return lines;
}

function toLine(runs: readonly TextRun[]): Line | undefined {
  const words = runs.filter(({ str }) => str.trim() !== '');
  const [first] = words;
  if (first === undefined) return undefined;
  const text = runs
    .map(({ str }) => str)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  return { text, x: first.transform[4] ?? 0, y: baseline(first), height: Math.max(...words.map(({ height }) => height)) || 1 };
}

function baseline(run: TextRun): number {
  return run.transform[5] ?? 0;
}

function beginsParagraph(line: Line, last: Line): boolean {
  const fall = last.y - line.y;
  const height = Math.max(line.height, last.height);
  const ratio = line.height / last.height;
  return fall < 0 || fall > height * GAP || ratio > SIZE_CHANGE || ratio < 1 / SIZE_CHANGE || line.x - last.x > height * INDENT;
}

/**
 * Lines as one text. A hyphen at a line's end goes only where it is certain that the typesetter put it there: it is a soft hyphen, or the word
 * without it stands elsewhere in the document (`known`). Otherwise it stays, and the halves stand together: `well-` `known` is `well-known`.
 */
export function joinLines(lines: readonly string[], known: ReadonlySet<string>): string {
  let text = '';
  for (const line of lines) {
    if (text === '') text = line;
    else if (text.endsWith('\u00ad')) text = text.slice(0, -1) + line;
    else if (/\p{L}-$/u.test(text) && /^\p{Ll}/u.test(line)) text = joinHyphen(text, line, known);
    else text += ` ${line}`;
  }
  return text;
}

function joinHyphen(text: string, line: string, known: ReadonlySet<string>): string {
  const before = /\p{L}+-$/u.exec(text.slice(-60))?.[0].slice(0, -1) ?? '';
  const after = /^\p{L}+/u.exec(line.slice(0, 60))?.[0] ?? '';
  return known.has((before + after).toLowerCase()) ? text.slice(0, -1) + line : text + line;
}

/** Words of lines that stand whole, in lower case. */
export function wordsOf(lines: readonly string[]): Set<string> {
  const words = new Set<string>();
  for (const line of lines) for (const [word] of line.matchAll(/\p{L}+/gu)) words.add(word.toLowerCase());
  return words;
}
