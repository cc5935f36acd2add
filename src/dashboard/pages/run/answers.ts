import type { z } from 'zod';
import type { reportAnswer, runAnswer } from '../../../api/schemas-answer.ts';
import type { ReportBody } from './run-view.ts';

/** `GET /v1/research/{id}`. */
export type RunAnswer = z.output<typeof runAnswer>;
/** `GET /v1/research/{id}/report?format=json`. */
export type ReportAnswer = z.output<typeof reportAnswer>;
export type ReportSource = ReportAnswer['sources'][number];
export type TokenBits = NonNullable<ReportSource['token_bits']>[number];
export type Span = ReportSource['span'];

type Citation = ReportBody['citations'][number];

/** A citation with the address of its source and its place there, once the report has told them. */
export interface PlacedCitation extends Citation {
  readonly uri: string | null;
  /** In words of the original, such as `p. 12, Risk Factors`; null where none is known. */
  readonly place: string | null;
}
