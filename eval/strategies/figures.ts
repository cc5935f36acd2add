import { groupBy } from '../../src/domain/group.ts';
import { errorOfMean, intervalFrom, jackknifeError } from '../../src/domain/interval.ts';
import { skewedInterval } from '../../src/domain/skewed-interval.ts';
import type { Figure } from '../relevance/bootstrap.ts';
import type { StrategyRow } from './measure.ts';

/** A figure whose interval is absent where there are too few documents for one. */
export interface Estimated extends Pick<Figure, 'value'>, Partial<Omit<Figure, 'value'>> {}

export type Measure = 'isRight' | 'f1' | 'isInEvidence';

/** One arm within one budget. Shares and means over documents, each of which counts once however many questions it has. */
export interface ArmFigures extends Readonly<Record<Measure, Estimated>> {
  readonly arm: string;
  readonly budget: number;
  readonly questions: number;
  readonly documents: number;
  readonly shownTokens: number;
  readonly predictorTokens: number;
  readonly chunksRead: number;
  readonly tokensRead: number;
  /** Runs that did not come to their end; they count as wrong. */
  readonly problems: number;
}

/** Fewer documents than these tell of themselves only. */
export const FEWEST_DOCUMENTS = 10;

export function figuresOf(rows: readonly StrategyRow[]): readonly ArmFigures[] {
  return [...groupBy(rows, ({ arm, budget }) => `${budget}\n${arm}`).values()].map((own) => {
    const [{ arm, budget } = { arm: '', budget: 0 }] = own;
    const mean = (of: (row: StrategyRow) => number) => meanOf(byDocument(own, of));
    return {
      ...{ arm, budget, questions: own.length, documents: new Set(own.map(({ document }) => document)).size },
      isRight: estimate(byDocument(own, measureOf('isRight')), 0),
      f1: estimate(byDocument(own, measureOf('f1')), 0),
      isInEvidence: estimate(byDocument(own, measureOf('isInEvidence')), 0),
      shownTokens: mean(({ shownTokens }) => shownTokens),
      predictorTokens: mean(({ predictorTokens }) => predictorTokens),
      chunksRead: mean(({ chunksRead }) => chunksRead),
      tokensRead: mean(({ tokensRead }) => tokensRead),
      problems: own.filter(({ problem }) => problem !== undefined).length,
    };
  });
}

export const measureOf =
  (measure: Measure) =>
  (row: StrategyRow): number =>
    Number(row[measure]);

/** Means of the documents, in the order of their first rows. */
export function byDocument(rows: readonly StrategyRow[], of: (row: StrategyRow) => number): number[] {
  return [...groupBy(rows, ({ document }) => document).values()].map((own) => meanOf(own.map(of)));
}

/**
 * The mean of values between `lowest` and 1, with limits that follow their skewness and know of a half observation at each end of the scale: so a
 * sample without a single loss does not say that there are none.
 */
export function estimate(values: readonly number[], lowest: number): Estimated {
  const center = meanOf(values);
  const part = errorOfMean(values);
  if (part === undefined || values.length < FEWEST_DOCUMENTS) return { value: center };
  const limits = skewedInterval({ center, values, parts: [part] }, { low: lowest - center, high: 1 - center });
  return { value: center, low: Math.max(lowest, limits.low), high: Math.min(1, limits.high) };
}

/** Σ over / Σ under, with the jackknife's error over pairs. NaN where nothing is under. */
export function ratioOf(pairs: readonly { readonly over: number; readonly under: number }[]): Estimated {
  const over = pairs.reduce((sum, pair) => sum + pair.over, 0);
  const under = pairs.reduce((sum, pair) => sum + pair.under, 0);
  const value = under === 0 ? Number.NaN : over / under;
  const without = pairs.map((pair) => (over - pair.over) / (under - pair.under));
  const part = jackknifeError(without);
  if (part === undefined || pairs.length < FEWEST_DOCUMENTS || !Number.isFinite(part.variance)) return { value };
  return { value, ...intervalFrom(value, [part]) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
