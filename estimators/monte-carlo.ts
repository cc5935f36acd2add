import { z } from 'zod';
import { definePlugin } from '../src/ports/plugin.ts';
import { jackknifeOverDocuments } from './parts/jackknife.ts';
import { contextsOf, leaveOut, planAll, readRows, rowNats } from './parts/rows.ts';
import { informationInterval, mean, summarize } from './parts/summarize.ts';

/**
 * The N × N Monte-Carlo estimator of arXiv 2512.21720: every summary is scored under every context of the set, its own included:
 *
 *     Î = mean_ij [ s_iji − logsumexp_l s_ijl ] + ln N,      s_ijl = log p(z_ij | x_l, q_i)          nats
 *
 * q is the sample's own question for every l; the published code pairs context l with its own question q_l, which measures
 * I(X,Q;Z) and rewards a summary for naming its topic. Contexts are the distinct context ids of the samples, in their order.
 *
 * Estimand: E[Î] at this N, the InfoNCE form (Poole et al., arXiv 1905.06922). Side: at most I(X;Z|Q) whatever the scorer, and at
 * most ln N, where it saturates. Cost: N scorings a summary, N² M in all. Wins when compressors are compared on one set (every
 * context serves as a negative of all others, so no panel can be unlucky); loses inside a run, where each new chunk would change
 * all scores and their ceiling. Values of different N are not comparable.
 *
 * A missing cell makes its sample missing, as a sum over fewer contexts would have another ceiling. Interval: jackknife, leaving one
 * document out with all its contexts, as rows and as columns (a bootstrap would put copies among the negatives); limits by the
 * skewness of the documents' values, guarded at both ends (`scaleInterval`); absent under three. Near ln N it is too wide: what two documents
 * have in common counts twice.
 */
export const monteCarlo = definePlugin({
  kind: 'estimator',
  id: 'monte-carlo',
  version: '2',
  summary: 'Bits by scoring every summary under every context of the set (N × N).',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    card: {
      unit: 'bits',
      estimand: 'information about the context, as far as N contexts can show it',
      side: 'below I(X;Z|Q), whatever the scorer',
      ceiling: 'ln N',
      saturation: 'at ln N it says only "at least this much"',
      cost: 'N² M',
      source: 'arXiv 2512.21720, Î; InfoNCE, 1905.06922',
    },
    needs: [],
    panelSize: 0,
    plan: planAll,
    estimate: (samples, _panel, logProb) => {
      const contexts = contextsOf(samples).length;
      const rows = readRows(samples, logProb);
      const valued = rows.map((row) => ({ sample: row.sample, nats: rowNats(row, 'all') }));
      const nats = mean(valued.map((one) => one.nats));
      const error = jackknifeOverDocuments(rows, (row, documents) => leaveOut(row, documents, 'all'));
      const interval = informationInterval({ nats, valued, contexts }, [error]);
      return summarize({ valued, asked: samples.length, contexts, nats, interval });
    },
  }),
});
