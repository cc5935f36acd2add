import { z } from 'zod';
import { definePlugin } from '../src/ports/plugin.ts';
import { jackknifeOverDocuments } from './parts/jackknife.ts';
import { contextsOf, leaveOut, planAll, readRows, rowNats } from './parts/rows.ts';
import { informationInterval, mean, summarize } from './parts/summarize.ts';

/**
 * The upper end of the bracket whose lower end is `monte-carlo`: the summary's own context is left out of the mixture,
 *
 *     Î = mean_ij [ s_iji − log( (1/(N−1)) Σ_{l≠i} exp s_ijl ) ]           nats; Poole et al., arXiv 1905.06922, eq. 13
 *
 * Estimand: E[Î] at this N. Side: at least I(X;Z|Q) **only** when the scorer is the channel itself, that is the model that wrote the
 * summaries at the temperature it wrote them; with any other scorer it is indicative, neither bound. Saturation: none above. It
 * grows without limit as the own context explains the text better than the best foreign one does (sequences differ by tens of
 * nats, so tens of bits are usual and mean little), and it is infinite when a text is impossible under all others. Cost: the cells of
 * `monte-carlo`, so the bracket costs nothing more. Wins as a check, where both ends are near each other (information well under
 * ln N); loses as a headline, for which the published figures' ceiling exists. A document's other contexts stay among the others.
 *
 * Interval: jackknife over documents, as in `monte-carlo`; rare foreign contexts that come close make it heavy-tailed, so above ln N
 * the upper limit is set on a scale of ratios where values are skewed (`upperLimitOfTail`); its coverage still falls (docs/estimators.md). Absent under three documents, or when a value is infinite.
 */
export const leaveOneOut = definePlugin({
  kind: 'estimator',
  id: 'leave-one-out',
  version: '2',
  summary: 'The upper bracket of monte-carlo: the own context left out of the mixture; no ceiling.',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    card: {
      unit: 'bits',
      estimand: 'log-ratio of the own context to N − 1 others',
      side: 'above I(X;Z|Q) if the scorer wrote the summaries, else neither',
      ceiling: 'none',
      saturation: 'none; tens of bits are usual and mean little',
      cost: 'N² M, those of monte-carlo',
      source: 'Poole et al., 1905.06922, eq. 13',
    },
    needs: [],
    panelSize: 0,
    plan: planAll,
    estimate: (samples, _panel, logProb) => {
      const contexts = contextsOf(samples).length;
      const rows = contexts < 2 ? [] : readRows(samples, logProb);
      const valued = rows.map((row) => ({ sample: row.sample, nats: rowNats(row, 'others') }));
      const nats = mean(valued.map((one) => one.nats));
      const error = jackknifeOverDocuments(rows, (row, documents) => leaveOut(row, documents, 'others'));
      const interval = informationInterval({ nats, valued, contexts }, [error], { unbounded: 'above' });
      return summarize({ valued, asked: samples.length, contexts, nats, interval, ceilingNats: Number.POSITIVE_INFINITY });
    },
  }),
});
