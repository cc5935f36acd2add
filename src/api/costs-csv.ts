import type { z } from 'zod';
import type { costsAnswer } from './schemas-watch.ts';

const COLUMNS = [
  'day',
  'role',
  'model',
  'place',
  'strategy',
  'tenant',
  'calls',
  'cache_hits',
  'prompt_tokens',
  'output_tokens',
  'scored_tokens',
  'duration_ms',
  'flops',
  'micro_usd',
  'priced_micro_usd',
  'unpriced_calls',
  'avoided_micro_usd',
] as const;

/** The rows as a table (RFC 4180); what is not known is an empty cell. */
export function toCsv({ rows }: Pick<z.input<typeof costsAnswer>, 'rows'>): string {
  const lines = rows.map((row) => COLUMNS.map((column) => toCell(row[column])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** A spreadsheet takes a text that begins like a formula for one, so such a text is given an apostrophe, which it takes for no part of it. */
function toCell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return text !== value || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
