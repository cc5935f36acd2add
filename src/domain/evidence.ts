import type { Span } from './document.ts';

/** One summary that passed the gate, as the predictor is shown it. Numbered from 1 in the order shown. */
export interface Evidence {
  readonly number: number;
  readonly chunkIds: readonly string[];
  readonly text: string;
  /** Where the summary's words stand in its sources, in document coordinates. */
  readonly quotes: readonly SourceQuote[];
}

/** A quote at a span of a document: `text` equals the slice. */
export interface SourceQuote {
  readonly documentId: string;
  readonly span: Span;
  readonly text: string;
}
