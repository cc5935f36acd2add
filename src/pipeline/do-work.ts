import { IsthmusError } from '../domain/errors.ts';
import type { PluginChoice } from '../domain/run.ts';
import type { StepResult } from '../domain/step.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { ModelPool } from './models.ts';
import type { Registry } from './registry.ts';
import { withUsage } from './with-usage.ts';
import type { JobPayload, JobResult, Work } from './work.ts';

export interface WorkDeps {
  readonly registry: Registry;
  readonly models: ModelPool;
}

/**
 * Does the works of one job: a function from payload to results and usage, without a database. Several works are scorings that
 * share context and query, done as one column.
 */
export async function doJob(payload: JobPayload, deps: WorkDeps, signal: AbortSignal): Promise<JobResult> {
  const works = payload.works.map((item) => item.work);
  const [first] = works;
  if (first?.kind === 'score') return scoreColumn(payload, works as readonly ScoreWork[], deps, signal);
  const steps = [];
  for (const { stepKey, work } of payload.works) {
    const { result, usage } = await doWork(work, deps, signal);
    steps.push({ stepKey, result, usage });
  }
  return { steps };
}

async function doWork(work: Work, deps: WorkDeps, signal: AbortSignal): Promise<{ result: StepResult; usage: readonly Usage[] }> {
  const usage: Usage[] = [];
  const context: CallContext = { signal, record: (used) => usage.push(used) };
  return { result: await run(work, deps, context), usage };
}

async function run(work: Work, { registry, models }: WorkDeps, context: CallContext): Promise<StepResult> {
  switch (work.kind) {
    case 'plan': {
      const planner = registry.create('planner', work.plugin, await handleOf(work.plugin, models));
      return { kind: 'plan', queries: await planner.plan(work, context) };
    }
    case 'compress': {
      const compressor = registry.create('compressor', work.plugin, await handleOf(work.plugin, models));
      return { kind: 'compress', summary: await compressor.compress(work, context) };
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

async function scoreColumn(payload: JobPayload, works: readonly ScoreWork[], deps: WorkDeps, signal: AbortSignal): Promise<JobResult> {
  const [first] = works;
  if (first === undefined) return { steps: [] };
  const { model, profile } = await deps.models.require(first.scorer);
  if (model.scoreContinuations === undefined) {
    throw new IsthmusError(
      'capability-missing',
      `Expected a scorer that can read log-probabilities, but ${model.identity.name} cannot. Name a GGUF as scorer.`,
    );
  }
  const usage: Usage[] = [];
  const prompt = profile.scorePrompt(first.text, first.query);
  const request = { prompt, continuations: works.map((work) => work.continuation) };
  const { tokenLogProbs } = (await withUsage(model).scoreContinuations?.(request, { signal, record: (used) => usage.push(used) })) ?? {
    tokenLogProbs: [],
  };
  const steps = payload.works.map(({ stepKey }, i) => {
    const logProbs = tokenLogProbs[i] ?? [];
    const logProb = logProbs.reduce((sum, value) => sum + value, 0);
    const result: StepResult = { kind: 'score', logProb, tokenCount: logProbs.length, tokenLogProbs: logProbs };
    // One evaluation served the whole column; its cost is written to the first cell and the others are free.
    return { stepKey, result, usage: i === 0 ? usage : [] };
  });
  return { steps };
}
