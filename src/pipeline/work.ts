import { z } from 'zod';
import { compressorAt } from '../domain/cascade.ts';
import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import { isEngineStep, type Step, type StepResult, stepKeyOf } from '../domain/step.ts';
import type { Continuation } from '../domain/summary.ts';
import type { Usage } from '../domain/usage.ts';

/**
 * A step with everything it needs to be done elsewhere: texts instead of ids, chosen plugins instead of names. A worker needs
 * no database, and equal work has an equal key.
 */
export type Work =
  | { readonly kind: 'plan'; readonly plugin: PluginChoice; readonly question: string; readonly seed: number }
  | {
      readonly kind: 'compress';
      readonly plugin: PluginChoice;
      readonly text: string;
      readonly query: string;
      readonly seed: number;
      /** The summary is cut to so many tokens, whatever the plugin's options allow. */
      readonly limit?: number;
    }
  | {
      readonly kind: 'predict';
      readonly plugin: PluginChoice;
      readonly question: string;
      readonly evidence: readonly Evidence[];
      readonly seed: number;
      readonly closedBook?: true;
      readonly mayExpand?: true;
    }
  | {
      readonly kind: 'score';
      readonly scorer: ModelIdentity;
      readonly text: string;
      readonly query: string;
      readonly continuation: Continuation;
    };

export const QUEUES = ['compress', 'score', 'predict'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Planning and predicting wait for the same, mostly remote, models. */
export function queueOf(work: Work): QueueName {
  return work.kind === 'plan' ? 'predict' : work.kind;
}

/** The model that does the work, or undefined where a plugin needs none. */
export function modelOf(work: Work): ModelIdentity | undefined {
  return work.kind === 'score' ? work.scorer : work.plugin.model;
}

/** As {@link modelOf}, for a step that has no texts yet. */
export function modelOfStep(step: Step, spec: RunSpec): ModelIdentity | undefined {
  if (isEngineStep(step)) return undefined;
  if (step.kind === 'score') return spec.scorer;
  if (step.role === 'compress') return compressorAt(spec, step.tier).model;
  if (step.role === 'capsule') return spec.compressor.model;
  return { plan: spec.planner, predict: spec.predictor }[step.role].model;
}

/** The key under which a tenant keeps the result of this work. */
export function workKey(work: Work, tenant: string): Promise<string> {
  return stepKeyOf({ tenant, work: work as unknown as JsonObject });
}

/**
 * What travels through the queue: payloads, and results in the version of the payload that asked for them. A field that an older worker
 * may leave unread is added as an optional one; for any other change this number is raised, and older workers leave such jobs to newer ones.
 */
export const JOB_VERSION = 1;

export interface JobPayload {
  readonly version: typeof JOB_VERSION;
  readonly runId: string;
  /** The span that asked for it, as a W3C `traceparent`; absent where nobody traces, and in payloads of earlier versions. */
  readonly trace?: string;
  /** More than one only for scorings that share their context: the prompt is then evaluated once. */
  readonly works: readonly { readonly stepKey: string; readonly work: Work }[];
}

export interface JobResult {
  /** Absent in results of older workers; they are of version 1. */
  readonly version?: typeof JOB_VERSION;
  readonly steps: readonly { readonly stepKey: string; readonly result: StepResult; readonly usage: readonly Usage[] }[];
}

const pluginChoice = z.object({
  id: z.string(),
  version: z.string(),
  options: z.record(z.string(), z.unknown()),
  model: z.unknown().optional(),
});
const work = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), plugin: pluginChoice, question: z.string(), seed: z.number() }),
  z.object({
    kind: z.literal('compress'),
    plugin: pluginChoice,
    text: z.string(),
    query: z.string(),
    seed: z.number(),
    limit: z.number().optional(),
  }),
  z.object({
    kind: z.literal('predict'),
    plugin: pluginChoice,
    question: z.string(),
    evidence: z.array(z.unknown()),
    seed: z.number(),
    closedBook: z.literal(true).optional(),
    mayExpand: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('score'),
    scorer: z.unknown(),
    text: z.string(),
    query: z.string(),
    continuation: z.object({ text: z.string(), tokenIds: z.array(z.number()).optional(), ended: z.boolean() }),
  }),
]);
const jobPayload = z.object({
  version: z.literal(JOB_VERSION),
  runId: z.string(),
  // What cannot be read of a trace stops no work.
  trace: z.string().max(100).optional().catch(undefined),
  works: z.array(z.object({ stepKey: z.string(), work })).min(1),
});

const versioned = z.object({ version: z.int().min(1) });

/** The version of a payload or a result that this process is too old for; undefined where it knows it, or where there is none. */
export function newerVersion(value: unknown): number | undefined {
  const { data } = versioned.safeParse(value);
  return data !== undefined && data.version > JOB_VERSION ? data.version : undefined;
}

/** @throws IsthmusError `invalid-input`, not retryable: a payload that cannot be read will not get better. */
export function parseJobPayload(value: unknown): JobPayload {
  const parsed = jobPayload.safeParse(value);
  if (parsed.success) return parsed.data as JobPayload;
  throw new IsthmusError('invalid-input', `Expected a job payload of version 1, but ${z.prettifyError(parsed.error)}`);
}

const jobResult = z.object({
  version: z.literal(JOB_VERSION).optional(),
  steps: z.array(z.object({ stepKey: z.string(), result: z.looseObject({ kind: z.string() }), usage: z.array(z.unknown()) })),
});

export function parseJobResult(value: unknown): JobResult {
  const parsed = jobResult.safeParse(value);
  if (parsed.success) return parsed.data as unknown as JobResult;
  throw new IsthmusError('output-unparseable', `Expected the result of a job, but ${z.prettifyError(parsed.error)}`);
}

/** An error that remembers what was consumed before it happened: the call was made, whether or not its answer is of use. */
export function withUsageOf(error: unknown, usage: readonly Usage[]): unknown {
  if (usage.length === 0) return error;
  const { code, message, isRetryable, details } = toErrorRecord(error);
  return new IsthmusError(code, message, { isRetryable, details: { ...details, usage }, cause: error });
}

export function usageOf({ details }: ErrorRecord): readonly Usage[] {
  const usage = details?.['usage'];
  return Array.isArray(usage) ? (usage as Usage[]) : [];
}
