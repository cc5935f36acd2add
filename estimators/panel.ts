import { z } from 'zod';
import { type ErrorPart, errorOfMean, jackknifeError } from '../src/domain/interval.ts';
import type { EstimatorCard, InformationEstimator, InformationSample, LogProbLookup } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { interactionVariance } from './parts/jackknife.ts';
import { readAll, readLogProb } from './parts/read-log-prob.ts';
import { leaveOut, type Row, rowNats } from './parts/rows.ts';
import { documentMeans, informationInterval, mean, summarize, type ValuedSample } from './parts/summarize.ts';

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
 * K would have another ceiling. The estimate is the mean of document means. Its interval counts both draws, of documents (their
 * means) and of the panel (jackknife, one of its contexts left out for all samples, less what both count), as the first alone would hold
 * for this panel only (of 100 documents against 15 contexts it covered 88 to 97 of 100 repetitions). Limits as in `scaleInterval`.
 * Absent under two of either.
 */
export const panel = definePlugin({
  kind: 'estimator',
  id: 'panel',
  version: '3',
  summary: 'Bits against a recorded panel of K contexts: constant cost per summary.',
  requires: ['score-continuation'],
  options: z.strictObject({
    /** K. Fifteen give a ceiling of 4 bits. */
    contexts: z.number().int().positive().default(15),
  }),
  create: ({ contexts }) => createPanel(contexts),
});

const card: EstimatorCard = {
  unit: 'bits',
  estimand: 'as monte-carlo, with N = K + 1',
  side: 'below I(X;Z|Q), whatever the scorer',
  ceiling: 'ln N',
  saturation: 'at ln(K+1) it says only "at least this much"',
  cost: '(K + 1) N M',
  source: 'arXiv 2512.21720, Î with N = K + 1; InfoNCE, 1905.06922',
};

function createPanel(contexts: number): InformationEstimator {
  const sizeFor = (panelIds: readonly string[]) => Math.max(Math.min(contexts, panelIds.length - 1), 0);
  return {
    card,
    needs: [],
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
      const nats = mean(documentMeans(valued));
      const errors = [errorOfMean(documentMeans(valued)), errorOfPanel(valued, distinct)];
      const interval = informationInterval({ nats, valued, contexts: k + 1 }, errors);
      return summarize({ valued, asked: samples.length, contexts: k + 1, nats, interval });
    },
  };
}

interface PanelSample extends ValuedSample {
  /** Its own log-probability, and those under contexts of the panel, by their ids. */
  readonly row: Row;
}

function othersOf(sample: InformationSample, panelIds: readonly string[], k: number): readonly string[] {
  return panelIds.filter((contextId) => contextId !== sample.contextId).slice(0, k);
}

/** One value or none. */
function valueSample(sample: InformationSample, panelIds: readonly string[], logProb: LogProbLookup): readonly PanelSample[] {
  const own = readLogProb(logProb, { sampleId: sample.id, contextId: sample.contextId }, true);
  const values = readAll(
    logProb,
    panelIds.map((contextId) => ({ sampleId: sample.id, contextId })),
  );
  if (own === undefined || values === undefined) return [];
  const row = { sample, own, others: values.map((value, k) => ({ documentId: panelIds[k] ?? '', logProb: value })) };
  return [{ sample, row, nats: rowNats(row, 'all') }];
}

/**
 * Each of its contexts left out in turn, for all samples alike. What a document and a context have together counts among the documents' error
 * already and is taken out here (with it the interval was 1.3 times too wide near ln N and covered 99 of 100).
 */
function errorOfPanel(valued: readonly PanelSample[], panelIds: readonly string[]): ErrorPart | undefined {
  const used = panelIds.filter((id) => valued.some(({ row }) => row.others.some(({ documentId }) => documentId === id)));
  const without = valued.map(({ row }) => leaveOut(row, used, 'all'));
  const meansWithout = used.map((_id, k) =>
    documentMeans(valued.map(({ sample }, i) => ({ sample, nats: without[i]?.[k] ?? Number.NaN }))),
  );
  const part = jackknifeError(meansWithout.map(mean));
  return part && { ...part, variance: Math.max(0, part.variance - interactionVariance(meansWithout)) };
}
