import { errorOfMean, guardEnds, type Interval, intervalFrom, jackknifeError } from './interval.ts';
import { createRandom } from './random.ts';

/** What one document adds to a ratio of sums: bits and tokens, say. */
export interface Part {
  readonly top: number;
  readonly bottom: number;
}

/** By document: summaries of one document are not independent, so a document is the unit of every interval. */
export type PartsByDocument = ReadonlyMap<string, Part>;

export interface Figure {
  /** NaN where there is nothing to divide by. */
  readonly value: number;
  /** Two-sided 95%; absent under two documents. */
  readonly interval?: Interval;
}

/** Σ top / Σ bottom over documents. */
export function ratio(parts: Iterable<Part>): number {
  let top = 0;
  let bottom = 0;
  for (const part of parts) {
    top += part.top;
    bottom += part.bottom;
  }
  return bottom === 0 ? Number.NaN : top / bottom;
}

/** What is known of a figure beforehand. */
export interface Range {
  /** It cannot be less. */
  readonly least?: number;
  /** It is a share of this, from 0. */
  readonly scale?: number;
}

/**
 * A ratio of sums with its jackknife interval, one document left out at a time, cut to what is possible. With `scale` it is also guarded
 * at both ends (`guardEnds`): of ten documents without an exception the next may be one.
 */
export function ratioFigure(parts: PartsByDocument, { scale, least = scale === undefined ? undefined : 0 }: Range = {}): Figure {
  const all = [...parts.values()].filter(({ bottom }) => bottom > 0);
  const value = ratio(all);
  const error = jackknifeError(all.map((left) => ratio(all.filter((part) => part !== left))));
  if (error === undefined || !Number.isFinite(value)) return { value };
  const interval = intervalFrom(value, [error]);
  const values = all.map(({ top, bottom }) => top / bottom);
  const { low, high } = scale === undefined ? interval : guardEnds(interval, values, scale);
  return { value, interval: { low: Math.max(low, least ?? low), high: Math.min(high, scale ?? high) } };
}

/** The mean of values that each stand for one document, at most `scale`, with Student's t interval. */
export function meanFigure(values: readonly number[], scale: number): Figure {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const error = errorOfMean(values);
  if (error === undefined) return { value };
  const { low, high } = guardEnds(intervalFrom(value, [error]), values, scale);
  return { value, interval: { low, high: Math.min(high, scale) } };
}

/** The mean of paired differences, one a document, with Student's t interval. */
export function differenceFigure(values: readonly number[], others: readonly number[]): Figure {
  const differences = values.map((value, i) => value - (others[i] ?? Number.NaN));
  const value = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const error = errorOfMean(differences);
  return error === undefined ? { value } : { value, interval: intervalFrom(value, [error]) };
}

/** Nearer than this counts as equal: equal summaries have equal bits up to rounding. */
export const TIE = 1e-9;

/**
 * How often each arm's ratio is the largest when the documents are drawn anew with replacement (a seeded bootstrap, the same draw for
 * all arms, so that what documents share cancels). Ties share the draw, so the figures add up to 1. Arms are lists of parts, one a
 * document, in one order of documents for all. It counts the draw of documents and nothing else: not that of contexts or questions.
 * @returns one probability an arm; of no documents, equal ones
 */
export function probabilityOfBest(
  arms: readonly (readonly Part[])[],
  { draws = 2000, seed }: { readonly draws?: number; readonly seed: number },
): readonly number[] {
  const documents = arms[0]?.length ?? 0;
  const wins = arms.map(() => 0);
  const random = createRandom(seed);
  for (let draw = 0; draw < draws; draw++) {
    const places = Array.from({ length: documents }, () => Math.floor(random() * documents));
    const values = arms.map((parts) => orWorst(ratio(places.map((place) => parts[place] ?? NOTHING))));
    const best = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const winners = values.flatMap((value, i) => (value === best || best - value <= TIE ? [i] : []));
    for (const i of winners) wins[i] = (wins[i] ?? 0) + 1 / winners.length;
  }
  return wins.map((count) => count / draws);
}

const NOTHING: Part = { top: 0, bottom: 0 };

/** An arm without a figure in a draw is never its best, unless none has one. */
function orWorst(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
