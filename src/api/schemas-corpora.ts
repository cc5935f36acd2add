import { z } from 'zod';
import { asAnswer, asRequest, count, maybe, span, text } from './schemas-common.ts';
import { inlineDocument } from './schemas-request.ts';

export const corpusDocumentsBody = asRequest(
  'CorpusDocuments',
  z.strictObject({
    documents: z.array(inlineDocument).min(1).max(10_000).describe('Texts to keep under the name. Each `uri` once.'),
  }),
);

export const corpusSearchBody = asRequest(
  'CorpusSearch',
  z.strictObject({
    query: text(2_000).describe('Words, and: `"exact phrase"`, `uri:reports/**`, `title:annual`, `format:markdown`, `lang:de`.'),
    limit: z.int().min(1).max(100).default(10).describe('At most so many passages.'),
  }),
);

export const corpusQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('How many sources.'),
  after: z
    .string()
    .regex(/^\d{1,16}-[0-9a-f]{16}$/, { error: 'expected the next_cursor of an earlier page' })
    .optional()
    .describe('The `next_cursor` of the page before.'),
});

export const forgetQuery = z.strictObject({
  with_runs: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: also delete the runs that have read it, with their reports and logs, which may quote it.'),
});

const corpus = z.strictObject({
  object: z.literal('corpus'),
  name: z.string(),
  corpus_id: z.string().nullable().describe('The present version, which never changes; null while there is no document in it.'),
  documents: count,
  chunks: count,
  bytes: count.describe('Of the texts, in UTF-8.'),
  created_at: count,
  updated_at: count,
});

export const corpusListAnswer = asAnswer(
  'CorpusList',
  z.strictObject({ object: z.literal('list'), data: z.array(corpus).describe('By name.') }),
);

export const corpusAnswer = asAnswer(
  'Corpus',
  corpus.extend({
    sources: z.strictObject({
      data: z
        .array(
          z.strictObject({
            uri: z.string(),
            status: z.enum(['read', 'duplicate', 'not-read']),
            reason: z.string().nullable().describe('Why it was not read; beside a document: why that is not the newest.'),
            duplicate_of: z.string().nullable().describe('The uri of the source that has the same text and counts.'),
            document_id: z.string().nullable(),
          }),
        )
        .describe('Oldest first; those that were sent together by uri.'),
      has_more: z.boolean(),
      next_cursor: z.string().nullable().describe('Give it back as `after` for the next page.'),
    }),
  }),
);

export const corpusChangeAnswer = asAnswer(
  'CorpusChange',
  z.strictObject({
    object: z.literal('corpus.change'),
    corpus,
    documents: z
      .array(
        z.strictObject({
          uri: z.string(),
          change: z.enum(['added', 'changed', 'unchanged']),
          duplicate_of: z.string().nullable().describe('The uri of the source that has the same text and counts.'),
          document_id: z.string(),
        }),
      )
      .describe('As they were sent.'),
    is_recut: z.boolean().describe("The server's models are others than last time, and all documents were cut anew."),
  }),
);

export const corpusHitsAnswer = asAnswer(
  'CorpusHits',
  z.strictObject({
    object: z.literal('list'),
    corpus_id: z.string().nullable().describe('The version that was searched last.'),
    data: z
      .array(
        z.strictObject({
          document_id: z.string(),
          uri: z.string(),
          title: z.string(),
          place: z.string().nullable().describe('In words of the original, such as `p. 12, Risk Factors`; null where none is known.'),
          span,
          score: maybe,
          snippet: z.string().describe('The stretch with most of the words sought, on one line.'),
        }),
      )
      .describe('Best first.'),
  }),
);

export const forgottenAnswer = asAnswer(
  'Forgotten',
  z.strictObject({
    object: z.literal('corpus.forgotten'),
    document_id: z.string(),
    uris: z.array(z.string()).describe('What it was called.'),
    corpora: count.describe('Of yours, named and unnamed, that held it.'),
    step_results: count.describe('Results of models that were made of it.'),
    queue_jobs: count,
    deleted_runs: z.array(z.string()),
    quoting_runs: z.array(z.string()).describe('Runs that have met it and are still there: their logs and reports may quote it.'),
  }),
);
