import { bm25, bm25Share } from '../../src/domain/bm25.ts';
import { terms } from '../../src/domain/text.ts';
import type { JudgedSummary } from './summaries.ts';

/** What a term says of a summary; absent: it could not be had. Higher: more relevant. */
export type TermValues = Readonly<Record<string, number>>;

/** The terms that count words and ask no model. */
export function wordTerms({ question: { query }, chunk, summary, statistics }: JudgedSummary): TermValues {
  const asked = new Set(terms(query));
  const said = new Set(terms(summary.text));
  return {
    bm25: bm25(query, summary.text, statistics),
    'bm25 share (gate relevant)': bm25Share(query, summary.text, statistics),
    'share of question words': [...asked].filter((word) => said.has(word)).length / Math.max(1, asked.size),
    'bm25 of chunk': bm25(query, chunk.text, statistics),
    'bm25 share of chunk': bm25Share(query, chunk.text, statistics),
  };
}
