import { IsthmusError } from '../domain/errors.ts';
import type { Continuation } from '../domain/summary.ts';
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
 * and costs the others nothing: the longest are left out until the rest fits, and a model refuses what is too long before it
 * begins. (Halving the column would find them as well, but would have each part evaluate the prompt, which nobody has set aside.)
 */
export async function scoreColumn(request: ScoreRequest, model: LanguageModel, context: CallContext): Promise<readonly CellResult[]> {
  const score = model.scoreContinuations?.bind(model);
  if (score === undefined) {
    const message = `Expected a scorer that can read log-probabilities, but ${model.identity.name} cannot. Name a GGUF as scorer.`;
    throw new IsthmusError('capability-missing', message);
  }
  const results: CellResult[] = [];
  let left = request.continuations.map((continuation, place) => ({ continuation, place, tokens: 0 }));
  let isMeasured = false;
  while (left.length > 0) {
    try {
      const { tokenLogProbs, tokenTexts } = await score({ ...request, continuations: left.map((one) => one.continuation) }, context);
      left.forEach(({ place }, i) => {
        results[place] = toCell(tokenLogProbs[i], tokenTexts?.[i]);
      });
      return results;
    } catch (error) {
      if (!(error instanceof IsthmusError) || error.code !== 'context-overflow') throw error;
      if (!isMeasured) left = await measured(left, model);
      isMeasured = true;
      const longest = Math.max(...left.map(({ tokens }) => tokens));
      for (const { place } of left.filter(({ tokens }) => tokens === longest)) results[place] = { error };
      left = left.filter(({ tokens }) => tokens < longest);
    }
  }
  return results;
}

async function measured<One extends { readonly continuation: Continuation }>(column: readonly One[], model: LanguageModel) {
  const counts = await model.countTokens(column.map(({ continuation }) => continuation.text));
  return column.map((one, i) => ({ ...one, tokens: one.continuation.tokenIds?.length ?? counts[i] ?? 0 }));
}

/** A number that is none is missing: 0 would be certainty, and null is what JSON makes of it. */
function toCell(tokenLogProbs: readonly number[] | undefined, tokenTexts: readonly string[] = []): CellResult {
  const logProb = tokenLogProbs?.reduce((sum, value) => sum + value, 0);
  if (tokenLogProbs !== undefined && logProb !== undefined && Number.isFinite(logProb)) {
    return { cell: { logProb, tokenLogProbs, tokenTexts } };
  }
  return { error: new IsthmusError('output-unparseable', `Expected a finite log-probability, but the scorer gave ${logProb ?? 'none'}.`) };
}
