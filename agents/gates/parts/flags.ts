import { z } from 'zod';
import type { GateCandidate } from '../../../src/ports/gate.ts';

/** When few bits say that a summary could have come from any context. */
export const genericOptions = {
  /** Under this many bits, or this share of their ceiling, a summary is flagged as generic. */
  genericBits: z.number().default(1),
  genericSaturation: z.number().default(0.25),
};

/** When other contexts explain the words better than the summary's own does, as when a model answers from memory. */
export const inventedOptions = {
  /** Under this many bits a summary is flagged as invented. */
  inventedBits: z.number().default(0),
};

export interface GenericOptions {
  readonly genericBits: number;
  readonly genericSaturation: number;
}

export function isGeneric({ summary, score }: GateCandidate, { genericBits, genericSaturation }: GenericOptions): boolean {
  return summary.status === 'text' && score !== undefined && (score.bits < genericBits || score.saturation < genericSaturation);
}

export function isInvented({ summary, score }: GateCandidate, { inventedBits }: { readonly inventedBits: number }): boolean {
  return summary.status === 'text' && score !== undefined && score.bits < inventedBits;
}

export function isTruncated({ summary }: GateCandidate): boolean {
  return summary.finishReason === 'length';
}

/** Flags by name, those that hold. */
export function namesOf(flags: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(flags).flatMap(([name, holds]) => (holds ? [name] : []));
}
