import type { Draft } from '../domain/answer.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CallContext } from './call-context.ts';

export interface PredictionRequest {
  readonly question: string;
  readonly evidence: readonly Evidence[];
  readonly seed: number;
}

/** Answers from evidence. No evidence gives `not-found` without a model call; never an error, never an invention. */
export interface Predictor {
  predict(request: PredictionRequest, context: CallContext): Promise<Draft>;
}
