import {
  type InformationEstimate,
  type InformationScore,
  NATS_PER_BIT,
  saturationOf,
  toInformationScore,
} from '../../src/domain/information.ts';
import type { ErrorPart, Interval } from '../../src/domain/interval.ts';
import { scaleInterval } from '../../src/domain/scale-interval.ts';
import { lowerLimitOfTail, upperLimitOfTail } from '../../src/domain/skewed-interval.ts';
import type { EstimateResult, InformationSample } from '../../src/ports/information-estimator.ts';

/** One sample with its pointwise score, in nats. */
export interface ValuedSample {
  readonly sample: InformationSample;
  readonly nats: number;
}

export interface ValuedSet {
  readonly valued: readonly ValuedSample[];
  /** Samples asked about, missing ones included. */
  readonly asked: number;
  /** N: the contexts that each sample was compared over, its own included. */
  readonly contexts: number;
  readonly nats: number;
  /** In nats. */
  readonly interval?: Interval | undefined;
  /** ln N where absent. */
  readonly ceilingNats?: number;
}

/** Scores and estimate in bits. The upper end is cut at the ceiling: the estimand cannot lie above it. */
export function summarize(set: ValuedSet): EstimateResult {
  const { valued, asked, contexts, nats, interval, ceilingNats = Math.log(contexts) } = set;
  const scores = new Map<string, InformationScore>(
    valued.map((one) => {
      const { id, tokens, bytes } = one.sample;
      return [id, toInformationScore(one.nats, contexts, { tokens, bytes, ceilingNats })];
    }),
  );
  const isKnown = interval !== undefined && Number.isFinite(interval.low) && Number.isFinite(interval.high);
  const estimate: InformationEstimate = {
    nats,
    bits: nats / NATS_PER_BIT,
    ceilingBits: ceilingNats / NATS_PER_BIT,
    saturation: saturationOf(nats, ceilingNats),
    ...(isKnown ? { intervalBits: { low: interval.low / NATS_PER_BIT, high: Math.min(interval.high, ceilingNats) / NATS_PER_BIT } } : {}),
    samples: valued.length,
    missing: asked - valued.length,
  };
  return { scores, estimate };
}

/** Of nothing: NaN, which is not 0. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Values grouped by the document of their sample, in the order in which the documents first appear. */
export function byDocument<Item extends { readonly sample: InformationSample }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.sample.documentId);
    if (group === undefined) groups.set(item.sample.documentId, [item]);
    else group.push(item);
  }
  return groups;
}

/** One mean a document. */
export function documentMeans(valued: readonly ValuedSample[]): readonly number[] {
  return [...byDocument(valued).values()].map((group) => mean(group.map(({ nats }) => nats)));
}

/** What is particular to an estimator's values. */
export interface Tails {
  /** Values have no lower end (a critic may be surely wrong), or no upper one. */
  readonly unbounded?: 'below' | 'above';
  /** See `Scale`. */
  readonly isWaryAtBottom?: boolean;
}

/**
 * The interval of a mean of information values between 0 and ln N: from the errors given, by the skewness of the documents' values, and
 * guarded where they crowd at either end. Undefined where an error is.
 */
export function informationInterval(
  { nats, valued, contexts }: { readonly nats: number; readonly valued: readonly ValuedSample[]; readonly contexts: number },
  errors: readonly (ErrorPart | undefined)[],
  { unbounded, isWaryAtBottom = false }: Tails = {},
): Interval | undefined {
  const parts = errors.filter((error) => error !== undefined);
  if (parts.length < errors.length || !Number.isFinite(nats)) return undefined;
  const sampled = { center: nats, values: documentMeans(valued), parts };
  const length = Math.log(contexts);
  const { low, high } = scaleInterval(sampled, { length, isWaryAtBottom });
  if (unbounded === 'below') return { low: Math.min(low, lowerLimitOfTail(sampled)), high };
  if (unbounded === 'above' && nats > length) return { low, high: Math.max(high, upperLimitOfTail(sampled)) };
  return { low, high };
}
