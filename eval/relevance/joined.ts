import type { RelevanceRow } from './collect.ts';
import { fitLogistic, type LogOdds } from './logistic.ts';

const WORDS = 'bm25 share (gate relevant)';

/** What is joined with the words of the question, for each model. Few, so that the best of them is little better by chance. */
const PARTNERS: Readonly<Record<string, readonly string[]>> = {
  'words + marker of z': ['select: marker of z against NONE'],
  'words + not NONE of x': ['select: not NONE, of x, with BM25'],
  'words + log p(q|z)': ['log p(q|z) − log p(q) a token'],
  'words + not NONE of z': ['select: not NONE, of z'],
  'words + all four': [
    'select: marker of z against NONE',
    'select: not NONE, of x, with BM25',
    'log p(q|z) − log p(q) a token',
    'select: not NONE, of z',
  ],
};

const FOLDS = 10;

/**
 * Adds terms that join BM25(q, z) with terms of a model: log-odds of gold by a logistic regression over `fitting`. No row is judged by weights
 * that saw its document: where `rows` and `fitting` share documents, each tenth of them gets the weights of the rest.
 */
export function withJoinedTerms(rows: readonly RelevanceRow[], fitting: readonly RelevanceRow[]): readonly RelevanceRow[] {
  const documents = [...new Set(fitting.map(({ document }) => document))];
  const foldOf = new Map(documents.map((document, place) => [document, place % FOLDS]));
  const models = [...new Set(rows.flatMap(({ terms }) => Object.keys(terms).flatMap((name) => name.split(' @')[1] ?? [])))];
  const added = rows.map(({ terms }): Record<string, number> => ({ ...terms }));
  for (const [name, partners] of Object.entries(PARTNERS)) {
    for (const model of models) {
      const terms = [WORDS, ...partners.map((partner) => `${partner} @${model}`)];
      const judges = new Map<number | undefined, LogOdds>();
      rows.forEach(({ document, terms: own }, place) => {
        const fold = foldOf.get(document);
        const judge =
          judges.get(fold) ??
          fitTerms(
            terms,
            fitting.filter((row) => fold === undefined || foldOf.get(row.document) !== fold),
          );
        judges.set(fold, judge);
        const features = featuresOf(own, terms);
        const target = added[place];
        if (features !== undefined && target !== undefined) target[`${name} @${model}`] = judge(features);
      });
    }
  }
  return rows.map((row, place) => ({ ...row, terms: added[place] ?? row.terms }));
}

function fitTerms(terms: readonly string[], rows: readonly RelevanceRow[]): LogOdds {
  return fitLogistic(
    rows.flatMap(({ terms: own, isGold }) => {
      const features = featuresOf(own, terms);
      return features === undefined ? [] : [{ features, isPositive: isGold }];
    }),
  );
}

function featuresOf(own: RelevanceRow['terms'], terms: readonly string[]): readonly number[] | undefined {
  const features = terms.flatMap((term) => own[term] ?? []);
  return features.length < terms.length ? undefined : features;
}
