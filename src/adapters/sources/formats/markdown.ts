import type { PlaceMark } from '../../../domain/document.ts';
import { decodeText } from './decode.ts';
import type { Extracted, FormatInput } from './format.ts';
import { toLabel } from './text-builder.ts';

/** The text as it stands, unit by unit. */
export function readText({ bytes }: FormatInput): Extracted {
  return { text: decodeText(bytes), marks: [] };
}

/** The text as it stands, its headings marked; the title is the first of them. */
export function readMarkdown({ bytes }: FormatInput): Extracted {
  const text = decodeText(bytes);
  const marks = headingsOf(text);
  const title = marks[0]?.label;
  return { text, marks, ...(title !== undefined && { title }) };
}

/** A longer line is no heading, and no expression should have to look at it. */
const MAX_LINE = 2_000;

/** Headings outside code fences and front matter: `# …` to `###### …`, and lines underlined with `===` or `---`. */
function headingsOf(markdown: string): PlaceMark[] {
  const marks: PlaceMark[] = [];
  let above: Line | undefined;
  for (const line of proseLines(markdown)) {
    const heading = numberedHeading(line) ?? underlinedHeading(line, above);
    if (heading !== undefined) marks.push(heading);
    above = heading === undefined && line.text.trim() !== '' ? { ...line, continues: above !== undefined } : undefined;
  }
  return marks;
}

/** Lines outside of code fences; a fence itself stands as an empty line. */
function* proseLines(markdown: string): Generator<Line> {
  let fence: string | undefined;
  for (const line of linesOf(markdown, endOfFrontMatter(markdown))) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line.text)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (fence === undefined) {
      yield line;
      continue;
    } else if (mark?.startsWith(fence)) fence = undefined;
    yield { start: line.start, text: '' };
  }
}

interface Line {
  readonly start: number;
  readonly text: string;
  /** A line of the same paragraph stands before it. */
  readonly continues?: boolean;
}

function* linesOf(text: string, from: number): Generator<Line> {
  const ends = /\r\n|\n|\r|$/g;
  for (let start = from; start <= text.length; ) {
    ends.lastIndex = start;
    const end = ends.exec(text);
    const stop = end?.index ?? text.length;
    yield { start, text: stop - start > MAX_LINE ? '' : text.slice(start, stop) };
    start = stop + Math.max(1, end?.[0].length ?? 1);
  }
}

/** Front matter is a block of YAML between two lines of dashes at the very beginning. */
function endOfFrontMatter(text: string): number {
  if (!/^---[ \t]*\r?\n/.test(text)) return 0;
  const end = /\r?\n(---|\.\.\.)[ \t]*(?=\r?\n|$)/.exec(text.slice(3, 100_000));
  return end === null ? 0 : 3 + end.index + end[0].length;
}

function numberedHeading({ start, text }: Line): PlaceMark | undefined {
  const [, indent = '', signs = '', words = ''] = /^( {0,3})(#{1,6})[ \t]+(.+)$/.exec(text) ?? [];
  const label = toLabel(words.replace(/(^|[ \t])#+[ \t]*$/, ''));
  return label === '' ? undefined : { start: start + indent.length, kind: 'heading', label, level: signs.length };
}

function underlinedHeading({ text }: Line, above: Line | undefined): PlaceMark | undefined {
  if (above === undefined || !isParagraph(above) || !/^ {0,3}(=+|-{2,})[ \t]*$/.test(text)) return undefined;
  const indent = /^ */.exec(above.text)?.[0].length ?? 0;
  return { start: above.start + indent, kind: 'heading', label: toLabel(above.text), level: text.includes('=') ? 1 : 2 };
}

/** A line alone that an underline can turn into a heading: no list, quotation, table or indented code. */
function isParagraph({ text, continues }: Line): boolean {
  return continues !== true && !/^( {4}|\t| {0,3}([-*+>|]|\d+[.)]))/.test(text);
}
