import { IsthmusError } from '../domain/errors.ts';
import type { PluginChoice } from '../domain/run.ts';
import type { StepResult } from '../domain/step.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { JobContext } from '../ports/job-queue.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { SILENT, type Telemetry } from '../ports/telemetry.ts';
import { ATTRIBUTE, SPAN } from '../ports/telemetry-names.ts';
import { cutSummary } from './cut-summary.ts';
import type { ModelPool } from './models.ts';
import { endUnanswered, refuseRepeat } from './once.ts';
import type { Registry } from './registry.ts';
import { type ScoredCell, scoreColumn } from './score-column.ts';
import { withUsage } from './with-usage.ts';
import { JOB_VERSION, type JobPayload, type JobResult, type QueueName, type Work, withUsageOf } from './work.ts';

export interface WorkDeps {
  readonly registry: Registry;
  readonly models: ModelPool;
  /** Absent: nobody watches. */
  readonly telemetry?: Telemetry;
}

/** What the queue says of this attempt at a job. */
type Attempt = Pick<JobContext, 'signal' | 'lostAttempts'>;

/** {@link doJob} as a span, under the one that asked for it. */
export function doWatchedJob(
  payload: JobPayload,
  deps: WorkDeps,
  { queue, ...attempt }: JobContext & { readonly queue: QueueName },
): Promise<JobResult> {
  const attributes = {
    [ATTRIBUTE.queue]: queue,
    [ATTRIBUTE.jobId]: attempt.jobId,
    [ATTRIBUTE.runId]: payload.runId,
    [ATTRIBUTE.attempt]: attempt.attempt,
    [ATTRIBUTE.stepCount]: payload.works.length,
  };
  const options = { title: `process ${queue}`, kind: 'consumer', attributes, parent: payload.trace ?? null } as const;
  return (deps.telemetry ?? SILENT).span(SPAN.job, options, () => doJob(payload, deps, attempt));
}

/**
 * Does the works of one job: a function from payload to results and usage, without a database. Several works are scorings that
 * share context and query, done as one column.
 */
export async function doJob(payload: JobPayload, deps: WorkDeps, { signal, lostAttempts = 0 }: Attempt): Promise<JobResult> {
  refuseRepeat(payload, deps.registry, lostAttempts);
  const works = payload.works.map((item) => item.work);
  const [first] = works;
  const { telemetry = SILENT } = deps;
  if (first?.kind === 'score') {
    const attributes = { [ATTRIBUTE.stepRole]: 'score', [ATTRIBUTE.stepCount]: works.length, [ATTRIBUTE.runId]: payload.runId };
    const column = () => doColumn(payload, works as readonly ScoreWork[], deps, signal);
    return telemetry.span(SPAN.step, { title: 'step score', attributes }, column);
  }
  const steps = [];
  for (const { stepKey, work } of payload.works) {
    const attributes = { [ATTRIBUTE.stepRole]: work.kind, [ATTRIBUTE.stepKey]: stepKey, [ATTRIBUTE.runId]: payload.runId };
    const { result, usage } = await telemetry.span(SPAN.step, { title: `step ${work.kind}`, attributes }, () => doWork(work, deps, signal));
    steps.push({ stepKey, result, usage });
  }
  return { version: JOB_VERSION, steps };
}

async function doWork(work: Work, deps: WorkDeps, signal: AbortSignal): Promise<{ result: StepResult; usage: readonly Usage[] }> {
  const usage: Usage[] = [];
  const context: CallContext = { signal, record: (used) => usage.push(used) };
  try {
    return { result: await run(work, deps, context), usage };
  } catch (error) {
    throw endUnanswered(withUsageOf(error, usage), work, deps.registry);
  }
}

async function run(work: Work, { registry, models }: WorkDeps, context: CallContext): Promise<StepResult> {
  switch (work.kind) {
    case 'plan': {
      const planner = registry.create('planner', work.plugin, await handleOf(work.plugin, models));
      return { kind: 'plan', queries: await planner.plan(work, context) };
    }
    case 'compress': {
      const compressor = registry.create('compressor', work.plugin, await handleOf(work.plugin, models));
      const summary = await compressor.compress(work, context);
      if (work.limit === undefined || work.plugin.model === undefined) return { kind: 'compress', summary };
      const { model } = await models.require(work.plugin.model);
      return { kind: 'compress', summary: await cutSummary(summary, work.limit, model) };
    }
    case 'predict': {
      const predictor = registry.create('predictor', work.plugin, await handleOf(work.plugin, models));
      return { kind: 'predict', draft: await predictor.predict(work, context) };
    }
    case 'score':
      throw new IsthmusError('internal', 'Scorings are done by the column.');
    default:
      return work satisfies never;
  }
}

async function handleOf(plugin: PluginChoice, models: ModelPool): Promise<ModelHandle> {
  if (plugin.model === undefined)
    throw new IsthmusError('invalid-input', `Expected plugin "${plugin.id}" to name its model, but it names none.`);
  const { model, profile } = await models.require(plugin.model);
  return { model: withUsage(model), profile };
}

type ScoreWork = Extract<Work, { kind: 'score' }>;

async function doColumn(payload: JobPayload, works: readonly ScoreWork[], deps: WorkDeps, signal: AbortSignal): Promise<JobResult> {
  const [first] = works;
  if (first === undefined) return { version: JOB_VERSION, steps: [] };
  const { model, profile } = await deps.models.require(first.scorer);
  const usage: Usage[] = [];
  const prompt = profile.scorePrompt(first.text, first.query);
  const request = { prompt, continuations: works.map((work) => work.continuation), withTexts: true };
  const results = await scoreColumn(request, withUsage(model), { signal, record: (used) => usage.push(used) });
  const steps = results.flatMap((result, i) => {
    const stepKey = payload.works[i]?.stepKey;
    return 'cell' in result && stepKey !== undefined ? [{ stepKey, result: toStepResult(result.cell) }] : [];
  });
  const [error] = results.flatMap((result) => ('error' in result ? [result.error] : []));
  if (steps.length === 0 && error !== undefined) throw withUsageOf(error, usage);
  // One evaluation served the whole column; its cost is written to the first cell and the others are free.
  return { version: JOB_VERSION, steps: steps.map((step, i) => ({ ...step, usage: i === 0 ? usage : [] })) };
}

function toStepResult({ logProb, tokenLogProbs, tokenTexts }: ScoredCell): StepResult {
  const told = tokenTexts.length === tokenLogProbs.length ? { tokenTexts } : {};
  return { kind: 'score', logProb, tokenCount: tokenLogProbs.length, tokenLogProbs, ...told };
}
