import { type InformationEstimate, type InformationScore, NATS_PER_BIT, toInformationScore } from '../../src/domain/information.ts';
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
  /** Two-sided, in nats. */
  readonly interval?: { readonly low: number; readonly high: number };
}

/** Scores and estimate in bits. The upper end is cut at ln N: the estimand cannot lie above it. */
export function summarize({ valued, asked, contexts, nats, interval }: ValuedSet): EstimateResult {
  const scores = new Map<string, InformationScore>(
    valued.map((one) => [one.sample.id, toInformationScore(one.nats, contexts, { tokens: one.sample.tokens, bytes: one.sample.bytes })]),
  );
  const ceiling = Math.log(contexts);
  const estimate: InformationEstimate = {
    nats,
    bits: nats / NATS_PER_BIT,
    ceilingBits: ceiling / NATS_PER_BIT,
    saturation: ceiling === 0 ? 0 : nats / ceiling,
    ...(interval === undefined
      ? {}
      : { intervalBits: { low: interval.low / NATS_PER_BIT, high: Math.min(interval.high, ceiling) / NATS_PER_BIT } }),
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
