import { logSumExp } from '../../src/domain/information.ts';
import type { InformationSample, LogProbLookup, ScoringCell } from '../../src/ports/information-estimator.ts';
import { readLogProb } from './read-log-prob.ts';

/** One summary's log-probabilities: under its own context, and under each other one. */
export interface Row {
  readonly sample: InformationSample;
  readonly own: number;
  readonly others: readonly { readonly documentId: string; readonly logProb: number }[];
}

/** What a row's own log-probability is compared with: the mixture of all N contexts, or of the N − 1 others. */
export type Mixture = 'all' | 'others';

interface Context {
  readonly contextId: string;
  readonly documentId: string;
}

/** The distinct contexts of the samples, in their order. */
export function contextsOf(samples: readonly InformationSample[]): readonly Context[] {
  const documents = new Map(samples.map(({ contextId, documentId }) => [contextId, documentId]));
  return [...documents].map(([contextId, documentId]) => ({ contextId, documentId }));
}

/** Every summary under every context. */
export function planAll(samples: readonly InformationSample[]): readonly ScoringCell[] {
  const contexts = contextsOf(samples);
  return samples.flatMap(({ id }) => contexts.map(({ contextId }) => ({ sampleId: id, contextId })));
}

/** The rows without a missing cell: a sum over fewer contexts would have another ceiling. */
export function readRows(samples: readonly InformationSample[], logProb: LogProbLookup): readonly Row[] {
  const contexts = contextsOf(samples);
  return samples.flatMap((sample) => readRow(sample, contexts, logProb));
}

function readRow(sample: InformationSample, contexts: readonly Context[], logProb: LogProbLookup): readonly Row[] {
  const own = readLogProb(logProb, { sampleId: sample.id, contextId: sample.contextId }, true);
  const foreign = contexts.filter(({ contextId }) => contextId !== sample.contextId);
  const others = foreign.flatMap(({ contextId, documentId }) => {
    const value = readLogProb(logProb, { sampleId: sample.id, contextId }, false);
    return value === undefined ? [] : [{ documentId, logProb: value }];
  });
  return own === undefined || others.length < foreign.length ? [] : [{ sample, own, others }];
}

/** own − log mean of the mixture, in nats. With nothing to compare: 0 against all, NaN against others. */
export function rowNats({ own, others }: Pick<Row, 'own' | 'others'>, mixture: Mixture): number {
  const compared = others.map(({ logProb }) => logProb);
  const all = mixture === 'all' ? [own, ...compared] : compared;
  return own - logSumExp(all) + Math.log(all.length);
}

/**
 * The row's value without each document's contexts in turn. Sums from both ends make it one pass over the contexts, not one a
 * document; a sum from which the document is subtracted would lose its digits whenever that document dominates.
 */
export function leaveOut({ own, others }: Row, documents: readonly string[], mixture: Mixture): readonly number[] {
  const places = new Map(documents.map((id, place) => [id, place]));
  const sums = documents.map(() => Number.NEGATIVE_INFINITY);
  const counts = documents.map(() => 0);
  let before = mixture === 'all' ? own : Number.NEGATIVE_INFINITY;
  for (const { documentId, logProb } of others) {
    const place = places.get(documentId);
    if (place === undefined) before = logAdd(before, logProb);
    else {
      sums[place] = logAdd(sums[place] ?? Number.NEGATIVE_INFINITY, logProb);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  const after = [Number.NEGATIVE_INFINITY];
  for (const sum of sums.toReversed()) after.push(logAdd(after.at(-1) ?? Number.NEGATIVE_INFINITY, sum));
  const compared = others.length + (mixture === 'all' ? 1 : 0);
  return documents.map((_id, place) => {
    const rest = logAdd(before, after[documents.length - 1 - place] ?? Number.NEGATIVE_INFINITY);
    before = logAdd(before, sums[place] ?? Number.NEGATIVE_INFINITY);
    return own - rest + Math.log(compared - (counts[place] ?? 0));
  });
}

/** log(eᵃ + eᵇ), stable, without an array: this is the inner loop of every interval. */
function logAdd(a: number, b: number): number {
  if (a < b) return logAdd(b, a);
  return b === Number.NEGATIVE_INFINITY ? a : a + Math.log1p(Math.exp(b - a));
}
