import type { CostRow } from '../domain/run-figures.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Figures } from '../ports/metrics.ts';
import type { RunStore } from '../ports/run-store.ts';
import { METRIC, modelLabel } from '../ports/telemetry-names.ts';
import type { ModelPool } from './models.ts';
import { QUEUES } from './work.ts';

export interface FigureDeps {
  readonly runs: Pick<RunStore, 'readCosts' | 'countRuns'>;
  readonly queue: Pick<JobQueue, 'counts' | 'backlog'>;
  readonly models: Pick<ModelPool, 'states'>;
  readonly clock: Pick<Clock, 'now'>;
}

type Value = Figures['values'][number];

const MIB = 2 ** 20;
const STATUSES = ['queued', 'in_progress', 'completed', 'failed', 'cancelled', 'incomplete'] as const;

/**
 * What is looked up when somebody asks. Figures of the ledger are sums over runs that are kept: a deleted run takes its part along, so they are gauges.
 * Every process of an installation tells the same of runs, queues and ledger; of models each tells its own.
 */
export async function readFigures(deps: FigureDeps): Promise<readonly Figures[]> {
  const [runs, queues, ledger, models] = await Promise.all([runFigures(deps), queueFigures(deps), ledgerFigures(deps), modelFigures(deps)]);
  return [runs, ...queues, ...ledger, ...models];
}

async function runFigures({ runs }: FigureDeps): Promise<Figures> {
  const counts = await runs.countRuns();
  return {
    name: METRIC.runs,
    help: 'Runs that are kept, by status.',
    values: STATUSES.map((status) => ({ labels: { status }, value: counts[status] ?? 0 })),
  };
}

async function queueFigures({ queue, clock }: FigureDeps): Promise<readonly Figures[]> {
  const asked = await Promise.all(
    QUEUES.map(async (name) => {
      const [counts, { oldestAt }] = await Promise.all([queue.counts(name), queue.backlog(name)]);
      return { name, counts, ageMs: oldestAt === undefined ? 0 : Math.max(0, clock.now() - oldestAt) };
    }),
  );
  const jobs = asked.flatMap(({ name, counts }) =>
    Object.entries(counts).map(([state, value]) => ({ labels: { queue: name, state }, value })),
  );
  const ages = asked.map(({ name, ageMs }) => ({ labels: { queue: name }, value: ageMs / 1000 }));
  return [
    { name: METRIC.queueJobs, help: 'Jobs by queue and state; failed ones while the queue remembers them.', values: jobs },
    {
      name: METRIC.queueOldest,
      help: 'For how long the job that has waited longest has been in the queue; 0 where none waits.',
      values: ages,
    },
  ];
}

async function ledgerFigures({ runs, clock }: FigureDeps): Promise<readonly Figures[]> {
  const { rows } = await runs.readCosts('all', { from: 0, to: clock.now() + 1 });
  const by = (of: (row: CostRow) => number): Value[] => rows.map((row) => ({ labels: labelsOf(row), value: of(row) }));
  const tokens = rows.flatMap((row): Value[] => [
    { labels: { ...labelsOf(row), kind: 'prompt' }, value: row.promptTokens },
    { labels: { ...labelsOf(row), kind: 'output' }, value: row.outputTokens },
    { labels: { ...labelsOf(row), kind: 'scored' }, value: row.scoredTokens },
  ]);
  return [
    { name: METRIC.tokens, help: 'Tokens in the ledgers of kept runs, by model, stage and kind.', values: tokens },
    {
      name: METRIC.microUsd,
      help: 'What was paid, in millionths of a US dollar, as far as it has a price.',
      values: by((row) => row.pricedMicroUsd),
    },
    { name: METRIC.calls, help: 'Calls of models whose end was seen.', values: by((row) => row.calls) },
    { name: METRIC.unpriced, help: 'Calls without a price; with any, what was paid is not known.', values: by((row) => row.unpricedCalls) },
    { name: METRIC.cacheHits, help: 'Calls that were spared, since their results were kept.', values: by((row) => row.cacheHits) },
  ];
}

function labelsOf({ model, role, place }: CostRow): Readonly<Record<string, string>> {
  return { model: modelLabel(model), stage: role, place };
}

async function modelFigures({ models }: FigureDeps): Promise<readonly Figures[]> {
  const states = await models.states();
  const of = (name: string) => ({ model: modelLabel(name) });
  const contexts = states.flatMap(({ name, contextMiB }) =>
    contextMiB === undefined ? [] : [{ labels: of(name), value: contextMiB * MIB }],
  );
  return [
    {
      name: METRIC.modelOpen,
      help: '1 for a configured model that somebody has asked this process for.',
      values: states.map(({ name, isOpen }) => ({ labels: of(name), value: isOpen ? 1 : 0 })),
    },
    {
      name: METRIC.modelContext,
      help: 'What the contexts (KV caches) of a loaded local model take; absent while it is not loaded.',
      values: contexts,
    },
  ];
}
