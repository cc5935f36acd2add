import { z } from 'zod';
import { groupBy } from '../src/domain/group.ts';
import type { InformationSample } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { jackknifeOverDocuments } from './parts/jackknife.ts';
import { contextsOf, leaveOut, planAll, type Row, readRows, rowNats } from './parts/rows.ts';
import { informationInterval, mean, summarize } from './parts/summarize.ts';

/**
 * What a further summary of a context adds to those before it. Samples with one context and one query are taken in their order; the
 * first of them has no score, each later one has what it adds:
 *
 *     i(x; z₂ | z₁) = i(x; z₁ z₂) − i(x; z₁)
 *                   = s²_own − log Σ_l w_l exp s²_l,     w_l = exp s¹_l / Σ_l' exp s¹_l'         nats; chain rule of information
 *
 * z₂ was written without sight of z₁ (two compressors, or two draws of one), so given x they are independent and log p(z₂|x,z₁) = s²:
 * no cell is scored that `monte-carlo` does not score. Where the second was written to complement the first, this is wrong: it must
 * then be scored with the first in its prompt.
 *
 * Estimand: E at this N. Side: at most I(X;Z₂|Z₁,Q) **if the scorer is the channel**, since given the N contexts it is the information
 * about which of them it was, and knowing the set takes information away; with another scorer it is a difference of two lower
 * bounds, neither. Saturation: what z₁ leaves below ln N; at the ceiling the second adds 0 whatever it says. Cost: N² M
 * scorings, M ≥ 2. Wins for "is a second compressor, or a second draw, worth its tokens"; loses where one summary alone names
 * its context, which with unrelated documents is usual: use contexts that resemble each other.
 *
 * A repetition adds 0 only as far as z₁ is certain: two independent draws of an unsure sentence count as two witnesses. Interval:
 * as that of `monte-carlo`.
 */
export const conditional = definePlugin({
  kind: 'estimator',
  id: 'conditional',
  version: '2',
  summary: 'What a second summary of the same context and question adds to the first.',
  requires: ['score-continuation'],
  options: z.strictObject({}),
  create: () => ({
    card: {
      unit: 'bits',
      estimand: 'information that the second summary adds, as far as N contexts can show it',
      side: 'below I(X;Z₂|Z₁,Q) if the scorer wrote the summaries, else neither',
      ceiling: 'ln N',
      saturation: 'adds 0 once the first is at ln N',
      cost: 'N² M, M ≥ 2',
      source: 'chain rule over monte-carlo',
    },
    needs: ['pairs'],
    panelSize: 0,
    plan: (samples) => (pairsOf(samples).length === 0 ? [] : planAll(samples)),
    estimate: (samples, _panel, logProb) => {
      const contexts = contextsOf(samples).length;
      const pairs = pairsOf(samples);
      const rows = new Map(pairs.length === 0 ? [] : readRows(samples, logProb).map((row) => [row.sample.id, row]));
      const read = pairs.flatMap((pair) => toPairRow(pair, rows));
      const valued = read.map((row) => ({ sample: row.sample, nats: rowNats(row.both, 'all') - rowNats(row.before, 'all') }));
      const nats = mean(valued.map((one) => one.nats));
      const error = jackknifeOverDocuments(read, leaveOutOfPair);
      const interval = informationInterval({ nats, valued, contexts }, [error]);
      return summarize({ valued, asked: pairs.length, contexts, nats, interval });
    },
  }),
});

interface Pair {
  readonly sample: InformationSample;
  readonly earlier: readonly InformationSample[];
}

interface PairRow {
  readonly sample: InformationSample;
  readonly before: Row;
  readonly both: Row;
}

/** Each later sample with those that precede it. */
function pairsOf(samples: readonly InformationSample[]): readonly Pair[] {
  const groups = groupBy(samples, ({ contextId, query }) => `${contextId}\n${query}`);
  return [...groups.values()].flatMap((group) => group.slice(1).map((sample, i) => ({ sample, earlier: group.slice(0, i + 1) })));
}

/** None when a cell of the sample or of one before it is missing. */
function toPairRow({ sample, earlier }: Pair, rows: ReadonlyMap<string, Row>): readonly PairRow[] {
  const own = rows.get(sample.id);
  const known = earlier.flatMap(({ id }) => rows.get(id) ?? []);
  if (own === undefined || known.length < earlier.length) return [];
  const before = known.reduce(join);
  return [{ sample, before, both: join(before, own) }];
}

/** Independent given the context: log-probabilities add, cell by cell (the rows list the same contexts in the same order). */
function join(one: Row, other: Row): Row {
  return {
    sample: other.sample,
    own: one.own + other.own,
    others: one.others.map(({ documentId, logProb }, l) => ({ documentId, logProb: logProb + (other.others[l]?.logProb ?? Number.NaN) })),
  };
}

function leaveOutOfPair({ before, both }: PairRow, documents: readonly string[]): readonly number[] {
  const values = leaveOut(before, documents, 'all');
  return leaveOut(both, documents, 'all').map((value, place) => value - (values[place] ?? Number.NaN));
}
