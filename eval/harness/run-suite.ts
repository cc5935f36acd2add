import { join } from 'node:path';
import { LIMIT_REACHED } from '../../src/domain/budget.ts';
import { IsthmusError } from '../../src/domain/errors.ts';
import { isTerminal, type RunSpec } from '../../src/domain/run.ts';
import { specify } from '../../src/pipeline/submit.ts';
import type { Metric, MetricTools } from '../metrics/metric.ts';
import { type Answered, answer, spentOn } from './answer.ts';
import type { Arm } from './arms.ts';
import type { Bench } from './bench.ts';
import { type Cell, type CellRequest, cellsOf, countCells } from './cells.ts';
import { inParallel } from './in-parallel.ts';
import { makeDetail, wantsDetail } from './make-detail.ts';
import { cellKey, makeRow, type RowParts, settingsOf } from './make-row.ts';
import type { EvalRow, RowDetail } from './row.ts';
import { type BegunRun, filterRows, type Lines, openLines, readBegun, readRows } from './rows.ts';
import type { Spending } from './spending.ts';

export interface SuiteRun extends CellRequest {
  readonly bench: Bench;
  /** Where the rows are. */
  readonly folder: string;
  readonly metrics: readonly Metric[];
  /** The one that counts as accuracy. */
  readonly primary: string;
  readonly tools: MetricTools;
  /** Names of metrics and of the models they ask: rows that were measured otherwise are made again. */
  readonly graded: readonly string[];
  readonly spending: Spending;
  /** Tasks answered at once. */
  readonly concurrency: number;
  /** Drops the rows that failed, and so makes them again. */
  readonly retriesFailed?: boolean;
  readonly commit: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SuiteProgress) => void;
}

export interface SuiteProgress {
  readonly done: number;
  readonly of: number;
  /** Rows made by this process. */
  readonly made: number;
  readonly failed: number;
  readonly spentMicroUsd: number;
}

export interface SuiteOutcome extends SuiteProgress {
  /** Why it ended before its end; what is there is kept, and the same command goes on. */
  readonly stopped?: 'interrupted' | 'spent';
}

export const FILES = { rows: 'rows.jsonl', details: 'details.jsonl', begun: 'begun.jsonl' } as const;

interface Open {
  readonly rows: Lines<EvalRow>;
  readonly details: Lines<RowDetail>;
  readonly begun: Lines<BegunRun>;
  readonly done: Set<string>;
}

/**
 * Makes every row that is not there yet. What a killed process has begun is taken back first; steps that were done for any suite
 * are not done again.
 * @throws IsthmusError where an arm could not begin, before any is begun
 */
export async function runSuite(run: SuiteRun): Promise<SuiteOutcome> {
  await checkArms(run);
  const open = await openFiles(run);
  const of = countCells(run);
  const state = { done: 0, of, made: 0, failed: 0, isSpent: false };
  const tell = () => run.onProgress?.(progressOf(state, run));
  await inParallel(cellsOf(run), { limit: run.concurrency, isOver: () => state.isSpent || run.signal.aborted }, async (cell) => {
    const made = await fill(cell, open, run);
    if (made === 'spent') state.isSpent = true;
    else if (made !== 'stopped') {
      state.done += 1;
      if (made !== 'kept') state.made += 1;
      if (made === 'failed') state.failed += 1;
    }
    tell();
  });
  const stopped = run.signal.aborted ? ('interrupted' as const) : state.isSpent ? ('spent' as const) : undefined;
  return { ...progressOf(state, run), ...(stopped === undefined ? {} : { stopped }) };
}

function progressOf({ done, of, made, failed }: Omit<SuiteProgress, 'spentMicroUsd'>, { spending }: SuiteRun): SuiteProgress {
  return { done, of, made, failed, spentMicroUsd: spending.spent };
}

/** What could not begin is refused before anything has cost. */
async function checkArms(run: SuiteRun): Promise<void> {
  const seen = new Set<Arm>();
  for (const cell of cellsOf(run)) {
    if (seen.size === run.arms.length) break;
    if (seen.has(cell.arm)) continue;
    seen.add(cell.arm);
    await specifyCell(cell, '', run);
  }
}

async function openFiles({ folder, retriesFailed, bench }: SuiteRun): Promise<Open> {
  const path = (name: keyof typeof FILES) => join(folder, FILES[name]);
  if (retriesFailed === true) await filterRows(path('rows'), ({ status }) => status !== 'failed');
  const lines = { rows: await openLines<EvalRow>(path('rows')), details: await openLines<RowDetail>(path('details')) };
  const begun = await openLines<BegunRun>(path('begun'));
  const done = new Set<string>();
  for await (const { cell } of readRows(path('rows'))) done.add(cell);
  for await (const { cell, runId } of readBegun(path('begun'))) if (!done.has(cell)) await end(runId, bench);
  return { ...lines, begun, done };
}

/** What a killed process was about: its jobs are taken back, what they have done is kept, and the row's next run finds it. */
async function end(runId: string, { isthmus }: Bench): Promise<void> {
  if ((await isthmus.runs.findRun(runId)) !== undefined) await isthmus.engine.cancel(runId);
}

async function specifyCell(cell: Cell, corpusId: string, { bench, spending }: SuiteRun): Promise<RunSpec> {
  const { limit } = spending;
  const limits = limit === undefined ? {} : { microUsd: limit };
  try {
    return await specify({ ...cell.request, corpusId, limits, allowUnpriced: limit === undefined }, bench.isthmus);
  } catch (error) {
    if (!(error instanceof IsthmusError)) throw error;
    throw new IsthmusError(error.code, `Arm "${cell.arm.name}", task ${cell.task.id}: ${error.message}`);
  }
}

type Filled = 'made' | 'failed' | 'kept' | 'spent' | 'stopped';

async function fill(cell: Cell, open: Open, run: SuiteRun): Promise<Filled> {
  const corpus = await run.bench.corpusOf(cell, run.signal);
  const spec = await specifyCell(cell, corpus.id, run);
  const key = await cellKey(spec, cell, run.graded);
  if (open.done.has(key)) return 'kept';
  const reserved = run.spending.reserve();
  if (reserved === undefined) return 'spent';
  let cost = 0;
  try {
    const runId = await run.bench.isthmus.engine.submit(
      reserved === Number.POSITIVE_INFINITY ? spec : { ...spec, limits: { microUsd: reserved } },
    );
    await open.begun.append({ cell: key, runId });
    const answered = await answer(runId, { cell, bench: run.bench, signal: run.signal });
    cost = spentOn(answered.state.ledger);
    if (!isTerminal(answered.state.status)) return 'stopped';
    // A run has no other limit than its share of the money: what it did not reach tells nothing of the arm.
    if (run.spending.limit !== undefined && answered.state.reason?.startsWith(LIMIT_REACHED)) return 'spent';
    return await keep({ cell, key, spec, runId }, answered, { open, run });
  } finally {
    run.spending.settle(reserved, cost);
  }
}

async function keep(
  { cell, key, spec, runId }: Pick<RowParts, 'cell' | 'key' | 'spec' | 'runId'>,
  answered: Answered,
  { open, run }: { readonly open: Open; readonly run: SuiteRun },
): Promise<Filled> {
  const settings = await settingsOf(spec, run.bench.isthmus);
  const row = await makeRow({ cell, key, spec, runId, settings, primary: run.primary, commit: run.commit, at: run.now() }, answered, run);
  if (wantsDetail(cell.budget, run.budgets)) await open.details.append(makeDetail(key, answered.sample));
  await open.rows.append(row);
  open.done.add(key);
  return row.status === 'failed' ? 'failed' : 'made';
}
