import { z } from 'zod';
import { IsthmusError } from '../src/domain/errors.ts';
import { flopsPerTokenRead } from '../src/domain/flops.ts';
import { NATS_PER_BIT } from '../src/domain/information.ts';
import { intervalFrom } from '../src/domain/interval.ts';
import type { ScorerFacts } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { planSources, type ReadSource, ratioError, readSources, total } from './parts/read-sources.ts';
import { summarize } from './parts/summarize.ts';

/**
 * How much of one's documents a model saves, for what it costs to run ("Information Capacity", arXiv 2511.08066):
 *
 *     IC = ( text bits per token − NLL bits per token + b ) / log₂( FLOPs per token )
 *
 * Text bits are 8 × UTF-8 bytes; b is the paper's constant that makes a family's sizes agree (−24 on mixed text, −18.7 on Chinese
 * web text, −27 elsewhere). FLOPs per token are its forward formula for `contextTokens` tokens read, the last layer at every token.
 *
 * Estimand: the same function of the ratio of expectations. Side: below what a perfect predictor of that cost would have, as NLL lies
 * above the entropy. Saturation: none. Units: bits per token and doubling of FLOPs. Cost: one scoring a context. Wins at choosing
 * a family (nearly constant within one, different between them; a good tokenizer counts); loses as an absolute figure: b
 * dominates it, and on short chunks, read without what stands before them, it is lower than the paper's over 1,024 tokens.
 *
 * Needs the scorer's dimensions, or `flopsPerToken`. Each sample's score is its context's figure. Interval: jackknife over documents.
 */
export const informationCapacity = definePlugin({
  kind: 'estimator',
  id: 'information-capacity',
  version: '1',
  summary: 'Bits a token that the scorer saves on the sources, per doubling of its FLOPs.',
  requires: ['score-continuation'],
  options: z.strictObject({
    /** b, in bits a token. */
    offsetBits: z.number().default(-24),
    /** L of the FLOPs formula; the paper's. */
    contextTokens: z.number().int().positive().default(1024),
    /** In place of the formula, for a model whose dimensions are not known. */
    flopsPerToken: z.number().gt(1).optional(),
  }),
  create: ({ offsetBits, contextTokens, flopsPerToken }) => ({
    card: {
      unit: 'bits per token and doubling of FLOPs',
      estimand: '(text bits − NLL bits + b) per token / log₂ FLOPs',
      side: 'below a perfect predictor of that cost',
      ceiling: 'none',
      saturation: 'none',
      cost: 'N, of source length',
      source: 'IC, 2511.08066',
    },
    needs: flopsPerToken === undefined ? ['sources', 'shape'] : ['sources'],
    panelSize: 0,
    plan: planSources,
    estimate: (samples, _panel, logProb, scorer) => {
      const sources = readSources(samples, logProb);
      const octaves = Math.log2(flopsPerToken ?? flopsOf(scorer, contextTokens));
      const capacity = (some: readonly ReadSource[]) => ((savedBits(some) + offsetBits) / octaves) * NATS_PER_BIT;
      const byContext = new Map(sources.map((source) => [source.contextId, capacity([source])]));
      const valued = samples.flatMap((sample) => {
        const nats = byContext.get(sample.contextId);
        return nats === undefined ? [] : [{ sample, nats }];
      });
      const nats = capacity(sources);
      const error = ratioError(sources, capacity);
      const interval = error && intervalFrom(nats, [error]);
      return summarize({ valued, asked: samples.length, contexts: 1, nats, interval, ceilingNats: Number.POSITIVE_INFINITY });
    },
  }),
});

/** Per token: bits of the plain text less bits of surprise. */
function savedBits(sources: readonly ReadSource[]): number {
  const saved = total(sources, ({ bytes, surprise }) => 8 * bytes - surprise / NATS_PER_BIT);
  return saved / total(sources, ({ tokens }) => tokens);
}

function flopsOf(scorer: ScorerFacts | undefined, contextTokens: number): number {
  if (scorer?.shape !== undefined) return flopsPerTokenRead(scorer.shape, contextTokens);
  const message =
    'Expected a scorer whose dimensions are known (a GGUF file), but got one without; set the option flopsPerToken of information-capacity.';
  throw new IsthmusError('invalid-input', message);
}
