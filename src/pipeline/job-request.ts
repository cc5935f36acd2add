import type { RunLimits } from '../domain/budget.ts';
import { limitsFor } from '../domain/effort.ts';
import { present } from '../domain/present.ts';
import { priceOfModel } from '../domain/price.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { PluginKind } from '../ports/plugin.ts';
import type { ForkChanges, ResearchJob } from '../ports/research-service.ts';
import type { RunRequest, Selected } from './run-request.ts';
import { selectPlugin, selectTiers } from './select-plugin.ts';
import type { EngineDeps } from './session.ts';

/** What a job that does not say otherwise is made with: the configuration's choices. */
export interface JobDefaults {
  readonly plugins: Readonly<Record<PluginKind, Selected>>;
  /** A model's name, or null to score nothing. */
  readonly scorer: string | null;
  /** Further compressors for the same chunk, which the gate may ask for. */
  readonly cascade?: readonly Selected[];
  readonly seed: number;
  /** Pages wanted of a search of the web. */
  readonly results?: number;
}

export interface RequestContext {
  readonly tenant: string;
  readonly corpusId: string;
  readonly defaults: JobDefaults;
}

type PriceDeps = Pick<EngineDeps, 'models' | 'pricing'>;

/** What may be chosen job by job. */
const CHOSEN = ['strategy', 'planner', 'compressor', 'gate', 'predictor'] as const;

/** The request that a job describes, laid over the defaults. */
export async function toRequest(job: ResearchJob, { tenant, corpusId, defaults }: RequestContext, deps: PriceDeps): Promise<RunRequest> {
  const plugins = choose(defaults.plugins, job);
  const cascade = selectTiers(job, { compressor: plugins.compressor, usual: defaults.cascade ?? [] });
  return {
    question: job.question,
    tenant,
    corpusId,
    seed: job.seed ?? defaults.seed,
    limits: await limitsOf(job, [...Object.values(plugins), ...cascade], deps),
    allowUnpriced: job.allowUnpriced ?? false,
    ...(job.priority === undefined ? {} : { priority: job.priority }),
    plugins,
    ...(job.grow === undefined ? {} : { grow: job.grow }),
    ...(cascade.length === 0 ? {} : { cascade }),
    scorer: job.scorer === undefined ? defaults.scorer : job.scorer,
  };
}

/** A fork's request: that of the original, as it was frozen, with the changes laid over it. */
export function toFork(spec: RunSpec, changes: ForkChanges): { readonly job: ResearchJob; readonly defaults: JobDefaults } {
  const { strategy, planner, retriever, compressor, estimator, gate, predictor, scorer, seed, question, limits } = spec;
  const chosen = { strategy, planner, retriever, compressor, estimator, gate, predictor };
  const plugins = Object.fromEntries(Object.entries(chosen).map(([kind, choice]) => [kind, toSelected(choice)])) as JobDefaults['plugins'];
  const keepsLimits = changes.limits === undefined && changes.effort === undefined;
  return {
    job: { question, ...sourcesOf(spec), ...present({ priority: spec.priority }), ...changes, ...(keepsLimits ? { limits } : {}) },
    defaults: { plugins, cascade: (spec.cascade ?? []).map(toSelected), scorer: scorer?.name ?? null, seed },
  };
}

/** The corpus of the original, gathered or given; of one that has gathered nothing, the wish to. */
function sourcesOf({ corpusId, gather }: RunSpec): Pick<ResearchJob, 'corpusId' | 'urls' | 'web' | 'maxAgeMs'> {
  if (gather === undefined || corpusId !== '') return { corpusId };
  const { urls, search, ttlMs } = gather;
  const web = search === undefined ? undefined : { queries: search.queries, results: search.results };
  return present({ urls, web, maxAgeMs: ttlMs });
}

function toSelected({ id, options, model }: PluginChoice): Selected {
  return model === undefined ? { use: id, options } : { use: id, options, model: model.name };
}

/** Options belong to the plugin they were written for; another plugin starts from its own defaults, with the same model. */
function choose(plugins: JobDefaults['plugins'], job: ResearchJob): JobDefaults['plugins'] {
  const chosen = CHOSEN.flatMap((kind) => {
    const reference = job[kind];
    return reference === undefined ? [] : [[kind, selectPlugin(plugins[kind], reference)] as const];
  });
  return { ...plugins, ...Object.fromEntries(chosen) };
}

async function limitsOf({ effort, limits = {} }: ResearchJob, plugins: readonly Selected[], deps: PriceDeps): Promise<RunLimits> {
  if (effort === undefined) return limits;
  return limitsFor(effort, { limits, isPriced: await isPriced(plugins, deps) });
}

/** Whether the models that may cost money have prices; a preset's limit in USD needs them. */
async function isPriced(plugins: readonly Selected[], { models, pricing }: PriceDeps): Promise<boolean> {
  const names = plugins.flatMap(({ model }) => model ?? []);
  const opened = await Promise.all([...new Set(names)].map((name) => models.open(name)));
  return opened.every(({ model: { identity } }) => identity.provider !== 'openai' || priceOfModel(identity, pricing.table) !== undefined);
}
