import { createRandom } from '../../src/domain/random.ts';
import { FAULT_NAMES, type FaultName } from './faults.ts';

/** Faults in one batch; together they may meet. */
const PER_BATCH = 3;
/** Runs of a batch are submitted within this, and its faults begin within it and a little more. */
export const SUBMIT_MS = 4_000;
const BEGIN_MS = 6_000;
/** Every so many runs, a question is asked a second time, so that runs share steps. */
const SHARED_EVERY = 5;

export interface PlannedFault {
  readonly name: FaultName;
  /** After the batch has begun. */
  readonly atMs: number;
}

export interface PlannedRun {
  readonly key: string;
  /** The question's. */
  readonly number: number;
  readonly atMs: number;
}

export interface Batch {
  readonly runs: readonly PlannedRun[];
  readonly faults: readonly PlannedFault[];
}

export interface ScheduleOptions {
  readonly runs: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly faults?: readonly FaultName[];
}

/** What is asked and what goes wrong, and when: a function of the seed. Every fault comes before any comes twice. */
export function drawSchedule({ runs, seed, batchSize, faults = FAULT_NAMES }: ScheduleOptions): readonly Batch[] {
  const random = createRandom(seed);
  let deck: FaultName[] = [];
  const draw = (): FaultName => {
    if (deck.length === 0) deck = shuffled(faults, random);
    return deck.pop() as FaultName;
  };
  return Array.from({ length: Math.ceil(runs / batchSize) }, (_, batch) => {
    const size = Math.min(batchSize, runs - batch * batchSize);
    return {
      runs: Array.from({ length: size }, (_run, i) => {
        const index = batch * batchSize + i;
        const isShared = i % SHARED_EVERY === SHARED_EVERY - 1;
        return { key: `chaos-${seed}-${index}`, number: isShared ? index - 1 : index, atMs: Math.floor(random() * SUBMIT_MS) };
      }),
      faults: Array.from({ length: Math.min(PER_BATCH, faults.length) }, () => ({
        name: draw(),
        atMs: Math.floor(500 + random() * BEGIN_MS),
      })),
    };
  });
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
