import { DEFAULT_MODEL } from '../../src/bundled-model.ts';
import { openTools } from '../../src/compose/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { answerTerms } from './answer-terms.ts';
import { contrastTerms, pointerTerms, questionTerms, type Scorer } from './model-terms.ts';
import type { LongDocs } from './questions.ts';
import { createSummaryMaker, type JudgedSummary } from './summaries.ts';
import { type TermValues, wordTerms } from './word-terms.ts';

/** One summary with what every term says of it. */
export interface RelevanceRow {
  readonly question: string;
  readonly document: string;
  readonly arm: string;
  readonly isGold: boolean;
  readonly isDeclined: boolean;
  /** By term; terms of a model carry its name after an @. A term that could not be had is absent. */
  readonly terms: TermValues;
}

export interface CollectRequest {
  /** Names of models in the default configuration. */
  readonly scorers: readonly string[];
  readonly onProgress: (done: number, of: number, rows: number) => void;
}

/** Summarises and scores all questions, one after the other, in this process. */
export async function collectRows(docs: LongDocs, { scorers, onProgress }: CollectRequest): Promise<readonly RelevanceRow[]> {
  await using tools = await openTools(parseConfig({}, 'relevance'));
  const context = { signal: new AbortController().signal, record: () => {} };
  const maker = createSummaryMaker(docs, { tools, reader: await tools.models.open(DEFAULT_MODEL), context });
  const named = await Promise.all(scorers.map(async (name) => ({ name, scorer: { handle: await tools.models.open(name), context } })));
  const rows: RelevanceRow[] = [];
  for (const [place, question] of docs.questions.entries()) {
    for (const judged of await maker.summarise(question, place)) {
      const values: Record<string, number> = { ...wordTerms(judged) };
      for (const { name, scorer } of named) Object.assign(values, await termsOf(judged, name, scorer));
      rows.push(toRow(judged, values));
    }
    onProgress(place + 1, docs.questions.length, rows.length);
  }
  return rows;
}

async function termsOf(judged: JudgedSummary, name: string, scorer: Scorer): Promise<TermValues> {
  // The chunk's prompts follow each other, so that it is read once.
  const parts = [
    await pointerTerms(judged, scorer),
    await contrastTerms(judged, scorer),
    await questionTerms(judged, scorer),
    await answerTerms(judged, scorer),
  ];
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part).map(([term, value]) => [`${term} @${name}`, value])));
}

function toRow({ question, arm, isGold, isDeclined }: JudgedSummary, terms: TermValues): RelevanceRow {
  return { question: question.id, document: question.documentId, arm, isGold, isDeclined, terms };
}
