import { z } from 'zod';
import { informationAnswer, informationEstimate, ledgerAnswer, tokenBits } from './schemas-answer.ts';
import { asAnswer, count, span } from './schemas-common.ts';

export const compressAnswer = asAnswer(
  'Compression',
  z.strictObject({
    object: z.literal('compression'),
    question: z.string(),
    chunk_count: count,
    parts: z
      .array(
        z.strictObject({
          source: count.describe('Which of the texts; 0 where there is one.'),
          span,
          status: z.enum(['text', 'none']),
          summary: z.string(),
          summary_tokens: count,
          finish_reason: z.enum(['stop', 'length']),
          quotes: z.array(span).describe('Where the words stand, in the document.'),
          kept: z.boolean(),
          reason: z.string(),
          relevance: z.number(),
          flags: z.array(z.string()),
          information: informationAnswer.nullable(),
          token_bits: z.array(tokenBits),
        }),
      )
      .describe('Kept ones first, most relevant first.'),
    estimate: informationEstimate.nullable(),
    ledger: ledgerAnswer,
  }),
);

export const scoreAnswer = asAnswer(
  'Scores',
  z.strictObject({
    object: z.literal('scores'),
    rows: z.array(
      z.strictObject({
        id: z.string(),
        information: informationAnswer.nullable(),
        missing: z.string().nullable().describe('Why there is no score; never 0 for want of one.'),
        token_bits: z.array(tokenBits),
      }),
    ),
    estimate: informationEstimate,
    ledger: ledgerAnswer,
  }),
);
