import { z } from 'zod';
import type { RunEvent } from '../domain/run.ts';
import { informationAnswer, limitsAnswer, pluginAnswer, publicError, reportBody } from './schemas-answer.ts';
import { answerSchemas, count, id, maybe, span } from './schemas-common.ts';
import { gatheredAnswer } from './schemas-gather.ts';

/**
 * The events of a run as others see them: names and payloads are frozen. Clients keep them, so a name never changes its meaning; a new
 * fact gets a new name, and a new member is optional. The names are those of the domain's events; what of their content is ours alone
 * (keys of cached steps, ids of queue jobs, settings of models, token ids) does not leave.
 */

const usage = z
  .strictObject({
    kind: z.enum(['call', 'cache', 'unknown']),
    role: z.string(),
    model: z.string(),
    place: z.enum(['local', 'remote']),
    prompt_tokens: count,
    cached_tokens: count,
    output_tokens: count,
    scored_tokens: count,
    duration_ms: z.number(),
    micro_usd: maybe,
    avoided_micro_usd: maybe,
  })
  .describe('One model call, or a result that saved one.');

const plannedStep = z.strictObject({
  id: z.string(),
  role: z.enum(['plan', 'capsule', 'compress', 'score', 'predict', 'retrieve', 'gather']),
  query: z.string().nullable(),
  chunk_id: z.string().nullable(),
  reserved: z
    .strictObject({ tokens: count, micro_usd: maybe, calls: maybe.optional() })
    .nullable()
    .describe('What was set aside under the limits before the step was sent; time is not set aside. Null: nothing was.'),
});

const result = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), queries: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('compress'),
    status: z.enum(['text', 'none']),
    summary: z.string(),
    summary_tokens: count,
    finish_reason: z.enum(['stop', 'length']),
    quotes: z.array(span).describe('In the chunk.'),
  }),
  z.strictObject({ kind: z.literal('predict'), status: z.enum(['answered', 'not-found']), text: z.string() }),
  z.strictObject({
    kind: z.literal('retrieve'),
    chunks: z.array(z.strictObject({ chunk_id: z.string(), document_id: z.string(), score: maybe })),
  }),
  gatheredAnswer.omit({ is_shared: true }).extend({ kind: z.literal('gather'), corpus_id: z.string() }),
  z.strictObject({ kind: z.literal('score'), log_prob: maybe.describe('In nats.'), tokens: count }),
]);

const finishedStep = z.strictObject({
  id: z.string(),
  status: z.enum(['done', 'failed']),
  is_cached: z.boolean(),
  result: result.nullable(),
  error: publicError.nullable(),
  usage: z.array(usage),
});

/** What each event holds beside `type`, `run_id`, `sequence` and `at_ms`. */
const PAYLOADS = {
  'run-created': z.strictObject({
    question: z.string(),
    corpus_id: z.string(),
    strategy: pluginAnswer,
    compressor: pluginAnswer,
    predictor: pluginAnswer,
    limits: limitsAnswer,
  }),
  'run-resumed': z.strictObject({ epoch: count }),
  'steps-planned': z.strictObject({ steps: z.array(plannedStep) }),
  'steps-finished': z.strictObject({ steps: z.array(finishedStep) }),
  'steps-withdrawn': z.strictObject({ step_ids: z.array(z.string()), reason: z.string() }),
  'intent-unknown': z.strictObject({ step_id: z.string(), usage }),
  'web-asked': z
    .strictObject({ step_id: z.string(), requests: count })
    .describe('An attempt to gather sources has asked the web so often and come to nothing; `egress` of the run tells all.'),
  'summary-scored': z.strictObject({ step_id: z.string(), information: informationAnswer }),
  'summary-unscored': z.strictObject({ step_id: z.string(), reason: z.string() }),
  'summary-gated': z.strictObject({
    step_id: z.string(),
    kept: z.boolean(),
    reason: z.string(),
    relevance: maybe,
    flags: z.array(z.string()),
    repeats: z.string().nullable(),
    escalates: z.boolean().describe('The chunk is given the next compressor of the cascade.'),
    text: z.string().nullable().describe('What becomes evidence in the place of the summary.'),
  }),
  'patch-judged': z
    .strictObject({
      verdict: z.enum(['enter', 'stay', 'leave', 'stop']),
      reason: z.string(),
      patch: z.string().nullable(),
      document_id: z.string().nullable(),
      scent: maybe.describe('Predicted gain: of a whole visit before it, of the next chunk within it.'),
      gain: maybe.describe('Realised in the patch so far.'),
      cost: maybe.describe('What that took, in `unit`.'),
      unit: z.enum(['tokens', 'usd', 'seconds']),
      rate: maybe.describe('The predicted gain for a unit of cost.'),
      best_rate: maybe.describe('R*: what a unit of cost gains elsewhere.'),
      threshold: maybe.describe('What the rate was held against.'),
      chunk_ids: z.array(z.string()).describe('To be read upon it.'),
    })
    .describe('A move of a foraging strategy: where it goes, stays, leaves or stops.'),
  'capsule-chosen': z
    .strictObject({
      round: count.describe('Counts plans, from 0.'),
      plan: z.string(),
      guidance: z.string().nullable().describe('Said in every prompt beside its question.'),
      budget: count.nullable().describe('Tokens allowed to the capsule that passed.'),
      reconstruction: maybe.describe('Nats that the capsule tells of a token of the plan; without a scorer the share of its words.'),
      agreement: maybe.describe('The share of found chunks that plan and capsule have in common.'),
      reason: z.string(),
    })
    .describe('What stands for the plan in the prompts.'),
  'run-interrupted': z.strictObject({ reason: z.string() }),
  'run-completed': z.strictObject({ report: reportBody }),
  'run-incomplete': z.strictObject({ report: reportBody, reason: z.string() }),
  'run-failed': z.strictObject({ error: publicError }),
  'run-cancelled': z.strictObject({}),
} as const satisfies Readonly<Record<RunEvent['type'], z.ZodObject>>;

export type EventName = keyof typeof PAYLOADS;
export type EventPayload<Name extends EventName> = z.input<(typeof PAYLOADS)[Name]>;

export const EVENT_NAMES = Object.keys(PAYLOADS) as readonly EventName[];

/** Names that only a stream has: they are no facts of the run and carry no sequence number. */
export const STREAM_EVENTS = {
  /** Events that were asked for and are no longer there. */
  gap: z.strictObject({ run_id: id, from_sequence: count, to_sequence: count }),
  /** The stream broke on our side; connect again with the last id. */
  error: z.strictObject({
    error: z.strictObject({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
  }),
} as const;

/** Whole events, as the `data` of a message. */
export const EVENTS: Readonly<Record<EventName, z.ZodObject>> = Object.fromEntries(
  EVENT_NAMES.map((name) => [
    name,
    PAYLOADS[name].extend({ type: z.literal(name), run_id: id, sequence: count, at_ms: count.describe('Milliseconds since 1970.') }),
  ]),
) as unknown as Record<EventName, z.ZodObject>;

for (const name of EVENT_NAMES) answerSchemas.add(EVENTS[name], { id: toSchemaName(name) });

/** `run-created` is described as `RunCreatedEvent`. */
export function toSchemaName(name: EventName): string {
  return `${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`;
}
