import { z } from 'zod';
import { intervalFrom } from '../src/domain/interval.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { planSources, type ReadSource, ratioError, readSources, total } from './parts/read-sources.ts';
import { summarize } from './parts/summarize.ts';

/**
 * How well a model knows one's documents: what it needs to predict their text, by characters, so that models with different
 * tokenizers compare (arXiv 2404.09937, "Compression Represents Intelligence Linearly"):
 *
 *     BPC = Σ_x −log p(x) / Σ_x characters(x)              nats inside, bits at the edge; characters are Unicode code points
 *
 * It measures no summary. A model that knows the documents' language badly is a poor compressor and a poor scorer of them, so
 * it is a first, label-free choice among local models; over 12 benchmarks the paper finds a correlation of about −0.95 with quality.
 *
 * Estimand: the ratio of expectations; the ratio of sums is off by O(1/documents). Side: above the documents' entropy rate, whatever
 * the model, and above its own figure with more text before: each context is read alone, where the paper slides a window of 1,900
 * tokens by 512. So compare models on equal chunks only. Saturation: none. Cost: one scoring a context, of its own length. Wins
 * at choosing a scorer or compressor before anything is summarised; loses on texts that the model was trained on, which it
 * remembers rather than understands.
 *
 * Each sample's score is its context's figure. Interval: jackknife over documents, absent under two.
 */
export const bitsPerCharacter = definePlugin({
  kind: 'estimator',
  id: 'bits-per-character',
  version: '1',
  summary: 'How well the scorer knows the sources themselves: bits to predict a character of them.',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    card: {
      unit: 'bits per character',
      estimand: 'bits of all sources / characters of all sources',
      side: 'above the entropy rate, whatever the model',
      ceiling: 'none',
      saturation: 'none',
      cost: 'N, of source length',
      source: 'BPC, 2404.09937',
    },
    needs: ['sources'],
    panelSize: 0,
    plan: planSources,
    estimate: (samples, _panel, logProb) => {
      const sources = readSources(samples, logProb);
      const byContext = new Map(sources.map((source) => [source.contextId, perCharacter([source])]));
      const valued = samples.flatMap((sample) => {
        const nats = byContext.get(sample.contextId);
        return nats === undefined ? [] : [{ sample, nats }];
      });
      const nats = perCharacter(sources);
      const error = ratioError(sources, perCharacter);
      const interval = error && intervalFrom(nats, [error]);
      return summarize({ valued, asked: samples.length, contexts: 1, nats, interval, ceilingNats: Number.POSITIVE_INFINITY });
    },
  }),
});

function perCharacter(sources: readonly ReadSource[]): number {
  return total(sources, ({ surprise }) => surprise) / total(sources, ({ characters }) => characters);
}
