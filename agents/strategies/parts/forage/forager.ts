import { groupBy } from '../../../../src/domain/group.ts';
import type { PatchJudgement } from '../../../../src/domain/patch.ts';
import { predictGains } from './decline.ts';
import {
  admitDiet,
  bestVisit,
  calibrate,
  costOf,
  type Expectation,
  gainOf,
  learnExpectation,
  learnedRate,
  mean,
  type Patch,
  type PatchChunk,
  promisedRate,
  type RateOptions,
  takenOf,
  unreadOf,
  type Visit,
  visitedRate,
} from './rates.ts';

export interface ForageOptions extends RateOptions {
  /** α: a patch is left when its next chunk promises less than α R*. */
  readonly discount: number;
  /** α in a patch that is the last one: nothing is gained by leaving it, so R* is no price for staying. Of no account where R* is given. */
  readonly lastDiscount: number;
  /**
   * No patch is entered that promises less than this share of R*, or of what patches promised at first, which ends a barren run. In an
   * environment of equal patches each promises R* itself, and with an error: a share of 1 would stop at the first bad one.
   */
  readonly floor: number;
  /** Chunks read at once. */
  readonly batch: number;
  /** Chunks read in all. */
  readonly maxReads: number;
  /** R*, where it is known: the gain that a unit of cost is worth. Then nothing is learned of it. */
  readonly bestRate?: number;
}

export interface ForageState {
  readonly patches: readonly Patch[];
  /** The patch that the forager is in. */
  readonly current?: Patch;
  /** Those it has left; it does not come back. */
  readonly left: ReadonlySet<string>;
}

export type Judgement = Omit<PatchJudgement, 'unit'>;

/** What the environment is taken for, given what was read. */
interface Environment extends Expectation {
  readonly bestRate: number;
  /** To stay, a chunk must promise this rate. */
  readonly leaveBelow: number;
  /** To be entered, a patch must. */
  readonly enterAbove: number;
}

/**
 * The forager's next move. In a patch it stays while the next chunk promises at least α R* (marginal value theorem: leave when g′(t) = R*);
 * else it goes to the patch whose best visit promises the highest rate, if that is enough of R*; else it stops. Each call
 * reads a chunk, leaves a patch or stops, so it ends.
 */
export function judge(state: ForageState, options: ForageOptions): Judgement {
  const environment = environmentOf(state, options);
  const room = options.maxReads - state.patches.reduce((sum, patch) => sum + takenOf(patch).length, 0);
  if (room <= 0) return stop(environment, `${options.maxReads} chunks were read, as many as may be`);
  if (state.current !== undefined) return inside(state.current, { environment, options, room });
  return between({ state, environment, options, room });
}

interface Situation {
  readonly state: ForageState;
  readonly environment: Environment;
  readonly options: ForageOptions;
  readonly room: number;
}

function environmentOf(state: ForageState, options: ForageOptions): Environment {
  const { patches } = state;
  const expectation = learnExpectation(patches, options);
  const { bestRate: known, floor } = options;
  const discount = known === undefined && isLastPatch(state) ? options.lastDiscount : options.discount;
  if (known !== undefined) return { ...expectation, bestRate: known, leaveBelow: discount * known, enterAbove: floor * known };
  const promised = promisedRate(patches, options);
  const bestRate = learnedRate(patches, promised, options);
  const asked = Math.max(promised, visitedRate(patches, promised, options));
  return { ...expectation, bestRate, leaveBelow: discount * bestRate, enterAbove: floor * asked };
}

/** Whether the forager is in a patch, and has no other to go to. */
function isLastPatch({ patches, current, left }: ForageState): boolean {
  return current !== undefined && !patches.some(({ id, chunks }) => id !== current.id && !left.has(id) && chunks.length > 0);
}

function inside(patch: Patch, { environment, options, room }: Omit<Situation, 'state'>): Judgement {
  const { bestRate, leaveBelow } = environment;
  const unread = unreadOf(patch);
  const here = {
    patch: patch.id,
    ...placeOf(patch),
    gain: gainOf(patch),
    cost: costOf(patch, options.travel),
    bestRate,
    threshold: leaveBelow,
  };
  const [next] = unread;
  if (next === undefined) return { ...here, verdict: 'leave', reason: 'nothing is left in it', scent: 0, rate: 0, chunkIds: [] };
  const gains = predictGains(
    takenOf(patch),
    unread.map(({ scent }) => scent),
    environment,
  );
  const scent = gains[0] ?? 0;
  const rate = scent / next.cost;
  if (rate < leaveBelow) return { ...here, verdict: 'leave', reason: 'its next chunk promises less than R*', scent, rate, chunkIds: [] };
  const chunkIds = worthwhile(unread, gains, { least: leaveBelow, most: Math.min(options.batch, room) });
  return { ...here, verdict: 'stay', reason: 'its next chunk promises R* or more', scent, rate, chunkIds };
}

