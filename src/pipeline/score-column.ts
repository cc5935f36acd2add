import { IsthmusError } from '../domain/errors.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { LanguageModel, ScoreRequest } from '../ports/language-model.ts';

/** One continuation under the prompt of its column. */
export interface ScoredCell {
  /** Nats, the sum over tokens. */
  readonly logProb: number;
  readonly tokenLogProbs: readonly number[];
  /** Empty where the model does not tell. */
  readonly tokenTexts: readonly string[];
}

export type CellResult = { readonly cell: ScoredCell } | { readonly error: IsthmusError };

/**
 * Scores many continuations of one prompt, which is evaluated once. One that does not fit beside the prompt is an error of its own
 * and costs the others nothing: the column is halved until they are apart.
 */
export async function scoreColumn(request: ScoreRequest, model: LanguageModel, context: CallContext): Promise<readonly CellResult[]> {
  const { prompt, continuations } = request;
  if (model.scoreContinuations === undefined) {
    const message = `Expected a scorer that can read log-probabilities, but ${model.identity.name} cannot. Name a GGUF as scorer.`;
    throw new IsthmusError('capability-missing', message);
  }
  try {
    const { tokenLogProbs, tokenTexts } = await model.scoreContinuations(request, context);
    return continuations.map((_one, i) => toCell(tokenLogProbs[i], tokenTexts?.[i]));
  } catch (error) {
    if (!(error instanceof IsthmusError) || error.code !== 'context-overflow') throw error;
    if (continuations.length < 2) return continuations.map(() => ({ error }));
    const half = continuations.length >> 1;
    const first = await scoreColumn({ prompt, continuations: continuations.slice(0, half) }, model, context);
    return [...first, ...(await scoreColumn({ prompt, continuations: continuations.slice(half) }, model, context))];
  }
}

/** A number that is none is missing: 0 would be certainty, and null is what JSON makes of it. */
function toCell(tokenLogProbs: readonly number[] | undefined, tokenTexts: readonly string[] = []): CellResult {
  const logProb = tokenLogProbs?.reduce((sum, value) => sum + value, 0);
  if (tokenLogProbs !== undefined && logProb !== undefined && Number.isFinite(logProb)) {
    return { cell: { logProb, tokenLogProbs, tokenTexts } };
  }
  return { error: new IsthmusError('output-unparseable', `Expected a finite log-probability, but the scorer gave ${logProb ?? 'none'}.`) };
}
