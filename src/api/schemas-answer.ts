import { z } from 'zod';
import { JOB_PRIORITIES } from '../domain/fair-share.ts';
import { asAnswer, count, id, maybe, span, status } from './schemas-common.ts';
import { gatheredAnswer } from './schemas-gather.ts';
import { baselineAnswer, capsuleAnswer, warningAnswer } from './schemas-report.ts';

export const modelAnswer = z.strictObject({
  name: z.string(),
  provider: z.string(),
  file_hash: z.string().optional().describe('SHA-256 of the weights.'),
});

export const pluginAnswer = asAnswer(
  'Plugin',
  z.strictObject({
    id: z.string(),
    version: z.string(),
    options: z.record(z.string(), z.unknown()),
    model: modelAnswer.optional(),
  }),
);

export const usageAnswer = asAnswer(
  'Usage',
  z.strictObject({
    calls: count,
    cache_hits: count.describe('Results taken from earlier runs.'),
    unknown_calls: count.describe('Calls whose end a crash has hidden; counted at what was reserved for them.'),
    prompt_tokens: count,
    cached_tokens: count,
    output_tokens: count,
    scored_tokens: count,
    duration_ms: z.number(),
    flops: maybe,
    micro_usd: maybe.describe('Null when a call has no price: part of a bill must not look like the bill.'),
    priced_micro_usd: count,
    unpriced_calls: count,
    avoided_micro_usd: count.describe('What the cached results had cost whoever paid for them.'),
    estimated_calls: count,
  }),
);

export const usageRow = usageAnswer.extend({ role: z.string(), model: z.string(), place: z.enum(['local', 'remote']) });
export const ledgerAnswer = asAnswer('Ledger', z.strictObject({ total: usageAnswer, rows: z.array(usageRow) }));

export const informationAnswer = asAnswer(
  'Information',
  z.strictObject({
    bits: maybe,
    ceiling_bits: maybe.describe('No summary can score more against so many contexts.'),
    saturation: maybe.describe('bits / ceiling_bits.'),
    bits_per_token: maybe,
    bits_per_byte: maybe,
    contexts: count,
  }),
);

export const informationEstimate = asAnswer(
  'InformationEstimate',
  z.strictObject({
    bits: maybe,
    ceiling_bits: maybe,
    saturation: maybe,
    interval_bits: z.strictObject({ low: maybe, high: maybe }).nullable().describe('95 %, two-sided.'),
    samples: count,
    missing: count,
  }),
);

const quoteAnswer = z.strictObject({ number: count, document_id: z.string(), span, quote: z.string() });

export const publicError = z.strictObject({ code: z.string(), message: z.string() });

const answerForm = z.enum(['model', 'template', 'memory']).describe('`memory`: from what the model knows; no source was read.');

export const reportBody = asAnswer(
  'Report',
  z.strictObject({
    status: z.enum(['answered', 'not-found']),
    text: z.string().describe('Prose with marks [n] that name citations.'),
    form: answerForm,
    citations: z.array(quoteAnswer),
    dropped: z.array(z.strictObject({ evidence: count, reason: z.string() })).describe('Citations that could not be verified.'),
    unread: z.array(count).optional(),
  }),
);

export const limitsAnswer = z
  .strictObject({ micro_usd: maybe, tokens: maybe, calls: maybe, duration_ms: maybe })
  .describe('Null is no limit.');

const range = z.strictObject({ low: z.number(), expected: z.number(), high: z.number() });

const estimateFigures = z.strictObject({
  chunks: count,
  calls: range,
  tokens: range,
  usd: range.nullable().describe('Null where a model has no price.'),
  minutes: range,
  basis: z.string().describe('What the figures rest on.'),
});

const stepCounts = z.strictObject({ planned: count, done: count, failed: count, pending: count });

const heldBack = z
  .strictObject({ tokens: count, micro_usd: count.describe('0 where its model has no price: then no money is kept for it.'), calls: count })
  .nullable()
  .describe(
    'Kept free under the limits for the final answer. Null without limits, once the run is over, and where its model is not at hand.',
  );

