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
  const results: CellResult[] = [];
  let left: readonly Placed[] = request.continuations.map((continuation, place) => ({ continuation, place }));
  while (left.length > 0) {
    const tried = await tryColumn(request, left, { model, context });
    for (const [place, result] of tried.results) results[place] = result;
    left = tried.left;
  }
  return results;
}

interface Placed {
  readonly continuation: Continuation;
  readonly place: number;
  /** Known once one of the column was too long. */
  readonly tokens?: number;
}

interface Tried {
  readonly results: ReadonlyMap<number, CellResult>;
  readonly left: readonly Placed[];
}

async function tryColumn(
  request: ScoreRequest,
  column: readonly Placed[],
  { model, context }: { readonly model: LanguageModel; readonly context: CallContext },
): Promise<Tried> {
  if (model.scoreContinuations === undefined) {
    const message = `Expected a scorer that can read log-probabilities, but ${model.identity.name} cannot. Name a GGUF as scorer.`;
    throw new IsthmusError('capability-missing', message);
  }
  try {
    const continuations = column.map(({ continuation }) => continuation);
    const { tokenLogProbs, tokenTexts } = await model.scoreContinuations({ ...request, continuations }, context);
    return { left: [], results: new Map(column.map(({ place }, i) => [place, toCell(tokenLogProbs[i], tokenTexts?.[i])])) };
  } catch (error) {
    if (!(error instanceof IsthmusError) || error.code !== 'context-overflow') throw error;
    const sized = await measure(column, model);
    const longest = Math.max(...sized.map(({ tokens }) => tokens));
    const tooLong = sized.filter(({ tokens }) => tokens === longest);
    return { left: sized.filter(({ tokens }) => tokens < longest), results: new Map(tooLong.map(({ place }) => [place, { error }])) };
  }
}

async function measure(column: readonly Placed[], model: LanguageModel): Promise<readonly Required<Placed>[]> {
  const counts = column.some(({ tokens }) => tokens === undefined)
    ? await model.countTokens(column.map(({ continuation }) => continuation.text))
    : [];
  return column.map((one, i) => ({ ...one, tokens: one.tokens ?? one.continuation.tokenIds?.length ?? counts[i] ?? 0 }));
}

/** A number that is none is missing: 0 would be certainty, and null is what JSON makes of it. */
function toCell(tokenLogProbs: readonly number[] | undefined, tokenTexts: readonly string[] = []): CellResult {
  const logProb = tokenLogProbs?.reduce((sum, value) => sum + value, 0);
  if (tokenLogProbs !== undefined && logProb !== undefined && Number.isFinite(logProb)) {
    return { cell: { logProb, tokenLogProbs, tokenTexts } };
  }
  return { error: new IsthmusError('output-unparseable', `Expected a finite log-probability, but the scorer gave ${logProb ?? 'none'}.`) };
}
