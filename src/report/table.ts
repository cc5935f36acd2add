import { type Html, html, type Part } from './html.ts';

export interface Column {
  readonly title: string;
  /** Figures stand to the right, one below the other. */
  readonly isFigure?: boolean;
}

export interface TableOptions {
  /** What the table shows, for who does not see it. */
  readonly caption?: string;
  /** The last row is a total. */
  readonly hasTotal?: boolean;
}

/** A table that scrolls within itself where the page is narrow. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  { caption, hasTotal = false }: TableOptions = {},
): Html {
  const body = hasTotal ? rows.slice(0, -1) : rows;
  const total = hasTotal ? rows.slice(-1) : [];
  return html`<div class="scroll" tabindex="0" role="group"${caption !== undefined && html` aria-label="${caption}"`}><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${body.map((row) => toRow(columns, row))}</tbody>${total.map((row) => html`<tfoot>${toRow(columns, row)}</tfoot>`)}
</table></div>`;
}

function toRow(columns: readonly Column[], cells: readonly Part[]): Html {
  return html`<tr>${cells.map((cell, i) => html`<td${classOf(columns[i])}>${cell}</td>`)}</tr>\n`;
}

function classOf(column: Column | undefined): Part {
  return column?.isFigure === true && html` class="figure"`;
}
