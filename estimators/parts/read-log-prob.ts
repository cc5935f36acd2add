import { IsthmusError } from '../../src/domain/errors.ts';
import type { LogProbLookup, ScoringCell } from '../../src/ports/information-estimator.ts';

/** A log-probability above 0 by more than this is no rounding. */
const ROUNDING = 1e-3;

/**
 * The log-probability of one cell, or `undefined` where the scoring failed. −∞ is allowed in a foreign context (the text is
 * impossible there), never in its own.
 * @throws IsthmusError `output-unparseable` for what cannot be a log-probability
 */
export function readLogProb(lookup: LogProbLookup, cell: ScoringCell, isOwn: boolean): number | undefined {
  const value = lookup(cell);
  if (value === undefined) return undefined;
  if (value <= ROUNDING && (Number.isFinite(value) || (!isOwn && value === Number.NEGATIVE_INFINITY))) return value;
  const message = `Expected a log-probability (nats, at most 0) for sample ${cell.sampleId} in context ${cell.contextId}; the scorer gave ${value}. Leave a failed scoring out instead.`;
  throw new IsthmusError('output-unparseable', message);
}

/** All of the values, or `undefined` if one is missing. */
export function readAll(lookup: LogProbLookup, cells: readonly ScoringCell[]): number[] | undefined {
  const values = cells.map((cell) => readLogProb(lookup, cell, false));
  return values.every((value) => value !== undefined) ? values : undefined;
}
