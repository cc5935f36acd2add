import type { Document, PlaceMark, Span } from './document.ts';

/** Where a span stands in the original, as far as its marks tell. A range is `12–13`. */
export interface Place {
  /** Of a message or its attachments: the part's name. */
  readonly part?: string;
  readonly pages?: string;
  /** From the outermost heading inwards; empty where none is known. */
  readonly headings: readonly string[];
  readonly rows?: string;
  readonly records?: string;
  /** The lines of the blocks of code that the span touches. */
  readonly lines?: string;
}

/** The place of a span of a document. A part begins anew: pages and headings of another part do not count for it. */
export function placeOf(document: Pick<Document, 'marks'>, span: Span): Place {
  const all = document.marks ?? [];
  const part = lastBefore(all, 'part', span.start);
  const marks = part === undefined ? all : all.filter((mark) => mark.start >= part.start);
  const pages = rangeOf(marks, 'page', span);
  const rows = rangeOf(marks, 'row', span);
  const records = rangeOf(marks, 'record', span);
  const lines = linesOf(marks, span);
  return {
    ...(part !== undefined && { part: part.label }),
    ...(pages !== undefined && { pages }),
    headings: headingsAt(marks, span.start),
    ...(rows !== undefined && { rows }),
    ...(records !== undefined && { records }),
    ...(lines !== undefined && { lines }),
  };
}

/** In words, such as `p. 12, Risk Factors › Liquidity`; undefined where nothing is known. */
export function describePlace({ part, pages, headings, rows, records, lines }: Place): string | undefined {
  const words = [
    part,
    numbered(pages, ['p.', 'pp.']),
    headings.length === 0 ? undefined : headings.join(' › '),
    numbered(rows, ['row', 'rows']),
    numbered(records, ['record', 'records']),
    numbered(lines, ['line', 'lines']),
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(', ');
}

function numbered(label: string | undefined, [one, many]: readonly [string, string]): string | undefined {
  if (label === undefined) return undefined;
  return `${label.includes('–') ? many : one} ${label}`;
}

function lastBefore(marks: readonly PlaceMark[], kind: PlaceMark['kind'], offset: number): PlaceMark | undefined {
  return marks.findLast((mark) => mark.kind === kind && mark.start <= offset);
}

/** From the mark in force where the span begins to that where its last unit stands. */
function rangeOf(marks: readonly PlaceMark[], kind: PlaceMark['kind'], { start, end }: Span): string | undefined {
  const last = lastBefore(marks, kind, Math.max(start, end - 1))?.label;
  const first = lastBefore(marks, kind, start)?.label ?? last;
  if (first === undefined || last === undefined || first === last) return first;
  // A label that is a range itself gives its outer ends.
  return `${first.split('–')[0]}–${last.split('–').at(-1)}`;
}

/** To the line before the next block, where there is one. */
function linesOf(marks: readonly PlaceMark[], { start, end }: Span): string | undefined {
  const first = lastBefore(marks, 'line', start)?.label;
  if (first === undefined) return undefined;
  const next = marks.find((mark) => mark.kind === 'line' && mark.start >= end && mark.start > start);
  const last = next === undefined ? undefined : String(Number(next.label) - 1);
  return last === undefined || last === first ? first : `${first}–${last}`;
}

function headingsAt(marks: readonly PlaceMark[], offset: number): string[] {
  const path: PlaceMark[] = [];
  for (const mark of marks) {
    if (mark.start > offset) break;
    if (mark.kind !== 'heading') continue;
    while ((path.at(-1)?.level ?? 0) >= (mark.level ?? 1)) path.pop();
    path.push(mark);
  }
  return path.map(({ label }) => label);
}
