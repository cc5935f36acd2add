import type { Draft } from '../domain/answer.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CallContext } from './call-context.ts';

export interface PredictionRequest {
  readonly question: string;
  readonly evidence: readonly Evidence[];
  readonly seed: number;
  /** Answer from what the model knows. There is no evidence then, and the draft's form is `memory`. */
  readonly closedBook?: true;
  /** A model that can may ask for evidence in full, by `expand`, instead of answering. */
  readonly mayExpand?: true;
}

/** Answers from evidence. Unless it is asked for what it knows, no evidence gives `not-found` without a model call; never an error, never an invention. */
export interface Predictor {
  predict(request: PredictionRequest, context: CallContext): Promise<Draft>;
}
