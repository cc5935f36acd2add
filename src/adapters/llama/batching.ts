import type { BatchingOptions } from 'node-llama-cpp';
import { placeOf } from './sequence.ts';

type Strategy = Exclude<NonNullable<BatchingOptions['itemPrioritizationStrategy']>, string>;
type Waiting = Parameters<Strategy>[0]['items'][number];

/** One sequence a batch, in the order asked. */
export const alone: Strategy = ({ items, size }) => {
  const [item] = items;
  return item === undefined ? [] : [{ item, processAmount: Math.min(item.tokens.length, size) }];
};

/**
 * Scorings of several contexts in one batch, as many rows of each; all else alone. The library reads the rows of one sequence one after
 * the other, each with a journey to another thread and back, and those of several sequences side by side: with four sequences a
 * 3 M model scores 1.1 to 1.4 times faster, one of 135 M 1.01 to 1.15 times (one thread, two busy cores).
 *
 * The rows must be equally many: llama.cpp cuts a batch into rows of equal length and a remainder, which may be single rows, and those
 * have other bits (see `slices`). So the longer scorings are cut too, and none is left with a single row. Decoding steps are
 * single rows by nature and stay alone, so that no result depends on what else is running. That costs a small model: eight sequences
 * of 1 M parameters would write 1.7 times as fast in shared batches, of 135 M as fast.
 */
export const inStep: Strategy = ({ items, size }) => {
  const [first, ...others] = items;
  if (first === undefined || !isReadFrom(first)) return alone({ items, size });
  const peers = others.filter(isReadFrom).sort((a, b) => b.tokens.length - a.tokens.length);
  let best = { members: [first], rows: Math.min(first.tokens.length, size) };
  for (let count = 2; count <= peers.length + 1; count += 1) {
    const members = [first, ...peers.slice(0, count - 1)];
    const rows = equalRows(members, Math.floor(size / count));
    if (rows * count >= best.rows * best.members.length) best = { members, rows };
  }
  return inOrder(best.members).map((item) => ({ item, processAmount: best.rows }));
};

/**
 * Decoding steps of all sequences in one batch, which is what a GPU gains from. Prompts and scorings stay alone: the kernels of a GPU
 * change with the number of rows, so that scores would depend on their neighbours.
 */
export const together: Strategy = ({ items, size }) => {
  const steps = items.filter(({ tokens }) => tokens.length === 1).slice(0, size);
  return items[0]?.tokens.length === 1 ? inOrder(steps).map((item) => ({ item, processAmount: 1 })) : alone({ items, size });
};

/** Whether more than one row is read from: a scoring, and not a prompt before its first token. */
function isReadFrom({ tokens, logits }: Waiting): boolean {
  return tokens.length > 1 && logits.filter((isRead) => isRead === true).length > 1;
}

/** llama.cpp would evaluate them in several batches otherwise. */
function inOrder(items: readonly Waiting[]): readonly Waiting[] {
  return items.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The most rows that all members have and that leave none with a single one; 0 when there is no such number of two or more. */
function equalRows(members: readonly Waiting[], limit: number): number {
  let rows = Math.min(limit, ...members.map(({ tokens }) => tokens.length));
  while (members.some(({ tokens }) => tokens.length === rows + 1)) rows -= 1;
  return rows >= 2 ? rows : 0;
}
