import { groupBy } from '../../src/domain/group.ts';

/** One judged row: what a term says of it, what is true of it, and which document (the unit of the bootstrap) and question it is of. */
export interface ValuedRow {
  readonly value: number;
  readonly isGold: boolean;
  /** From 0 on, without gaps. */
  readonly document: number;
  readonly question: string;
}

/** A figure over rows in which each document counts as often as its weight says. NaN where the rows that count do not determine it. */
export type Statistic = (weights: readonly number[]) => number;

/**
 * P(a row with gold is valued above one without), ties half, over all pairs of rows: the area under the ROC curve, as Mann and Whitney's U.
 * A pair counts with the product of its documents' weights.
 */
export function pooledAuroc(rows: readonly ValuedRow[]): Statistic {
  const byValue = [...groupBy(rows, ({ value }) => value)].sort(([a], [b]) => a - b).map(([, tied]) => tied);
  return (weights) => {
    let [won, goldTotal, otherTotal] = [0, 0, 0];
    for (const tied of byValue) {
      let [gold, other] = [0, 0];
      for (const { document, isGold } of tied) {
        if (isGold) gold += weights[document] ?? 0;
        else other += weights[document] ?? 0;
      }
      won += gold * (otherTotal + other / 2);
      goldTotal += gold;
      otherTotal += other;
    }
    return won / (goldTotal * otherTotal);
  };
}

/**
 * The same among the rows of one question, mean over the questions that have rows of both kinds: what a gate does that ranks the summaries of
 * one question, whatever values another question's have.
 */
export function withinAuroc(rows: readonly ValuedRow[]): Statistic {
  const own = [...groupBy(rows, ({ question }) => question).values()].flatMap((group) => {
    const [first] = group;
    const value = pooledAuroc(group.map((row) => ({ ...row, document: 0 })))([1]);
    return first === undefined || Number.isNaN(value) ? [] : [{ document: first.document, value }];
  });
  return (weights) => {
    let [sum, total] = [0, 0];
    for (const { document, value } of own) {
      sum += (weights[document] ?? 0) * value;
      total += weights[document] ?? 0;
    }
    return sum / total;
  };
}

/** Paired: both are taken over the same draws of documents. */
export function difference(one: Statistic, other: Statistic): Statistic {
  return (weights) => one(weights) - other(weights);
}
