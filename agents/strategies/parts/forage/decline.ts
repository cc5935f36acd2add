import { logSumExp } from '../../../../src/domain/information.ts';

/** A chunk that was read: what its scent was, and what it gave. */
export interface Taken {
  readonly scent: number;
  readonly gain: number;
}

/** How fast a patch may give less with each chunk: gain falls by e^−decay. Not at all, then from 1% to four fifths, in steps of 15%. */
const DECAYS = [0, ...Array.from({ length: 37 }, (_, step) => 0.01 * 1.15 ** step)];
/** How far one chunk's gain may be off, as a share of what the environment leads to expect of a chunk: exact curves to real text. */
const NOISES = [0.01, 0.1, 0.3, 1];
/** How far a patch may be richer or poorer than its scent says, as a share. */
const SPREAD = 1;

/** What is believed of how fast patches decline. */
export interface Decline {
  /** The probability of each of {@link DECAYS}. */
  readonly weights: readonly number[];
  /** What is left of a patch's yield at its chunk number `place` (from 0), before anything is known of the patch. */
  at(place: number): number;
}

/** Before a patch was read, every decay is as likely; that counts as much as this many patches. */
const UNSEEN_PATCHES = 2;

export const UNKNOWN_DECLINE: Decline = createDecline(DECAYS.map(() => 1 / DECAYS.length));

function createDecline(weights: readonly number[]): Decline {
  const known: number[] = [];
  return {
    weights,
    at: (place) => {
      for (let next = known.length; next <= place; next++) {
        known.push(DECAYS.reduce((sum, decay, i) => sum + (weights[i] ?? 0) * Math.exp(-decay * next), 0));
      }
      return known[place] ?? 0;
    },
  };
}

/** How patches decline, as those that were read have shown: the mean of what each says. */
export function learnDecline(patches: readonly (readonly Taken[])[], calibration: number): Decline {
  const sums = UNKNOWN_DECLINE.weights.map((weight) => weight * UNSEEN_PATCHES);
  let count = UNSEEN_PATCHES;
  for (const taken of patches) {
    if (taken.length === 0) continue;
    count += 1;
    for (const { index, probability } of fitCurves(taken, calibration, UNKNOWN_DECLINE)) sums[index] = (sums[index] ?? 0) + probability;
  }
  return createDecline(sums.map((sum) => sum / count));
}

/**
 * What further chunks of a patch will give: a Bayesian mean over curves m · scent · e^(−decay · place) with m ~ N(c, (c·{@link SPREAD})²) and
 * noise N(0, (c · mean scent · ν)²), over all {@link DECAYS} and {@link NOISES}. `calibration` is c, the gain for a unit of scent. A mean of the
 * last two chunks, which is usual, follows a curve two chunks late and leaves at the first miss.
 */
export function predictGains(
  taken: readonly Taken[],
  next: readonly number[],
  { calibration, decline }: { readonly calibration: number; readonly decline: Decline },
): number[] {
  if (taken.length === 0) return next.map((scent, k) => calibration * scent * decline.at(k));
  const curves = fitCurves(taken, calibration, decline);
  return next.map((scent, k) => {
    const place = taken.length + k;
    return curves.reduce(
      (sum, { index, probability, yieldOf }) => sum + probability * yieldOf * scent * Math.exp(-(DECAYS[index] ?? 0) * place),
      0,
    );
  });
}

interface Curve {
  /** Its place among {@link DECAYS}. */
  readonly index: number;
  /** m, the posterior mean under this curve; never negative. */
  readonly yieldOf: number;
  readonly probability: number;
}

function fitCurves(taken: readonly Taken[], calibration: number, { weights }: Decline): Curve[] {
  const meanScent = taken.reduce((sum, { scent }) => sum + scent, 0) / taken.length;
  const spread = (calibration * SPREAD) ** 2;
  const curves = DECAYS.flatMap((decay, index) => {
    const { squares, cross, errors } = sumsOf(taken, decay, calibration);
    return NOISES.map((noise) => {
      // Of scentless chunks nothing is expected; the least number keeps the arithmetic finite.
      const variance = Math.max((noise * calibration * meanScent) ** 2, LEAST_VARIANCE);
      const shrunk = cross / (variance + spread * squares);
      const misfit = (errors - spread * cross * shrunk) / variance;
      const likelihood = -0.5 * (taken.length * Math.log(variance) + Math.log(1 + (spread * squares) / variance) + misfit);
      return { index, yieldOf: Math.max(0, calibration + spread * shrunk), weight: Math.log(weights[index] ?? 0) + likelihood };
    });
  });
  const total = logSumExp(curves.map(({ weight }) => weight));
  return curves.map(({ index, yieldOf, weight }) => ({ index, yieldOf, probability: Math.exp(weight - total) }));
}

const LEAST_VARIANCE = 1e-60;

/** Of x, the curve of unit yield, and e, what the prior mean leaves unexplained: Σx², Σxe, Σe². */
function sumsOf(taken: readonly Taken[], decay: number, calibration: number) {
  const sums = { squares: 0, cross: 0, errors: 0 };
  taken.forEach(({ scent, gain }, place) => {
    const x = scent * Math.exp(-decay * place);
    const error = gain - calibration * x;
    sums.squares += x * x;
    sums.cross += x * error;
    sums.errors += error * error;
  });
  return sums;
}
