import { z } from 'zod';
import type { GateCandidate, GateContext } from '../../../src/ports/gate.ts';
import type { Standing } from './attempts.ts';

export const growthOptions = {
  /**
   * A longer summary must add so many bits with each of its further tokens; used where no price says more. At 0.02 the 4 bits that a panel
   * of 15 can tell are spread over at most 200 tokens.
   */
  bitsPerToken: z.number().min(0).default(0.02),
  /** What a bit is worth, in USD: each further token must then add its price at the predictor over this. */
  usdPerBit: z.number().positive().optional(),
};

export interface GrowthOptions {
  readonly bitsPerToken: number;
  readonly usdPerBit?: number | undefined;
}

/** Bits at the ceiling cannot say what more words would add. */
const AT_CEILING = 0.99;

export interface Growth extends Standing {
  /** Why a longer one should be made; absent: it should not, or cannot. */
  readonly asks?: string;
}

/**
 * Which of the lengths tried at one chunk stands: lengths are taken while the bits that they add, for each token that they add, pay.
 * A longer one is asked for while the last step paid; the first length is a step from nothing. What has no score does not grow.
 */
export function growthOf(attempts: readonly GateCandidate[], options: GrowthOptions, context: GateContext): Growth | undefined {
  const price = priceOf(options, context);
  const steps = attempts.map((candidate, i) => ({ candidate, gain: gainOf(attempts[i - 1], candidate) }));
  const stop = steps.findIndex(({ gain }, i) => i > 0 && !pays(gain, price));
  const taken = stop < 0 ? steps : steps.slice(0, stop);
  const last = taken.at(-1);
  if (last === undefined) return undefined;
  const shorter = taken.slice(0, -1).map(({ candidate }, i) => {
    const reason = `replaced by a longer one, which ${inWords(taken[i + 1]?.gain)}`;
    return { candidate, reason };
  });
  const tooLong = steps.slice(taken.length).map(({ candidate, gain }) => {
    const reason = `longer, but ${inWords(gain)}; ${price.toFixed(3)} would pay`;
    return { candidate, reason };
  });
  const growth = { candidate: last.candidate, others: [...shorter, ...tooLong] };
  const isOver = stop >= 0 || last.candidate.attempt?.next !== 'longer' || !pays(last.gain, price);
  const isFull = (last.candidate.score?.saturation ?? 1) >= AT_CEILING;
  return isOver || isFull ? growth : { ...growth, asks: `${last.gain?.toFixed(3)} bits a token, so a longer one is asked for` };
}

function pays(gain: number | undefined, price: number): boolean {
  return gain !== undefined && gain >= price;
}

function inWords(gain: number | undefined): string {
  return gain === undefined ? 'adds no words' : `adds ${gain.toFixed(3)} bits a token`;
}

/** Bits per token that a summary adds to a shorter one, or to nothing. */
function gainOf(shorter: GateCandidate | undefined, { score, summary }: GateCandidate): number | undefined {
  const tokens = summary.tokenCount - (shorter?.summary.tokenCount ?? 0);
  const before = shorter === undefined ? 0 : shorter.score?.bits;
  return score === undefined || before === undefined || tokens <= 0 ? undefined : (score.bits - before) / tokens;
}

function priceOf({ bitsPerToken, usdPerBit }: GrowthOptions, { predictorTokenUsd }: GateContext): number {
  return usdPerBit === undefined || predictorTokenUsd === undefined ? bitsPerToken : predictorTokenUsd / usdPerBit;
}
