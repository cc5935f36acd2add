import { z } from 'zod';
import { errorOfMean } from '../src/domain/interval.ts';
import { scaleInterval } from '../src/domain/scale-interval.ts';
import type { InformationSample, LogProbLookup, ScoringCell } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { readLogProb } from './parts/read-log-prob.ts';
import { documentMeans, mean, summarize, type ValuedSample } from './parts/summarize.ts';

/**
 * How much likelier the reference answer becomes once the summary is read, per token of the answer:
 *
 *     g = [ log p(y|z,q) − log p(y|q) ] / |y|         nats per answer token; pointwise 𝒱-information of Xu et al. (arXiv 2002.10689),
 *                                                     pointwise directed information of arXiv 2511.01202
 *
 * The other side of the bottleneck: `monte-carlo` and `panel` are blind to relevance (an answering and an irrelevant sentence of a
 * chunk identify it equally well), this one measures nothing else, but needs the reference answer.
 *
 * Estimand: E[g], exactly: no contexts, so no N in it. Side: with p(y|q) the true law it is at most I(Y;Z|Q) per token whatever the
 * reader; a scorer that knows less than it could without the summary makes it too large, by the divergence of its p(y|q) from the
 * truth. So compare summaries of the same questions, and do not read it as an amount. Saturation: at −log p(y|q) per token, the answer
 * then being certain. Cost: 2 scorings a summary, of the answer's length. Wins at telling helpful from merely specific summaries;
 * loses where answers may be worded in many ways, since only the given wording counts; negative where z says otherwise.
 *
 * A sample without a reference answer is missing. The estimate is the mean of document means; interval: by
 * their skewness; where few summaries help at all it allows for helpful ones that were not seen, which make the answer certain (the mean of
 * −log p(y|q) per token). Absent under two documents.
 */
export const answerGain = definePlugin({
  kind: 'estimator',
  id: 'answer-gain',
  version: '2',
  summary: 'How much likelier the reference answer becomes once the summary is read, per answer token.',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    card: {
      unit: 'bits per answer token',
      estimand: 'mean gain in log p(answer), per token',
      side: 'below I(Y;Z|Q) if p(y|q) is true, else above by its error',
      ceiling: 'none',
      saturation: 'at −log p(y|q): the answer is certain',
      cost: '2 N M, of answer length',
      source: '𝒱-information, 2002.10689; 2511.01202',
    },
    needs: ['answers'],
    panelSize: 0,
    plan: (samples) => samples.flatMap((sample) => (sample.answer === undefined ? [] : Object.values(cellsOf(sample)))),
    estimate: (samples, _panel, logProb) => {
      const valued = samples.flatMap((sample) => valueSample(sample, logProb));
      const means = documentMeans(valued);
      const nats = mean(means);
      const error = errorOfMean(means);
      const length = mean(documentMeans(valued.map(({ sample, most }) => ({ sample, nats: most }))));
      const interval = error && scaleInterval({ center: nats, values: means, parts: [error] }, { length, hasTop: false });
      return summarize({ valued, asked: samples.length, contexts: 1, nats, interval, ceilingNats: Number.POSITIVE_INFINITY });
    },
  }),
});

function cellsOf({ id, contextId }: InformationSample): { readonly read: ScoringCell; readonly unread: ScoringCell } {
  const cell = { sampleId: id, contextId, target: 'answer' } as const;
  return { read: { ...cell, shown: 'summary' }, unread: { ...cell, shown: 'nothing' } };
}

interface GainedSample extends ValuedSample {
  /** The gain if the answer became certain: nats per answer token. */
  readonly most: number;
}

function valueSample(sample: InformationSample, logProb: LogProbLookup): readonly GainedSample[] {
  if (sample.answer === undefined || sample.answer.tokens === 0) return [];
  const { read, unread } = cellsOf(sample);
  const [after, before] = [readLogProb(logProb, read, true), readLogProb(logProb, unread, true)];
  if (after === undefined || before === undefined) return [];
  const { tokens } = sample.answer;
  return [{ sample, nats: (after - before) / tokens, most: -before / tokens }];
}
