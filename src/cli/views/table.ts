import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Longer cells are shortened with an ellipsis. */
  readonly maxWidth?: number;
}

/** A plain table: columns two spaces apart, numbers flush right. Colours in cells do not disturb the widths. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell, i) => shorten(cell, columns[i]?.maxWidth)));
  const widths = columns.map((column, i) => Math.max(width(column.title), ...cells.map((row) => width(row[i] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left'))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), line(widths.map((size) => '─'.repeat(size))), ...cells.map(line)].join('\n');
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

function pad(text: string, size: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, size - width(text)));
  return align === 'left' ? text + space : space + text;
}

function shorten(text: string, maxWidth: number | undefined): string {
  if (maxWidth === undefined || width(text) <= maxWidth) return text;
  return `${stripVTControlCharacters(text).slice(0, maxWidth - 1)}…`;
}