function between({ state, environment, options, room }: Situation): Judgement {
  const { bestRate, enterAbove, leaveBelow } = environment;
  const fresh = state.patches.filter((patch) => !state.left.has(patch.id) && patch.chunks.length > 0);
  const best = bestOf(fresh, { state, environment, options });
  if (best === undefined) return stop(environment, 'every patch has been visited');
  const { patch, visit, expected } = best;
  const here = {
    patch: patch.id,
    ...placeOf(patch),
    scent: visit.gain,
    gain: 0,
    cost: 0,
    rate: visit.rate,
    bestRate,
    threshold: enterAbove,
  };
  if (visit.rate < enterAbove || visit.rate === 0) {
    return { ...here, verdict: 'stop', reason: 'no patch left promises enough', chunkIds: [] };
  }
  const gains = predictGains(
    [],
    patch.chunks.map(({ scent }) => scent),
    expected,
  );
  const chunkIds = worthwhile(patch.chunks, gains, { least: leaveBelow, most: Math.min(options.batch, room) });
  return { ...here, verdict: 'enter', reason: 'it promises the highest rate', chunkIds };
}

interface Candidate {
  readonly patch: Patch;
  readonly visit: Visit;
  readonly expected: Expectation;
}

/** The most promising of the diet; of equals the first. What a source has given so far counts for its other patches. */
function bestOf(fresh: readonly Patch[], { state, environment, options }: Omit<Situation, 'room'>): Candidate | undefined {
  const all = state.patches;
  const calibrations = calibrationsOf(all, environment, options);
  const candidates = fresh.map((patch): Candidate => {
    const expected = { ...environment, calibration: calibrations.get(patch.source) ?? environment.calibration };
    return { patch, expected, visit: bestVisit(patch, expected, options.travel) };
  });
  const classes = [...groupBy(candidates, ({ patch }) => patch.source)].map(([source, members]) => ({
    source,
    count: members.length,
    gain: mean(members.map(({ visit }) => visit.gain)),
    cost: mean(members.map(({ visit }) => visit.cost - options.travel)),
  }));
  const diet = admitDiet(classes, options);
  return candidates
    .filter(({ patch }) => diet.has(patch.source))
    .reduce<Candidate | undefined>((best, one) => (best === undefined || one.visit.rate > best.visit.rate ? one : best), undefined);
}

/** By source: what its own patches have shown, shrunken towards what those of the others have. No read counts twice. */
function calibrationsOf(all: readonly Patch[], { decline }: Expectation, options: ForageOptions): Map<string, number> {
  const sources = groupBy(all, ({ source }) => source);
  return new Map(
    [...sources].map(([source, own]) => {
      const others = all.filter((patch) => patch.source !== source);
      const calibration = calibrate(others, all, { ...options, decline });
      return [source, calibrate(own, all, { ...options, decline, calibration })];
    }),
  );
}

/** The first chunk, and those after it while they promise enough. */
function worthwhile(chunks: readonly PatchChunk[], gains: readonly number[], { least, most }: { least: number; most: number }): string[] {
  const end = chunks.findIndex(({ cost }, k) => k >= most || (k > 0 && (gains[k] ?? 0) / cost < least));
  return chunks.slice(0, end < 0 ? chunks.length : end).map(({ chunkId }) => chunkId);
}

function placeOf({ documentId }: Patch): { documentId?: string } {
  return documentId === undefined ? {} : { documentId };
}

/** Ends the foraging for a reason that is none of its rates. */
export function stopFor(state: ForageState, options: ForageOptions, reason: string): Judgement {
  return stop(environmentOf(state, options), reason);
}

function stop({ bestRate, enterAbove }: Pick<Environment, 'bestRate' | 'enterAbove'>, reason: string): Judgement {
  return { verdict: 'stop', reason, scent: 0, gain: 0, cost: 0, rate: 0, bestRate, threshold: enterAbove, chunkIds: [] };
}
