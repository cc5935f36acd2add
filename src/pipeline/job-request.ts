import type { RunLimits } from '../domain/budget.ts';
import { limitsFor } from '../domain/effort.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { PluginKind } from '../ports/plugin.ts';
import type { ForkChanges, ResearchJob } from '../ports/research-service.ts';
import type { EngineDeps } from './session.ts';
import type { RunRequest, Selected } from './submit.ts';

/** What a job that does not say otherwise is made with: the configuration's choices. */
export interface JobDefaults {
  readonly plugins: Readonly<Record<PluginKind, Selected>>;
  /** A model's name, or null to score nothing. */
  readonly scorer: string | null;
  readonly seed: number;
}

export interface RequestContext {
  readonly tenant: string;
  readonly corpusId: string;
  readonly defaults: JobDefaults;
}

type PriceDeps = Pick<EngineDeps, 'models' | 'pricing'>;

/** What may be chosen job by job. */
const CHOSEN = ['strategy', 'planner', 'compressor', 'predictor'] as const;

/** The request that a job describes, laid over the defaults. */
export async function toRequest(job: ResearchJob, { tenant, corpusId, defaults }: RequestContext, deps: PriceDeps): Promise<RunRequest> {
  const plugins = choose(defaults.plugins, job);
  return {
    question: job.question,
    tenant,
    corpusId,
    seed: job.seed ?? defaults.seed,
    limits: await limitsOf(job, plugins, deps),
    allowUnpriced: job.allowUnpriced ?? false,
    plugins,
    scorer: job.scorer === undefined ? defaults.scorer : job.scorer,
  };
}

/** A fork's request: that of the original, as it was frozen, with the changes laid over it. */
export function toFork(spec: RunSpec, changes: ForkChanges): { readonly job: ResearchJob; readonly defaults: JobDefaults } {
  const { strategy, planner, retriever, compressor, estimator, gate, predictor, scorer, seed, question, corpusId, limits } = spec;
  const chosen = { strategy, planner, retriever, compressor, estimator, gate, predictor };
  const plugins = Object.fromEntries(Object.entries(chosen).map(([kind, choice]) => [kind, toSelected(choice)])) as JobDefaults['plugins'];
  const keepsLimits = changes.limits === undefined && changes.effort === undefined;
  return {
    job: { question, corpusId, ...changes, ...(keepsLimits ? { limits } : {}) },
    defaults: { plugins, scorer: scorer?.name ?? null, seed },
  };
}

function toSelected({ id, options, model }: PluginChoice): Selected {
  return model === undefined ? { use: id, options } : { use: id, options, model: model.name };
}

/** Options belong to the plugin they were written for; another plugin starts from its own defaults, with the same model. */
function choose(plugins: JobDefaults['plugins'], job: ResearchJob): JobDefaults['plugins'] {
  const chosen = CHOSEN.flatMap((kind) => {
    const reference = job[kind];
    return reference === undefined ? [] : [[kind, override(plugins[kind], reference)] as const];
  });
  return { ...plugins, ...Object.fromEntries(chosen) };
}

/** `<plugin>` or `<plugin>@<model>`. */
function override(setting: Selected, reference: string): Selected {
  const at = reference.indexOf('@');
  const use = at < 0 ? reference : reference.slice(0, at);
  const kept = use === setting.use ? setting : { use, options: {}, model: setting.model };
  return at < 0 ? kept : { ...kept, model: reference.slice(at + 1) };
}

async function limitsOf({ effort, limits = {} }: ResearchJob, plugins: JobDefaults['plugins'], deps: PriceDeps): Promise<RunLimits> {
  if (effort === undefined) return limits;
  return limitsFor(effort, { limits, isPriced: await isPriced(plugins, deps) });
}

/** Whether the models that may cost money have prices; a preset's limit in USD needs them. */
async function isPriced({ planner, compressor, predictor }: JobDefaults['plugins'], { models, pricing }: PriceDeps): Promise<boolean> {
  const names = [planner, compressor, predictor].flatMap(({ model }) => model ?? []);
  const opened = await Promise.all([...new Set(names)].map((name) => models.open(name)));
  return opened.every(
    ({ model: { identity } }) =>
      identity.provider !== 'openai' || pricing.table.priceOf(String(identity.settings['model'] ?? identity.name)) !== undefined,
  );
}
