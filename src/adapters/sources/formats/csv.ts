import { parse } from 'csv-parse/sync';
import { decodeText } from './decode.ts';
import { type Extracted, type FormatInput, unreadable } from './format.ts';
import { addMarked } from './marked-paragraphs.ts';
import { extensionOf } from './names.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/** Each row a paragraph `column: value; …`, named by the first row; rows are numbered as a spreadsheet does, the header being row 1. */
export function readCsv({ bytes, uri, maxTextLength }: FormatInput): Extracted {
  const text = decodeText(bytes);
  const isTabs = extensionOf(uri) === '.tsv';
  const [header = [], ...rows] = parseRows(text, isTabs ? '\t' : separatorOf(text), isTabs);
  if (rows.length === 0) throw unreadable('holds a header and no rows');
  const names = header.map((name, index) => (name.trim() === '' ? `column ${index + 1}` : oneLine(name)));
  const paragraphs = rows.map((row) => describeRow(row, names));
  return addMarked(paragraphs, { kind: 'row', first: 2, maxTextLength });
}

function parseRows(text: string, delimiter: string, isTabs: boolean): string[][] {
  try {
    // Tab-separated files have no quotation marks: a quote there is a letter.
    const options = { delimiter, quote: isTabs ? null : '"', relax_column_count: true, skip_empty_lines: true, max_record_size: 4_000_000 };
    return parse(text, options) as string[][];
  } catch (error) {
    throw unreadable(`is broken: it cannot be read as a table (${error instanceof Error ? error.message.slice(0, 200) : error})`);
  }
}

/** The one that stands most often in the first line, quoted text left out. */
function separatorOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text)?.[0] ?? '').slice(0, 100_000).replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function describeRow(row: readonly string[], names: readonly string[]): string {
  return row
    .map((value, index) => [names[index] ?? `column ${index + 1}`, oneLine(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}

function oneLine(value: string): string {
  return value
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}
