/** Scorings of one context that travel in one job: the longest that a cancellation or a crash can throw away. */
const COLUMN_LIMIT = 64;

/** What the works of one job may take of the 256 KiB that a queue carries; the rest is for keys and names. */
export const WORKS_LIMIT_BYTES = 224 * 1024;

interface Fill {
  readonly number: number;
  readonly cells: number;
  readonly bytes: number;
}

export interface Cell {
  readonly contextId: string;
  readonly query: string;
  /** Of its work as JSON. */
  readonly bytes: number;
}

/** Which scorings share a job: one evaluation of a prompt serves all of its column. Cells are placed in the order given. */
export interface Columns {
  /** The name of the column that takes the cell, and whether the cell begins it. */
  place(cell: Cell): { readonly name: string; readonly isNew: boolean };
  /** A copy to try something on; it costs nothing until it is used. */
  fork(): Columns;
  /** Takes over what a fork has placed. */
  adopt(fork: Columns): void;
  readonly fills: ReadonlyMap<string, Fill>;
}

export function createColumns(base: (name: string) => Fill | undefined = () => undefined): Columns {
  const fills = new Map<string, Fill>();
  const find = (name: string): Fill | undefined => fills.get(name) ?? base(name);
  return {
    fills,
    place({ contextId, query, bytes }) {
      const name = `${contextId}\n${query}`;
      const open = find(name);
      const isNew = open === undefined || open.cells >= COLUMN_LIMIT || open.bytes + bytes > WORKS_LIMIT_BYTES;
      const fill = isNew
        ? { number: (open?.number ?? 0) + 1, cells: 1, bytes }
        : { number: open.number, cells: open.cells + 1, bytes: open.bytes + bytes };
      fills.set(name, fill);
      return { name: `${name}\n${fill.number}`, isNew };
    },
    fork: () => createColumns(find),
    adopt: (fork) => {
      for (const [name, fill] of fork.fills) fills.set(name, fill);
    },
  };
}
