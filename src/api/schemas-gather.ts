import { z } from 'zod';
import { asAnswer, count } from './schemas-common.ts';

/** What became of the pages that a run was to gather. */
export const gatheredAnswer = asAnswer(
  'Gathered',
  z.strictObject({
    sources: z.array(
      z.strictObject({
        url: z.string().describe('As it was asked for.'),
        from: z.enum(['url', 'search']),
        query: z.string().nullable().describe('Of the search that found it first.'),
        document_id: z.string().nullable().describe('Null where it was not read.'),
        title: z.string().nullable(),
        reason: z.string().nullable().describe('Why it was not read.'),
      }),
    ),
    searches: z.array(z.strictObject({ query: z.string(), hits: count, reason: z.string().nullable() })),
    is_shared: z.boolean().describe('An earlier run has gathered it; this one has asked the web nothing for it.'),
  }),
);

const egressRecord = z.strictObject({
  at_ms: z.number().describe('Unix milliseconds.'),
  purpose: z.enum(['search', 'page', 'robots']),
  url: z.string().describe('Without credentials and keys.'),
  address: z.string().nullable().describe('What was connected to; null where it never came to that.'),
  status: z.number().nullable(),
  bytes: count,
  duration_ms: z.number(),
  refused: z.string().nullable().describe('Why it was refused or given up.'),
});

export const egressAnswer = asAnswer(
  'Egress',
  z.strictObject({
    object: z.literal('list'),
    data: z.array(egressRecord),
    is_shared: z.boolean().describe('An earlier run has asked what its gathering took; this one has taken the result.'),
  }),
);
