import { z } from 'zod';
import { pointwiseNats } from '../src/domain/information.ts';
import type { InformationEstimator, InformationSample, LogProbLookup } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { readAll, readLogProb } from './parts/read-log-prob.ts';
import { interval95 } from './parts/student-t.ts';
import { byDocument, mean, summarize, type ValuedSample } from './parts/summarize.ts';

/**
 * Compares each summary's log-probability under its own context with that under K contexts of a recorded panel:
 *
 *     i(x;z) = log p(z|x,q) − log[ (p(z|x,q) + Σ_k p(z|x_k,q)) / (K+1) ]        nats; arXiv 2512.21720, the estimator of its
 *                                                                                section on mutual information with N = K + 1
 *
 * Estimand: E[i] over a context, a summary of it and K further contexts drawn alike: the InfoNCE form at N = K + 1 (Poole et al.,
 * arXiv 1905.06922), which equals that of `monte-carlo` at the same N. Side: at most I(X;Z|Q), whatever the scorer, and at most
 * ln(K+1), where it saturates: at a saturation near 1 it says only "at least this much". Cost: K + 1 scorings a summary, whether
 * one is scored or a thousand, and no score changes when others arrive, which is why runs use it. Wins on constant cost and one
 * ceiling; loses against `monte-carlo` where all N × N cells are affordable, since one unlucky panel moves all its scores together.
 *
 * Contexts: the first K of the panel that are not the sample's own; give K + 1. A shorter panel lowers K to its length − 1 for
 * every sample alike, in it or not, so that all bits of a run share one ceiling. A missing cell makes its sample missing: a smaller
 * K would have another ceiling. Interval: Student's t over document means, for this panel; absent under two documents. The
 * estimate is the mean of those means. When all sit at the ceiling it has no width, which is the estimand's saturation, not certainty.
 */
export const panel = definePlugin({
  kind: 'estimator',
  id: 'panel',
  version: '1',
  summary: 'Bits against a recorded panel of K contexts: constant cost per summary.',
  requires: ['score-continuation'],
  options: z.strictObject({
    /** K. Fifteen give a ceiling of 4 bits. */
    contexts: z.number().int().positive().default(15),
  }),
  create: ({ contexts }) => createPanel(contexts),
});

function createPanel(contexts: number): InformationEstimator {
  const sizeFor = (panelIds: readonly string[]) => Math.max(Math.min(contexts, panelIds.length - 1), 0);
  return {
    panelSize: contexts + 1,
    plan(samples, panelIds) {
      const distinct = [...new Set(panelIds)];
      const k = sizeFor(distinct);
      return samples.flatMap((sample) => [
        { sampleId: sample.id, contextId: sample.contextId },
        ...othersOf(sample, distinct, k).map((contextId) => ({ sampleId: sample.id, contextId })),
      ]);
    },
    estimate(samples, panelIds, logProb) {
      const distinct = [...new Set(panelIds)];
      const k = sizeFor(distinct);
      const valued = samples.flatMap((sample) => valueSample(sample, othersOf(sample, distinct, k), logProb));
      const means = [...byDocument(valued).values()].map((group) => mean(group.map(({ nats }) => nats)));
      const interval = intervalOf(means);
      const set = { valued, asked: samples.length, contexts: k + 1, nats: mean(means) };
      return summarize(interval === undefined ? set : { ...set, interval });
    },
  };
}

function othersOf(sample: InformationSample, panelIds: readonly string[], k: number): readonly string[] {
  return panelIds.filter((contextId) => contextId !== sample.contextId).slice(0, k);
}

/** One value or none. */
function valueSample(sample: InformationSample, others: readonly string[], logProb: LogProbLookup): readonly ValuedSample[] {
  const own = readLogProb(logProb, { sampleId: sample.id, contextId: sample.contextId }, true);
  const foreign = readAll(
    logProb,
    others.map((contextId) => ({ sampleId: sample.id, contextId })),
  );
  return own === undefined || foreign === undefined ? [] : [{ sample, nats: pointwiseNats(own, foreign) }];
}

function intervalOf(means: readonly number[]): { readonly low: number; readonly high: number } | undefined {
  const count = means.length;
  if (count < 2) return undefined;
  const center = mean(means);
  const variance = means.reduce((sum, value) => sum + (value - center) ** 2, 0) / (count - 1);
  return interval95(center, Math.sqrt(variance / count), count - 1);
}
