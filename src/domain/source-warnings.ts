import type { Document, Span } from './document.ts';
import { groupBy } from './group.ts';
import type { InstructionReason } from './instruction-rules.ts';
import { findInstructions, showPassage } from './instructions.ts';
import type { CitationRow, SourceRow, SourceWarning } from './run-overview.ts';

/** The flag of a row whose source, name or summary has such a passage. */
export const INSTRUCTIONS_FLAG = 'instructions';

/** Rows searched, kept ones first: a run may have read 10,000 chunks, and 1 MB takes 0.1 to 0.5 s. */
const SEARCHED_ROWS = 2_000;

/** A passage may be cut in two by the border of a chunk; so far beyond it the document is read too, in UTF-16 units. */
const MARGIN = 300;

interface Found {
  readonly uri: string;
  readonly title: string;
  /** Identifies the passage, so that chunks which overlap do not count it twice. */
  readonly key: string;
  readonly reason: InstructionReason;
  readonly shown: string;
}

/**
 * The rows, flagged where they rest on such a passage, and a warning for each source that has one. Made when a run is looked at and not by its
 * gates: so strategies without a gate and runs of earlier versions have it too, and no stored result depends on the rules.
 */
export function warnOfInstructions(
  rows: readonly SourceRow[],
  citations: readonly CitationRow[],
  documents: Iterable<Document>,
): { readonly sources: readonly SourceRow[]; readonly warnings: readonly SourceWarning[] } {
  const byUri = groupBy([...documents], ({ uri }) => uri);
  const search = (row: Place, i: number) => (i < SEARCHED_ROWS ? passagesOf(row, byUri.get(row.uri) ?? []) : []);
  const found = rows.map(search);
  const cited = citations.flatMap(search);
  const sources = rows.map((row, i) => (found[i]?.length ? { ...row, flags: [...row.flags, INSTRUCTIONS_FLAG] } : row));
  return { sources, warnings: toWarnings([...found.flat(), ...cited]) };
}

type Place = Pick<SourceRow, 'uri' | 'title' | 'span' | 'summary'>;

function passagesOf({ uri, title, span, summary }: Place, documents: readonly Document[]): Found[] {
  const of = (where: string, text: string, within: Span = { start: 0, end: text.length }, offset = 0) =>
    findInstructions(text)
      .filter((passage) => passage.span.start < within.end && within.start < passage.span.end)
      .map((passage): Found => {
        const key = `${where}:${passage.span.start + offset}`;
        return { uri, title, key, reason: passage.reason, shown: showPassage(text, passage.span) };
      });
  const texts = documents.flatMap(({ id, text }) => {
    const from = Math.max(0, span.start - MARGIN);
    return of(id, text.slice(from, span.end + MARGIN), { start: span.start - from, end: span.end - from }, from);
  });
  // A summary may say what was read in words that are found where those of the source are not.
  const said = texts.length === 0 && summary !== undefined ? of(`summary ${span.start}`, summary) : [];
  return [...texts, ...said, ...of('title', title), ...(title === uri ? [] : of('uri', uri))];
}

function toWarnings(found: readonly Found[]): SourceWarning[] {
  const distinct = new Map(found.map((one) => [`${one.uri}\n${one.key}`, one]));
  return [...groupBy([...distinct.values()], ({ uri }) => uri)].flatMap(([uri, passages]) => {
    const [first] = passages;
    if (first === undefined) return [];
    const reasons = [...new Set(passages.map(({ reason }) => reason))];
    return [{ uri, title: first.title, reasons, passages: passages.length, passage: first.shown }];
  });
}

/** The warning in a sentence; the passage is quoted as it is shown. */
export function warningInWords({ uri, title, passage, passages }: SourceWarning): string {
  const name = title === '' ? uri : title;
  const more = passages > 1 ? ` (and ${passages - 1} more)` : '';
  return `Source ${name} contains text that reads like instructions to a model; it was treated as data: «${passage}»${more}`;
}
