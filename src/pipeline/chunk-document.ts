import type { Chunk, Document, Span } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { sha256 } from '../domain/json.ts';
import { splitSentences } from '../domain/text.ts';

/** How one model sees length: its own tokenizer, and how many tokens of source text it can be given at once. */
export interface ChunkLimit {
  readonly modelName: string;
  readonly maxTokens: number;
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}

/**
 * Cuts a document into chunks that fit every given model. Chunks are whole sentences where possible, a longer sentence is cut
 * between words; they are ordered, disjoint, and cover the document but for white space. Nothing is ever truncated.
 * @throws IsthmusError `context-overflow` when not even one character fits.
 */
export async function chunkDocument(
  document: Document,
  limits: readonly ChunkLimit[],
  { pause = async () => {} }: ChunkOptions = {},
): Promise<Chunk[]> {
  const { id: documentId, text } = document;
  const source: Source = { text, limits, pause };
  const sentences = splitSentences(text);
  await pause();
  const spans = await pack(source, await fitUnits(source, sentences));
  return inSlices(spans, pause, (slice) =>
    Promise.all(
      slice.map(async (span) => ({
        id: await sha256(`${documentId}:${span.start}:${span.end}`),
        documentId,
        span,
        text: text.slice(span.start, span.end),
      })),
    ),
  );
}

export interface ChunkOptions {
  /** Called between slices of the work, to let others have their turn: a document of 8 MiB is a quarter of a second's work. */
  readonly pause?: () => Promise<void>;
}

interface Source {
  readonly text: string;
  readonly limits: readonly ChunkLimit[];
  readonly pause: () => Promise<void>;
}

/** Sentences or chunks at a time: some 10 ms. */
const SLICE = 500;

async function inSlices<Item, Result>(
  items: readonly Item[],
  pause: () => Promise<void>,
  work: (slice: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await pause();
    for (const result of await work(items.slice(start, start + SLICE))) results.push(result);
  }
  return results;
}

interface Unit extends Span {
  /** The largest share of any model's limit that this span takes; at most 1. */
  readonly share: number;
}

function measure({ text, limits, pause }: Source, all: readonly Span[]): Promise<Unit[]> {
  return inSlices(all, pause, async (spans) => {
    const texts = spans.map((span) => text.slice(span.start, span.end));
    const counts = await Promise.all(limits.map((limit) => limit.countTokens(texts)));
    return spans.map((span, i) => ({ ...span, share: Math.max(...limits.map((limit, m) => (counts[m]?.[i] ?? 0) / limit.maxTokens)) }));
  });
}

/** Halves what is too long until every unit fits. */
async function fitUnits(source: Source, spans: readonly Span[]): Promise<Unit[]> {
  const { text, limits } = source;
  const units = await measure(source, spans);
  if (units.every((unit) => unit.share <= 1)) return units;
  const split = units.flatMap((unit) => (unit.share <= 1 ? [unit] : halve(text, unit, limits)));
  return fitUnits(source, split);
}

function halve(text: string, span: Span, limits: readonly ChunkLimit[]): Span[] {
  const middle = wordBorder(text, span);
  if (middle <= span.start || middle >= span.end) {
    const names = limits.map((limit) => `${limit.modelName} (${limit.maxTokens} tokens)`).join(', ');
    throw new IsthmusError(
      'context-overflow',
      `Expected a limit that fits at least one character, but the models can take no source text: ${names}.`,
    );
  }
  return [trim(text, { start: span.start, end: middle }), trim(text, { start: middle, end: span.end })].filter(
    (half) => half.end > half.start,
  );
}

/** The white space nearest to the middle, or the middle itself (never inside a surrogate pair). */
function wordBorder(text: string, { start, end }: Span): number {
  const middle = (start + end) >> 1;
  for (let distance = 0; distance < middle - start; distance++) {
    if (/\s/.test(text[middle - distance] ?? '')) return middle - distance;
    if (/\s/.test(text[middle + distance] ?? '')) return middle + distance;
  }
  const isPair = /[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(middle - 1, middle + 1));
  return isPair ? middle + 1 : middle;
}

function trim(text: string, span: Span): Span {
  const slice = text.slice(span.start, span.end);
  const start = span.start + slice.length - slice.trimStart().length;
  return { start, end: Math.max(start, span.start + slice.trimEnd().length) };
}

/**
 * Joins neighbours greedily. The sum of the parts' counts is only nearly the count of the whole (white space between them
 * counts too), so each chunk is measured again and an overfull one gives its last unit to the next.
 */
async function pack(source: Source, units: readonly Unit[]): Promise<Span[]> {
  const { text } = source;
  const groups: Unit[][] = [];
  let current: Unit[] = [];
  let filled = 0;
  for (const unit of units) {
    if (current.length > 0 && filled + unit.share > 1) {
      const heading = keepHeading(text, current);
      groups.push(current);
      current = heading;
      filled = heading.reduce((sum, part) => sum + part.share, 0);
    }
    current.push(unit);
    filled += unit.share;
  }
  if (current.length > 0) groups.push(current);
  return settle(source, groups);
}

/** The share of a chunk that headings may take with them; more of them in a row (a commented file) are the text itself. */
const HEADINGS_SHARE = 0.25;

const isHeading = (text: string, unit: Unit | undefined): boolean => unit !== undefined && text[unit.start] === '#';

/** A heading belongs to what follows it: takes trailing headings off a finished group. */
function keepHeading(text: string, group: Unit[]): Unit[] {
  let first = group.length;
  while (first > 1 && isHeading(text, group[first - 1])) first--;
  const share = group.slice(first).reduce((sum, unit) => sum + unit.share, 0);
  return share <= HEADINGS_SHARE ? group.splice(first) : [];
}

/** Where an overfull group is cut: about in the middle, before a heading rather than after it. */
function cutOf(text: string, group: readonly Unit[]): number {
  const middle = group.length >> 1;
  let cut = middle;
  while (cut > 1 && isHeading(text, group[cut - 1])) cut--;
  return isHeading(text, group[cut - 1]) ? middle : cut;
}

async function settle(source: Source, groups: readonly Unit[][]): Promise<Span[]> {
  const { text } = source;
  const spans = groups.map((group) => ({ start: group[0]?.start ?? 0, end: group.at(-1)?.end ?? 0 }));
  const measured = await measure(source, spans);
  if (measured.every((unit) => unit.share <= 1)) return spans;
  const again = groups.flatMap((group, i) => {
    const cut = cutOf(text, group);
    return (measured[i]?.share ?? 0) <= 1 || cut === 0 ? [group] : [group.slice(0, cut), group.slice(cut)];
  });
  // A group of one was measured alone before; only a tokenizer that changes its mind leaves one too large.
  if (again.length === groups.length) return spans;
  return settle(source, again);
}
