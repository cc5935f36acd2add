import { type Decline, learnDecline, type Taken, UNKNOWN_DECLINE } from './decline.ts';

/** A chunk as a forager sees it: predicted gain, cost in one unit, and what it gave once it was read. */
export interface PatchChunk {
  readonly chunkId: string;
  readonly scent: number;
  readonly cost: number;
  /** Absent: not read. */
  readonly gain?: number;
}

export interface Patch {
  readonly id: string;
  /** The class that the diet model judges as a whole: here, the query that found it. */
  readonly source: string;
  readonly documentId?: string;
  /** Best scent first, which is the order they are read in. */
  readonly chunks: readonly PatchChunk[];
}

export interface RateOptions {
  /** Gain for a unit of scent that is expected before anything is read. */
  readonly calibration: number;
  /** How many chunks that expectation weighs. */
  readonly patience: number;
  /** What it takes to come to a patch, beside reading. */
  readonly travel: number;
}

export function takenOf({ chunks }: Patch): Taken[] {
  return chunks.flatMap(({ scent, gain }) => (gain === undefined ? [] : [{ scent, gain }]));
}

export function unreadOf({ chunks }: Patch): PatchChunk[] {
  return chunks.filter(({ gain }) => gain === undefined);
}

export function gainOf(patch: Patch): number {
  return takenOf(patch).reduce((sum, { gain }) => sum + gain, 0);
}

/** What a visit has taken so far; nothing for a patch that was not entered. */
export function costOf({ chunks }: Patch, travel: number): number {
  const read = chunks.filter(({ gain }) => gain !== undefined);
  return read.length === 0 ? 0 : read.reduce((sum, { cost }) => sum + cost, travel);
}

/** What gain a unit of scent stands for, and how it declines within a patch. */
export interface Expectation {
  readonly calibration: number;
  readonly decline: Decline;
}

/** What patches are expected to give, after what has been read. */
export function learnExpectation(patches: readonly Patch[], options: RateOptions): Expectation {
  const first = calibrate(patches, patches, { ...options, decline: UNKNOWN_DECLINE });
  const decline = learnDecline(patches.map(takenOf), first);
  return { decline, calibration: calibrate(patches, patches, { ...options, decline }) };
}

/** Reads of one patch resemble each other: however many they are, they tell of the others no more than two reads of two patches do. */
const weightOf = (reads: number): number => (2 * reads) / (reads + 1);

/**
 * Gain for a unit of scent over some patches, shrunken towards what was expected by as much as `patience` chunks of all patches: the mean of gain over
 * scent that was left at its place, by {@link weightOf}. Without that decline, long visits would make every patch look poor at its first chunk.
 */
export function calibrate(
  some: readonly Patch[],
  all: readonly Patch[],
  { calibration, patience, decline }: Expectation & Pick<RateOptions, 'patience'>,
): number {
  const prior = patience * mean(all.map(({ chunks }) => chunks[0]?.scent ?? 0));
  let [gain, scent] = [calibration * prior, prior];
  for (const patch of some) {
    const taken = takenOf(patch);
    if (taken.length === 0) continue;
    const left = taken.reduce((sum, one, place) => sum + one.scent * decline.at(place), 0);
    const weight = (weightOf(taken.length) * mean(taken.map((one) => one.scent))) / Math.max(left, Number.MIN_VALUE);
    gain += weight * gainOf(patch);
    scent += weight * left;
  }
  return scent === 0 ? calibration : gain / scent;
}

export interface Visit {
  readonly gain: number;
  readonly cost: number;
  readonly rate: number;
}

/** The best visit that an untouched patch promises: as many chunks as make gain over cost, travel included, largest. */
export function bestVisit({ chunks }: Patch, { calibration, decline }: Expectation, travel: number): Visit {
  let best: Visit = { gain: 0, cost: travel, rate: 0 };
  let [gain, cost] = [0, travel];
  chunks.forEach((chunk, place) => {
    gain += calibration * chunk.scent * decline.at(place);
    cost += chunk.cost;
    const rate = cost > 0 ? gain / cost : 0;
    if (rate > best.rate) best = { gain, cost, rate };
  });
  return best;
}

/** The mean rate that the patches promise before any is read: what R* is shrunken towards. */
export function promisedRate(patches: readonly Patch[], { calibration, travel }: RateOptions): number {
  return mean(patches.map((patch) => bestVisit(patch, { calibration, decline: UNKNOWN_DECLINE }, travel).rate));
}

/**
 * R*, the rate of the whole environment so far: R = Σ gain / Σ (travel + within) (Charnov 1976; Pirolli and Card 1999), shrunken towards the
 * promised rate by as much as `patience` chunks and one travel take.
 */
export function learnedRate(patches: readonly Patch[], promised: number, { patience, travel }: RateOptions): number {
  const weight = patience * mean(patches.flatMap(({ chunks }) => chunks.map(({ cost }) => cost))) + travel;
  const { gain, cost } = totalOf(patches, travel);
  return cost + weight === 0 ? 0 : (gain + promised * weight) / (cost + weight);
}

/** The same, with the promise weighing `patience` visits: what may be asked of patches that are yet to be seen, after few of them. */
export function visitedRate(patches: readonly Patch[], promised: number, { patience, travel }: RateOptions): number {
  const visits = patches.filter((patch) => takenOf(patch).length > 0).length;
  const { gain, cost } = totalOf(patches, travel);
  return visits === 0 || cost === 0 ? promised : ((visits * gain) / cost + patience * promised) / (visits + patience);
}

function totalOf(patches: readonly Patch[], travel: number): { readonly gain: number; readonly cost: number } {
  return {
    gain: patches.reduce((sum, patch) => sum + gainOf(patch), 0),
    cost: patches.reduce((sum, patch) => sum + costOf(patch, travel), 0),
  };
}

/** A class of sources: how many patches of it there are, and what a visit to one gives and takes. */
export interface DietItem {
  readonly source: string;
  readonly count: number;
  readonly gain: number;
  /** Within the patch, travel apart. */
  readonly cost: number;
}

/**
 * The classes worth entering, by the diet model: in order of profitability g/t, a class belongs to the diet while its profitability is at
 * least `discount` times the rate R(k) = Σ λ g / (1 + Σ λ t) of the classes before it (Stephens and Krebs 1986; Pirolli and Card 1999). A patch
 * of class i is met once in (travel · all / count) of search, so 1/λ is that. A class that is left out is left out whole, however common.
 */
export function admitDiet(items: readonly DietItem[], { travel, discount }: { travel: number; discount: number }): Set<string> {
  const all = items.reduce((sum, { count }) => sum + count, 0);
  const profitability = ({ gain, cost }: DietItem) => (cost > 0 ? gain / cost : 0);
  const admitted = new Set<string>();
  let [gain, cost] = [0, all * travel];
  for (const item of [...items].sort((a, b) => profitability(b) - profitability(a))) {
    const rate = cost > 0 ? gain / cost : 0;
    if (admitted.size > 0 && profitability(item) < discount * rate) break;
    admitted.add(item.source);
    gain += item.count * item.gain;
    cost += item.count * item.cost;
  }
  return admitted;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
