import type { SourceQuote } from './evidence.ts';

/**
 * How an answer came about, for the reader: `model` prose, a `template` around a model's short answer, or the model's `memory`: no source
 * was read and nothing can be cited.
 */
export type AnswerForm = 'model' | 'template' | 'memory';

/** What a predictor says, before anything is checked. */
export interface Draft {
  readonly status: 'answered' | 'not-found';
  /** Prose with marks [n] that name evidence numbers. */
  readonly text: string;
  readonly citations: readonly { readonly evidence: number; readonly quote?: string }[];
  readonly form: AnswerForm;
  /** Numbers of evidence that the predictor was not shown, because it did not fit or the model reads less; absent when none. */
  readonly unread?: readonly number[];
  /** Numbers of evidence that the predictor wants to see in full before it answers; absent when none. */
  readonly expand?: readonly number[];
}

/** What a predictor says when the evidence holds no answer. */
export const NOT_FOUND_TEXT = 'Not found in the sources.';

/** What a predictor says that was asked for what it knows, and knows nothing. */
export const NOT_KNOWN_TEXT = 'The model does not know.';

/** A mark [number] of the report, resolved to words that stand in the source. */
export interface Citation extends SourceQuote {
  readonly number: number;
}

/** A citation that could not be verified; it is not shown, only counted and explained. */
export interface DroppedCitation {
  readonly evidence: number;
  readonly reason: string;
}

/** What the user gets (Y). */
export interface Report {
  readonly status: 'answered' | 'not-found';
  readonly text: string;
  readonly form: AnswerForm;
  readonly citations: readonly Citation[];
  readonly dropped: readonly DroppedCitation[];
  /** As in the draft. */
  readonly unread?: readonly number[];
}
