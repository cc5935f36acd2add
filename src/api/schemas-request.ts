import { z } from 'zod';
import { JOB_PRIORITIES } from '../domain/fair-share.ts';
import { GATHER_BOUNDS } from '../pipeline/gather-request.ts';
import { asRequest, seed, status, text } from './schemas-common.ts';

/** Of one document; the request's body has a limit of its own. */
const MAX_DOCUMENT = 64 * 1024 * 1024;

const plugin = z
  .string()
  .max(200)
  .regex(/^[a-z0-9-]+(?:@[\w.:/+-]+)?$/i, { error: 'expected <plugin> or <plugin>@<model>' })
  .refine((value) => !value.endsWith('.gguf'), { error: 'expected the name of a configured model, but this is a file' });

const model = z
  .string()
  .max(200)
  .regex(/^\w[\w.:/+-]*$/, { error: 'expected the name of a configured model' })
  .refine((value) => !value.endsWith('.gguf'), { error: 'expected the name of a configured model, but this is a file' });

const effort = z.enum(['low', 'medium', 'high']);

const budget = z
  .strictObject({
    usd: z.number().min(0.000001).max(1_000_000).optional().describe('US dollars that the run may spend; millionths count.'),
    tokens: z.int().min(1).optional().describe('Tokens that the run may move, prompt and output of every call.'),
    calls: z.int().min(1).optional().describe('Model calls that the run may make.'),
    seconds: z.number().min(1).max(31_536_000).optional().describe('Time that the run may take from its submission, pauses not counted.'),
  })
  .describe('A run that meets its limit ends incomplete, with a report from what was bought.');

const scalar = z.union([z.string().max(512), z.number(), z.boolean(), z.null()]);
const metadata = z
  .record(
    z.string().regex(/^(?!__proto__$)[\w.-]{1,64}$/, { error: 'expected a name of letters, digits, and the characters _ . -' }),
    scalar,
  )
  .refine((value) => Object.keys(value).length <= 16, { error: 'expected at most 16 members' })
  .refine((value) => Object.values(value).every((item) => typeof item !== 'string' || item === '' || text(512).safeParse(item).success), {
    error: 'expected text without NUL characters and halves of surrogate pairs',
  })
  .describe('Up to 16 values of yours, kept with the run.');

const choices = {
  strategy: plugin.optional().describe('How the run proceeds.'),
  planner: plugin.optional().describe('Who turns the question into queries.'),
  compressor: plugin.optional().describe('Who summarises each chunk.'),
  gate: plugin.optional().describe('Who decides which summaries become evidence.'),
  predictor: plugin.optional().describe('Who answers from the summaries.'),
  grow: z
    .array(z.int().min(1).max(1_000))
    .min(2)
    .max(8)
    .optional()
    .describe('Lengths in sentences, such as [3, 6, 9]: the next one when the gate finds that its bits pay.'),
  cascade: z.array(plugin).max(8).optional().describe('Compressors for chunks whose summary will not do, in this order.'),
  scorer: model.nullable().optional().describe('The model whose log-probabilities are the bits; null scores nothing.'),
  effort: effort.optional().describe('A preset of limits; what `budget` says goes before it.'),
  budget: budget.optional(),
  allow_unpriced: z.boolean().optional().describe('Start under a limit in USD although a model has no price.'),
  priority: z
    .enum(JOB_PRIORITIES)
    .optional()
    .describe('Of its work among what waits: high goes before normal, normal before low, and low still has a share. Default: normal.'),
  seed: seed.optional(),
  metadata: metadata.optional(),
};

export const inlineDocument = z.strictObject({
  uri: text(2_000).describe('Where it comes from; citations name it.'),
  text: text(MAX_DOCUMENT),
});

