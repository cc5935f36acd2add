import { difference, pooledAuroc, type Statistic, type ValuedRow, withinAuroc } from './auroc.ts';
import { bootstrapDocuments, type Figure } from './bootstrap.ts';
import type { RelevanceRow } from './collect.ts';

/** How well one term tells summaries with gold from those without. */
export interface TermFigures {
  readonly term: string;
  /** Rows that have the term. */
  readonly rows: number;
  /** Over all pairs of summaries, and over those of one question; differences from the baseline, on the rows that have both. */
  readonly pooled: Figure;
  readonly pooledDifference: Figure;
  readonly within: Figure;
  readonly withinDifference: Figure;
}

export interface JudgeOptions {
  /** The term to beat. */
  readonly against: string;
  readonly draws: number;
  readonly seed: number;
}

/** Best pooled figure first. */
export function judgeTerms(rows: readonly RelevanceRow[], { against, draws, seed }: JudgeOptions): readonly TermFigures[] {
  const documents = [...new Set(rows.map(({ document }) => document))];
  const names = [...new Set(rows.flatMap(({ terms }) => Object.keys(terms)))];
  const places = new Map(documents.map((document, place) => [document, place]));
  const valued = (term: string, among: readonly RelevanceRow[]) =>
    among.flatMap(({ terms, isGold, document, question }): ValuedRow[] => {
      const value = terms[term];
      return value === undefined ? [] : [{ value, isGold, question, document: places.get(document) ?? 0 }];
    });
  const statistics = new Map<string, Statistic>();
  for (const term of names) {
    const both = rows.filter(({ terms }) => terms[term] !== undefined && terms[against] !== undefined);
    const [own, paired, baseline] = [valued(term, rows), valued(term, both), valued(against, both)];
    statistics.set(`pooled ${term}`, pooledAuroc(own));
    statistics.set(`pooledDifference ${term}`, difference(pooledAuroc(paired), pooledAuroc(baseline)));
    statistics.set(`within ${term}`, withinAuroc(own));
    statistics.set(`withinDifference ${term}`, difference(withinAuroc(paired), withinAuroc(baseline)));
  }
  const figures = bootstrapDocuments(statistics, { documents: documents.length, draws, seed });
  const figure = (kind: string, term: string) => figures.get(`${kind} ${term}`) as Figure;
  return names
    .map((term) => ({
      term,
      rows: valued(term, rows).length,
      pooled: figure('pooled', term),
      pooledDifference: figure('pooledDifference', term),
      within: figure('within', term),
      withinDifference: figure('withinDifference', term),
    }))
    .sort((a, b) => b.pooled.value - a.pooled.value);
}
