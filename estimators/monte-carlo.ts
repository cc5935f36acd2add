import { z } from 'zod';
import { logSumExp, pointwiseNats } from '../src/domain/information.ts';
import type { InformationSample, LogProbLookup } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { readLogProb } from './parts/read-log-prob.ts';
import { interval95 } from './parts/student-t.ts';
import { byDocument, mean, summarize } from './parts/summarize.ts';

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
 * document out with all its contexts, as rows and as columns (a bootstrap would put copies among the negatives); Student's t with
 * one degree less than documents; absent under three, since what remains of two has no foreign context to differ by.
 */
export const monteCarlo = definePlugin({
  kind: 'estimator',
  id: 'monte-carlo',
  version: '1',
  summary: 'Bits by scoring every summary under every context of the set (N × N).',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    panelSize: 0,
    plan: (samples) => {
      const contexts = contextsOf(samples);
      return samples.flatMap(({ id }) => contexts.map(({ contextId }) => ({ sampleId: id, contextId })));
    },
    estimate: (samples, _panel, logProb) => {
      const contexts = contextsOf(samples);
      const rows = samples.flatMap((sample) => readRow(sample, contexts, logProb));
      const valued = rows.map((row) => ({ sample: row.sample, nats: pointwise(row) }));
      const nats = mean(valued.map((one) => one.nats));
      const interval = jackknife(rows, nats);
      const set = { valued, asked: samples.length, contexts: contexts.length, nats };
      return summarize(interval === undefined ? set : { ...set, interval });
    },
  }),
});

interface Context {
  readonly contextId: string;
  readonly documentId: string;
}

/** One summary's log-probabilities: under its own context, and under each other one. */
interface Row {
  readonly sample: InformationSample;
  readonly own: number;
  readonly others: readonly { readonly documentId: string; readonly logProb: number }[];
}

function contextsOf(samples: readonly InformationSample[]): readonly Context[] {
  const documents = new Map(samples.map(({ contextId, documentId }) => [contextId, documentId]));
  return [...documents].map(([contextId, documentId]) => ({ contextId, documentId }));
}

/** One row, or none when a cell is missing. */
function readRow(sample: InformationSample, contexts: readonly Context[], logProb: LogProbLookup): readonly Row[] {
  const own = readLogProb(logProb, { sampleId: sample.id, contextId: sample.contextId }, true);
  const foreign = contexts.filter(({ contextId }) => contextId !== sample.contextId);
  const others = foreign.flatMap(({ contextId, documentId }) => {
    const value = readLogProb(logProb, { sampleId: sample.id, contextId }, false);
    return value === undefined ? [] : [{ documentId, logProb: value }];
  });
  return own === undefined || others.length < foreign.length ? [] : [{ sample, own, others }];
}

/** The score with the whole mixture. */
function pointwise({ own, others }: Row): number {
  return pointwiseNats(
    own,
    others.map(({ logProb }) => logProb),
  );
}

function jackknife(rows: readonly Row[], nats: number): { readonly low: number; readonly high: number } | undefined {
  const documents = [...byDocument(rows).keys()];
  const count = documents.length;
  if (count < 3) return undefined;
  const sums = new Map(documents.map((document) => [document, { nats: 0, rows: 0 }]));
  for (const row of rows) {
    for (const [document, without] of leaveOut(row, documents)) {
      const sum = sums.get(document);
      if (sum === undefined || document === row.sample.documentId) continue;
      sum.nats += without;
      sum.rows += 1;
    }
  }
  const replicates = [...sums.values()].map((sum) => sum.nats / sum.rows);
  const center = mean(replicates);
  const squares = replicates.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return interval95(nats, Math.sqrt((squares * (count - 1)) / count), count - 1);
}

/**
 * The row's score without each document's contexts in turn. Sums from both ends make it one pass over the contexts, not one a
 * document; a sum from which the document is subtracted would lose its digits whenever that document dominates.
 */
function leaveOut({ own, others }: Row, documents: readonly string[]): readonly (readonly [document: string, nats: number])[] {
  const perDocument = new Map<string, { sum: number; contexts: number }>(
    documents.map((id) => [id, { sum: Number.NEGATIVE_INFINITY, contexts: 0 }]),
  );
  let rest = own;
  for (const { documentId, logProb } of others) {
    const entry = perDocument.get(documentId);
    if (entry === undefined) rest = logSumExp([rest, logProb]);
    else {
      entry.sum = logSumExp([entry.sum, logProb]);
      entry.contexts += 1;
    }
  }
  const entries = documents.map((id) => perDocument.get(id) ?? { sum: Number.NEGATIVE_INFINITY, contexts: 0 });
  const after = [Number.NEGATIVE_INFINITY];
  for (const { sum } of entries.toReversed()) after.push(logSumExp([after.at(-1) ?? Number.NEGATIVE_INFINITY, sum]));
  let before = rest;
  return documents.map((id, index) => {
    const { sum, contexts } = entries[index] ?? { sum: Number.NEGATIVE_INFINITY, contexts: 0 };
    const mixture = logSumExp([before, after[documents.length - 1 - index] ?? Number.NEGATIVE_INFINITY]);
    before = logSumExp([before, sum]);
    return [id, own - mixture + Math.log(others.length + 1 - contexts)] as const;
  });
}
