import { local } from '../../agents/predictors/local.ts';
import { answerGain } from '../../estimators/answer-gain.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import { logSumExp } from '../../src/domain/information.ts';
import { scoreItems } from '../../src/pipeline/score-items.ts';
import type { Scorer } from './model-terms.ts';
import type { JudgedSummary } from './summaries.ts';
import type { TermValues } from './word-terms.ts';

/** The gain where the model answers nothing from the summary: under any that it can have. */
const NO_ANSWER = -1e6;

/**
 * The estimator `answer-gain` with the answer that the same model gives from this summary alone, since a run knows no other; and whether it
 * would answer at all, which is one position. With the gold answer it is no gate: that row shows what a scorer could at best make of it.
 */
export async function answerTerms(judged: JudgedSummary, scorer: Scorer): Promise<TermValues> {
  const { question, chunk, summary } = judged;
  const evidence = [{ number: 1, chunkIds: [chunk.id], text: summary.text, quotes: [] }];
  const predictor = local.create(local.options.parse({}), scorer.handle);
  const draft = await predictor.predict({ question: question.query, evidence, seed: 0 }, scorer.context);
  const said = draft.status === 'answered' ? draft.text.replace(/\s*\[\d+\]/g, '').trim() : '';
  const ownGain = said === '' ? NO_ANSWER : await gain(judged, said, scorer);
  const goldGain = await gain(judged, question.answers[0] ?? '', scorer);
  const odds = await oddsOfAnswering(question.query, evidence, scorer);
  return {
    ...(ownGain === undefined ? {} : { 'answer gain, own answer': ownGain }),
    ...(goldGain === undefined ? {} : { 'answer gain, gold answer (no gate)': goldGain }),
    ...(odds === undefined ? {} : { 'predictor: not NONE, of z': odds }),
  };
}

async function gain({ question, chunk, summary }: JudgedSummary, answer: string, scorer: Scorer): Promise<number | undefined> {
  const { query, documentId } = question;
  const item = { id: chunk.id, contextId: chunk.id, documentId, query, continuation: { text: summary.text, ended: true }, answer };
  const request = { items: [item], contexts: new Map([[chunk.id, chunk.text]]), panel: [] };
  const estimator = answerGain.create({}, undefined);
  const { scores } = await scoreItems(request, { scorer: scorer.handle, estimator, context: scorer.context });
  return scores.get(chunk.id)?.bits;
}

/** Log-odds of the markers of the evidence against `none` as the predictor's first word. */
async function oddsOfAnswering(query: string, evidence: readonly Evidence[], { handle, context }: Scorer): Promise<number | undefined> {
  const { predict } = handle.profile;
  const copy = predict.copy?.(query, evidence);
  if (copy === undefined || handle.model.scoreMarkers === undefined) return undefined;
  const markers = [...copy.sources.map(({ marker }) => marker), copy.none];
  const { logProbs } = await handle.model.scoreMarkers({ prompt: predict.prompt(query, evidence), markers }, context);
  return logSumExp(logProbs.slice(0, -1)) - (logProbs.at(-1) ?? 0);
}