const webSources = {
  urls: z
    .array(text(GATHER_BOUNDS.urlLength).regex(/^https?:\/\//i, { error: 'expected an http or https address' }))
    .min(1)
    .max(GATHER_BOUNDS.urls)
    .optional()
    .describe('Pages that the run fetches before it reads.'),
  web: z
    .strictObject({
      results: z.int().min(1).max(GATHER_BOUNDS.results).optional().describe('Pages of each search; default: 8.'),
      queries: z
        .array(text(GATHER_BOUNDS.queryLength))
        .min(1)
        .max(GATHER_BOUNDS.queries)
        .optional()
        .describe('What is searched for; default: the question.'),
    })
    .optional()
    .describe('A search of the web, by the provider that the server is configured with; what it finds is fetched and read.'),
  max_age_seconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .describe('Pages that another run of yours has gathered within this time are taken from it; default: a day, 0: none.'),
};

/** An id, or a name, whose letters are those of any script. */
const corpusId = z
  .string()
  .min(1)
  .max(128)
  .refine((value) => /^[\p{L}\p{N}_.-]+$/u.test(value), { error: 'expected an id or a name: letters, digits, and the characters _ . -' });

export const submitBody = asRequest(
  'ResearchJob',
  z
    .strictObject({
      question: text(20_000),
      documents: z
        .array(inlineDocument)
        .min(1)
        .max(10_000)
        .optional()
        .describe('Texts to read. Either these, `corpus_id`, or pages of the web.'),
      corpus_id: corpusId.optional().describe('A corpus that was ingested before: its id, or a name that it was given.'),
      ...webSources,
      ...choices,
      dry_run: z.boolean().optional().describe('Answer with an estimate and start nothing.'),
    })
    .refine((job) => [job.documents, job.corpus_id, job.urls ?? job.web].filter((sources) => sources !== undefined).length === 1, {
      error: 'expected either documents, corpus_id, or urls and web',
      path: ['documents'],
    })
    .refine((job) => job.max_age_seconds === undefined || (job.urls ?? job.web) !== undefined, {
      error: 'expected it beside urls or web',
      path: ['max_age_seconds'],
    }),
);

export const forkBody = asRequest('ResearchFork', z.strictObject(choices));

export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many.'),
  after: z
    .string()
    .regex(/^[\w.:=~-]{1,300}$/, { error: 'expected the next_cursor of an earlier page' })
    .optional()
    .describe('The `next_cursor` of the page before.'),
  status: status.optional().describe('Only runs in this state.'),
  strategy: plugin.optional().describe('Only runs of this strategy.'),
  search: text(200).optional().describe('Only runs whose question has these words.'),
});

/** Up to the year 9999. */
const seconds = z.coerce.number().int().min(0).max(253_402_300_799);

export const costsQuery = z.strictObject({
  from: seconds.optional().describe('Unix seconds; default: 30 days before `to`.'),
  to: seconds.optional().describe('Unix seconds, exclusive; default: now.'),
  tenants: z
    .enum(['own', 'all'])
    .default('own')
    .describe('`all`: of every tenant; for keys with the scope `admin`, and on a server that asks for no key.'),
  format: z.enum(['json', 'csv']).default('json').describe('`csv` gives the rows as a table.'),
});

export const sessionBody = asRequest(
  'SignIn',
  z.strictObject({ key: z.string().min(1).max(300).describe('As `isthmus keys create` has shown it.') }),
);

export const eventsQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(0)
    .describe('Events after this sequence number; the header Last-Event-ID goes before it.'),
});

export const reportQuery = z.strictObject({
  format: z.enum(['json', 'markdown', 'html']).optional().describe('Goes before the Accept header.'),
});

export const compressBody = asRequest(
  'CompressCall',
  z.strictObject({
    text: z
      .union([
        text(MAX_DOCUMENT),
        z
          .array(z.union([z.literal(''), text(MAX_DOCUMENT)]))
          .min(1)
          .max(1_000),
      ])
      .describe('One text, or several that are compared with one another.'),
    question: text(20_000).describe('What the summary is for.'),
    compressor: plugin.optional(),
    scorer: model.nullable().optional(),
    chunks: z.int().min(1).max(1_000).default(12).describe('Read at most this many chunks, those nearest to the question.'),
    seed: seed.optional(),
  }),
);

export const scoreBody = asRequest(
  'ScoreCall',
  z.strictObject({
    rows: z
      .array(
        z.strictObject({
          id: text(200).optional(),
          x: text(MAX_DOCUMENT).describe('The source.'),
          q: z
            .union([z.literal(''), text(20_000)])
            .default('')
            .describe('The question.'),
          z: text(100_000).describe('The summary.'),
        }),
      )
      .min(2)
      .max(10_000)
      .describe('Summaries made by any model anywhere. Each is compared with the sources of the others.'),
    scorer: model.optional(),
    estimator: plugin.optional(),
    seed: seed.optional(),
  }),
);