export const runAnswer = asAnswer(
  'ResearchRun',
  z.strictObject({
    id,
    object: z.literal('research.run'),
    status,
    question: z.string(),
    created_at: count.describe('Unix seconds.'),
    updated_at: count.describe('Unix seconds, of the last event.'),
    corpus_id: z.string(),
    seed: count,
    strategy: pluginAnswer,
    planner: pluginAnswer,
    retriever: pluginAnswer,
    compressor: pluginAnswer,
    estimator: pluginAnswer,
    gate: pluginAnswer,
    predictor: pluginAnswer,
    cascade: z.array(pluginAnswer).describe('What a chunk is given when a summary will not do.'),
    scorer: modelAnswer.nullable(),
    limits: limitsAnswer,
    priority: z.enum(JOB_PRIORITIES),
    estimate: estimateFigures.nullable().describe('What the run was expected to take when it was submitted.'),
    progress: stepCounts.extend({ by_role: z.record(z.string(), stepCounts) }),
    usage: usageAnswer,
    held_back: heldBack,
    gathered: gatheredAnswer.nullable().describe('What the run was to gather from the web; null where its sources were given to it.'),
    last_sequence: count.describe('Of the last event; a stream may begin after it.'),
    report: reportBody.nullable(),
    error: publicError.nullable(),
    incomplete_details: z.strictObject({ reason: z.string() }).nullable(),
    metadata: z.record(z.string(), z.unknown()),
    forked_from: z.string().nullable(),
  }),
);

export const runListItem = asAnswer(
  'ResearchRunSummary',
  z.strictObject({
    id,
    object: z.literal('research.run'),
    status,
    question: z.string(),
    created_at: count,
    updated_at: count,
    strategy: z.string(),
    compressor: z.string().describe('`<plugin>` or `<plugin>@<model>`.'),
    predictor: z.string().describe('`<plugin>` or `<plugin>@<model>`.'),
    progress: stepCounts,
    micro_usd: maybe.describe('Null when a call has no price: part of a bill must not look like the bill.'),
    priced_micro_usd: count,
    unpriced_calls: count,
    read_tokens: count.describe("Prompt tokens of the compressor's calls, also of those whose results were there already."),
    predictor_tokens: count.describe("Prompt tokens of the predictor's calls, also of those whose results were there already."),
    metadata: z.record(z.string(), z.unknown()),
    forked_from: z.string().nullable(),
  }),
);

export const listAnswer = asAnswer(
  'ResearchRunList',
  z.strictObject({
    object: z.literal('list'),
    data: z.array(runListItem).describe('Newest first.'),
    has_more: z.boolean(),
    next_cursor: z.string().nullable().describe('Give it back as `after` for the next page.'),
  }),
);

export const estimateAnswer = asAnswer('ResearchEstimate', estimateFigures.extend({ object: z.literal('research.estimate') }));

export const tokenBits = asAnswer(
  'TokenBits',
  z.strictObject({
    text: z.string().describe('The words of the token; empty for the end of the text.'),
    bits: maybe.describe("What it tells of the summary's own source; those of a summary sum to its bits."),
  }),
);

const sourceAnswer = z.strictObject({
  uri: z.string(),
  title: z.string(),
  span,
  source_tokens: count,
  status: z.enum(['text', 'none', 'failed', 'pending']),
  summary: z.string().nullable(),
  summary_tokens: maybe,
  information: informationAnswer.nullable(),
  token_bits: z
    .array(tokenBits)
    .nullable()
    .describe(
      'The summary token by token. Null without a score, where the scorer does not tell its tokens, and after the first 200 sources.',
    ),
  unscored: z.string().nullable().describe('Why there is no score.'),
  kept: z.boolean(),
  reason: z.string().describe('Why it was kept, dropped, or not read.'),
  flags: z.array(z.string()),
  relevance: maybe,
});

export const reportAnswer = asAnswer(
  'ResearchReport',
  z.strictObject({
    id,
    object: z.literal('research.report'),
    status,
    question: z.string(),
    reason: z.string().nullable().describe('Why it is incomplete.'),
    answer: z.strictObject({ status: z.enum(['answered', 'not-found']), text: z.string(), form: answerForm }),
    citations: z.array(
      z.strictObject({
        number: count,
        uri: z.string(),
        title: z.string(),
        span,
        quote: z.string(),
        place: z.string().optional().describe('In words of the original, such as `p. 12, Risk Factors`; absent where none is known.'),
      }),
    ),
    dropped: z.array(z.strictObject({ evidence: count, reason: z.string() })),
    sources: z.array(sourceAnswer),
    gathered: gatheredAnswer
      .optional()
      .describe('What came from the web, and what did not; absent where the sources were given to the run.'),
    warnings: z
      .array(warningAnswer)
      .optional()
      .describe('Sources with text that reads like instructions to a model; it was treated as data.'),
    capsules: z.array(capsuleAnswer).describe('What stood for each plan, in order; none where plans have no capsules.'),
    ledger: ledgerAnswer,
    baselines: z.array(baselineAnswer).describe('What the same answer would have taken without a compressor.'),
  }),
);

export const healthAnswer = asAnswer('Health', z.strictObject({ status: z.enum(['ok', 'ready']), version: z.string() }));
