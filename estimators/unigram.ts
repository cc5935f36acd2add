import { z } from 'zod';
import { terms } from '../src/domain/text.ts';
import type { InformationSample } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { jackknifeOverDocuments } from './parts/jackknife.ts';
import { contextsOf, leaveOut, type Row, rowNats } from './parts/rows.ts';
import { informationInterval, mean, summarize } from './parts/summarize.ts';

/**
 * `monte-carlo` without a model: log p(z|x) is that of z's words drawn one by one from x's words, mixed with those of all contexts,
 *
 *     s_l = Σ_{w in z} log[ λ·count(w, x_l)/|x_l| + (1−λ)·(count(w, all) + 1)/(|all| + V + 1) ]        Jelinek–Mercer smoothing
 *     Î   = mean [ s_own − logsumexp_l s_l ] + ln N                                                    nats; arXiv 2512.21720, Î
 *
 * Words as BM25 counts them, V distinct ones in all contexts. Estimand: E[Î] at this N for this critic, in which the set's own word
 * counts stand. Side: at most I(X;Z|Q): the critic does not know which context is the own one, and any such critic bounds from
 * below. Saturation: ln N, quickly, as copied words identify. Cost: no scoring at all. Wins as the control that a language model has to
 * beat, and where there is no model; loses on paraphrase, on who did what to whom, and on words that all contexts share.
 *
 * Needs the words of summaries and contexts. A summary without a word has no score. Interval: jackknife over documents, the smoothing
 * counts kept; the lower limit gives way to a long lower tail (`lowerLimitOfTail`), as values have no lower end.
 */
export const unigram = definePlugin({
  kind: 'estimator',
  id: 'unigram',
  version: '2',
  summary: 'monte-carlo without a model: words of the summary counted in each context.',
  requires: [],
  options: z.strictObject({
    /** λ: the weight of the context's own words. */
    weight: z.number().gt(0).lt(1).default(0.5),
  }),
  create: ({ weight }) => ({
    card: {
      unit: 'bits',
      estimand: 'as monte-carlo, scored by word counts',
      side: 'below I(X;Z|Q)',
      ceiling: 'ln N',
      saturation: 'at ln N it says only "at least this much"; copies reach it at once',
      cost: '0',
      source: 'Î of 2512.21720 over Jelinek–Mercer unigrams',
    },
    needs: ['summaries', 'sources'],
    panelSize: 0,
    plan: () => [],
    estimate: (samples) => {
      const contexts = contextsOf(samples).length;
      const rows = rowsOf(samples, weight);
      const valued = rows.map((row) => ({ sample: row.sample, nats: rowNats(row, 'all') }));
      const nats = mean(valued.map((one) => one.nats));
      const error = jackknifeOverDocuments(rows, (row, documents) => leaveOut(row, documents, 'all'));
      const interval = informationInterval({ nats, valued, contexts }, [error], { unbounded: 'below' });
      return summarize({ valued, asked: samples.length, contexts, nats, interval });
    },
  }),
});

interface WordCounts {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

function countWords(words: readonly string[]): WordCounts {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, total: words.length };
}

/** Rows like those of a scorer. Nothing can be said of any summary when a context's words are not known. */
function rowsOf(samples: readonly InformationSample[], weight: number): readonly Row[] {
  const contexts = contextsOf(samples);
  const texts = new Map(samples.map(({ contextId, source }) => [contextId, source?.text]));
  const words = contexts.map(({ contextId }) => terms(texts.get(contextId) ?? ''));
  if (words.some((list) => list.length === 0)) return [];
  const counted = words.map(countWords);
  const all = countWords(words.flat());
  const background = (word: string) => ((all.counts.get(word) ?? 0) + 1) / (all.total + all.counts.size + 1);
  return samples.flatMap((sample): Row[] => {
    const list = terms(sample.summary ?? '');
    if (list.length === 0) return [];
    const logProbs = counted.map(({ counts, total }) =>
      list.reduce((sum, word) => sum + Math.log((weight * (counts.get(word) ?? 0)) / total + (1 - weight) * background(word)), 0),
    );
    const own = contexts.findIndex(({ contextId }) => contextId === sample.contextId);
    const others = contexts.flatMap(({ documentId }, l) => (l === own ? [] : [{ documentId, logProb: logProbs[l] ?? Number.NaN }]));
    return [{ sample, own: logProbs[own] ?? Number.NaN, others }];
  });
}
