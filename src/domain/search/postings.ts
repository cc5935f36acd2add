/** A stretch of a corpus that is indexed as one; immutable, and shared by versions of the corpus. Positions count from 0 within it. */
export interface Segment {
  /** Words in each chunk, by position; as many as there are chunks. */
  readonly lengths: Uint32Array;
  /** Which of the segment's documents each chunk is of, by position. A document lies in one segment. */
  readonly documents: Uint32Array;
  /** Positions whose chunks this corpus does not hold any more. */
  readonly removed: ReadonlySet<number>;
  /** Where the segment begins in the corpus. */
  readonly offset: number;
}

/** How often a word occurs in the chunks that hold it; positions ascend. */
export interface Postings {
  readonly positions: Uint32Array;
  readonly counts: Uint32Array;
}

/** A segment's answer for some words: a word that no chunk holds is absent. */
export type SegmentPostings = ReadonlyMap<string, Uint8Array>;

/**
 * Collects the postings of one word, in bytes: for each chunk the distance from the one before, doubled, plus one where the word
 * occurs once; else the count follows. Numbers are base 128, low digits first (LEB128): some 1.5 bytes a posting.
 */
export class PostingsWriter {
  frequency = 0;
  #bytes = new Uint8Array(8);
  #length = 0;
  #last = -1;

  /** Positions must ascend. */
  add(position: number, count: number): void {
    const distance = position - this.#last;
    this.#last = position;
    this.frequency++;
    this.#number(distance * 2 + (count === 1 ? 1 : 0));
    if (count !== 1) this.#number(count);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #number(value: number): void {
    if (this.#length + 6 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }
}

/** The inverse of {@link PostingsWriter}, without the positions that are removed. */
export function readPostings(bytes: Uint8Array, removed: ReadonlySet<number>): Postings {
  const all = readAll(bytes);
  if (removed.size === 0) return all;
  const kept = all.positions.map((position, i) => (removed.has(position) ? 0 : i + 1)).filter((i) => i > 0);
  return { positions: kept.map((i) => all.positions[i - 1] ?? 0), counts: kept.map((i) => all.counts[i - 1] ?? 0) };
}

function readAll(bytes: Uint8Array): Postings {
  const numbers = readNumbers(bytes);
  const positions = new Uint32Array(numbers.length);
  const counts = new Uint32Array(numbers.length);
  let size = 0;
  let position = -1;
  for (let at = 0; at < numbers.length; at++) {
    const head = numbers[at] ?? 0;
    const isOnce = head % 2 === 1;
    position += (isOnce ? head - 1 : head) / 2;
    positions[size] = position;
    counts[size++] = isOnce ? 1 : (numbers[++at] ?? 0);
  }
  return { positions: positions.subarray(0, size), counts: counts.subarray(0, size) };
}

/** One loop over bytes, and no call in it: the postings of a common word are as many as there are chunks. */
function readNumbers(bytes: Uint8Array): Float64Array {
  // No number takes less than a byte.
  const numbers = new Float64Array(bytes.length);
  let size = 0;
  let value = 0;
  let scale = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    numbers[size++] = value;
    value = 0;
    scale = 1;
  }
  return numbers.subarray(0, size);
}

const NO_POSTINGS: Postings = { positions: new Uint32Array(), counts: new Uint32Array() };

/** Of several forms of one word: where any stands, with their counts added. */
export function mergePostings(all: readonly Postings[]): Postings {
  const [first = NO_POSTINGS, ...others] = all;
  return others.reduce(mergeTwo, first);
}

function mergeTwo(a: Postings, b: Postings): Postings {
  const most = a.positions.length + b.positions.length;
  const positions = new Uint32Array(most);
  const counts = new Uint32Array(most);
  let size = 0;
  for (let [i, j] = [0, 0]; i < a.positions.length || j < b.positions.length; size++) {
    const left = a.positions[i] ?? Number.POSITIVE_INFINITY;
    const right = b.positions[j] ?? Number.POSITIVE_INFINITY;
    positions[size] = Math.min(left, right);
    if (left <= right) counts[size] = a.counts[i++] ?? 0;
    if (right <= left) counts[size] = (counts[size] ?? 0) + (b.counts[j++] ?? 0);
  }
  return { positions: positions.subarray(0, size), counts: counts.subarray(0, size) };
}
