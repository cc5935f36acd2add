import { EFFORTS } from '../domain/effort.ts';
import { type CostRow, type Period, sumCosts, type Tenants } from '../domain/run-figures.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { PluginKind } from '../ports/plugin.ts';
import type { Caller } from '../ports/research-service.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { CostReport, EvaluationShelf, ModelFigures, RunSettingsChoice, SystemState, Watch } from '../ports/watch.ts';
import type { JobDefaults } from './job-request.ts';
import type { ModelPool } from './models.ts';
import type { Registry } from './registry.ts';
import { readFigures } from './watch-figures.ts';
import { QUEUES, type QueueName } from './work.ts';

export interface WatchDeps {
  readonly runs: Pick<RunStore, 'readCosts' | 'readSavings' | 'listFailures' | 'countWaiting' | 'countRuns'>;
  readonly queue: Pick<JobQueue, 'counts' | 'backlog'>;
  readonly models: Pick<ModelPool, 'states'>;
  readonly registry: Pick<Registry, 'list'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly evaluations: EvaluationShelf;
  readonly prices: CostReport['prices'];
  readonly engines: Pick<SystemState, 'store' | 'queue'>;
  /** Jobs that this process does at once; 0 where it leaves a queue to others. */
  readonly concurrency: Readonly<Record<QueueName, number>>;
  /** Names of the configured models. */
  readonly modelNames: readonly string[];
  readonly defaults: Pick<JobDefaults, 'plugins' | 'scorer'>;
}

const HOUR_MS = 3_600_000;
const MAX_FAILURES = 50;
const KINDS = ['strategy', 'planner', 'retriever', 'compressor', 'estimator', 'gate', 'predictor'] as const satisfies readonly PluginKind[];

export function createWatch(deps: WatchDeps): Watch {
  const startedAt = deps.clock.now();
  return {
    costs: (of, period) => costs(deps, of, period),
    system: (caller) => system(deps, caller, startedAt),
    settings: () => settings(deps),
    figures: () => readFigures(deps),
    evaluations: deps.evaluations,
  };
}

async function costs({ runs, prices }: WatchDeps, of: Tenants, period: Period): Promise<CostReport> {
  const [found, savings] = await Promise.all([runs.readCosts(of, period), runs.readSavings(of, period)]);
  return { ...found, total: sumCosts(found.rows), savings, prices };
}

async function system(deps: WatchDeps, { tenant }: Caller, startedAt: number): Promise<SystemState> {
  const now = deps.clock.now();
  const [queues, states, recent, failures, waitingRuns] = await Promise.all([
    Promise.all(QUEUES.map(async (name) => ({ name, ...(await deps.queue.counts(name)), concurrency: deps.concurrency[name] }))),
    deps.models.states(),
    deps.runs.readCosts({ tenant }, { from: now - HOUR_MS, to: now + 1 }),
    deps.runs.listFailures(tenant, MAX_FAILURES),
    deps.runs.countWaiting(tenant),
  ]);
  const models = states.map((state) => ({ ...state, ...speedOf(state.name, recent.rows) }));
  return { ...deps.engines, uptimeMs: now - startedAt, queues, models, failures, waitingRuns };
}

/** Tokens read, written and scored, by the time that their calls took; calls at the same time count their time each. */
function speedOf(model: string, rows: readonly CostRow[]): Pick<ModelFigures, 'tokensPerSecond'> {
  const total = sumCosts(rows.filter((row) => row.model === model));
  const tokens = total.promptTokens + total.outputTokens + total.scoredTokens;
  return total.durationMs > 0 && tokens > 0 ? { tokensPerSecond: (tokens / total.durationMs) * 1000 } : {};
}

function settings({ registry, defaults, modelNames }: WatchDeps): RunSettingsChoice {
  const listed = KINDS.map((kind) => [kind, registry.list(kind).map(({ id, summary }) => ({ id, summary }))] as const);
  const name = ({ use, model }: { readonly use: string; readonly model?: string | undefined }): string =>
    model === undefined ? use : `${use}@${model}`;
  const { strategy, compressor, predictor } = defaults.plugins;
  return {
    plugins: Object.fromEntries(listed),
    models: modelNames,
    defaults: { strategy: strategy.use, compressor: name(compressor), predictor: name(predictor), scorer: defaults.scorer ?? null },
    efforts: EFFORTS,
  };
}
