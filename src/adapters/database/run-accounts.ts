import { and, count, desc, eq, gte, inArray, lt, max, min, notInArray, type SQL, sql } from 'drizzle-orm';
import type { StoredEvent } from '../../domain/run.ts';
import type { CostRow, Costs, FailedStep, Period, RunSaving, SavingSum, Tenants } from '../../domain/run-figures.ts';
import type { RunAccounts } from '../../ports/run-accounts.ts';
import type { RunChange } from '../../ports/run-store.ts';
import { type Database, inPieces } from './database.ts';
import { NOW } from './run-leases.ts';
import { failedSteps, ledgerEntries, runLeases, runSavings, runs } from './schema.ts';

const OPEN = ['queued', 'in_progress'] as const;
const PIECE_ROWS = 500;
const DAY_MS = 86_400_000;
/** Of a message; the log has all of it. */
const MESSAGE_CHARACTERS = 2_000;

export function createRunAccounts(database: Database): RunAccounts {
  return {
    readCosts: (of, period) => readCosts(database, of, period),
    keepSavings: (runId, savings) => keepSavings(database, runId, savings),
    readSavings: (of, period) => readSavings(database, of, period),
    listFailures: (tenant, limit) => listFailures(database, tenant, limit),
    countRuns: () => countRuns(database),
    countWaiting: (tenant) => countWaiting(database, tenant),
  };
}

const paid = sql`${ledgerEntries.kind} <> 'cache'`;
/** Sums of whole numbers come as text, since they may be larger than any integer type of the database. */
const total = (of: SQL | typeof ledgerEntries.promptTokens) => sql`coalesce(sum(${of}), 0)`.mapWith(Number);
const counted = (condition: SQL) => sql`count(*) FILTER (WHERE ${condition})`.mapWith(Number);

/** Of joined runs; of all tenants there is no condition. */
const belongsTo = (of: Tenants): SQL | undefined => (of === 'all' ? undefined : eq(runs.tenant, of.tenant));

const costColumns = {
  role: ledgerEntries.role,
  model: ledgerEntries.model,
  isRemote: ledgerEntries.isRemote,
  strategy: runs.strategy,
  tenant: runs.tenant,
  calls: counted(sql`${ledgerEntries.kind} = 'call'`),
  cacheHits: counted(sql`${ledgerEntries.kind} = 'cache'`),
  promptTokens: total(ledgerEntries.promptTokens),
  outputTokens: total(sql`${ledgerEntries.outputTokens}`),
  scoredTokens: total(sql`${ledgerEntries.scoredTokens}`),
  durationMs: total(sql`${ledgerEntries.durationMs}`),
  flopsFull: total(sql`${ledgerEntries.flopsFull}`),
  withoutFlops: counted(sql`${paid} AND ${ledgerEntries.flopsFull} IS NULL`),
  pricedMicroUsd: total(sql`${ledgerEntries.microUsd}`),
  unpricedCalls: counted(sql`${paid} AND ${ledgerEntries.microUsd} IS NULL`),
  avoidedMicroUsd: total(sql`${ledgerEntries.avoidedMicroUsd}`),
};

/** The embedded database computes on the thread that everything else runs on, so a day is asked for at a time. */
async function readCosts(database: Database, of: Tenants, { from, to }: Period): Promise<Costs> {
  const [first, last] = await writtenBetween(database);
  const end = Math.min(to, last + 1);
  const rows: CostRow[] = [];
  for (let at = Math.max(from, first); at < end; at = nextDay(at)) {
    rows.push(...(await readDay(database, of, { from: at, to: Math.min(end, nextDay(at)) })));
  }
  return { rows, runs: rows.length === 0 ? 0 : await countPaying(database, of, { from, to }) };
}

function nextDay(at: number): number {
  return (Math.floor(at / DAY_MS) + 1) * DAY_MS;
}

/** The times of the first and the last entry of all; of none, a period that holds nothing. */
async function writtenBetween(database: Database): Promise<readonly [number, number]> {
  const [row] = await database.select({ first: min(ledgerEntries.createdAt), last: max(ledgerEntries.createdAt) }).from(ledgerEntries);
  return row?.first == null || row.last === null ? [0, -1] : [row.first, row.last];
}

async function readDay(database: Database, of: Tenants, { from, to }: Period): Promise<CostRow[]> {
  const group = [ledgerEntries.role, ledgerEntries.model, ledgerEntries.isRemote, runs.strategy, runs.tenant];
  const rows = await database
    .select(costColumns)
    .from(ledgerEntries)
    .innerJoin(runs, eq(runs.id, ledgerEntries.runId))
    .where(and(belongsTo(of), gte(ledgerEntries.createdAt, from), lt(ledgerEntries.createdAt, to)))
    .groupBy(...group)
    .orderBy(...group);
  const day = new Date(from).toISOString().slice(0, 10);
  return rows.map(({ isRemote, flopsFull, withoutFlops, ...row }) => ({
    ...row,
    day,
    place: isRemote ? 'remote' : 'local',
    ...(withoutFlops > 0 ? {} : { flopsFull }),
  }));
}

/** Entries are written between the creation and the last event of their run. */
async function countPaying(database: Database, of: Tenants, { from, to }: Period): Promise<number> {
  const isWithin = and(gte(ledgerEntries.createdAt, from), lt(ledgerEntries.createdAt, to));
  const hasEntry = sql`EXISTS (SELECT 1 FROM ${ledgerEntries} WHERE ${ledgerEntries.runId} = ${runs.id} AND ${isWithin})`;
  const [found] = await database
    .select({ runs: count() })
    .from(runs)
    .where(and(belongsTo(of), gte(runs.updatedAt, from), lt(runs.createdAt, to), hasEntry));
  return found?.runs ?? 0;
}

/** The run's row is locked, so that nobody deletes the run in between. */
async function keepSavings(database: Database, id: string, savings: readonly RunSaving[]): Promise<void> {
  await database.transaction(async (transaction) => {
    const known = await transaction.select({ id: runs.id }).from(runs).where(eq(runs.id, id)).for('update');
    if (known.length === 0) return;
    await transaction.delete(runSavings).where(eq(runSavings.runId, id));
    if (savings.length > 0) await transaction.insert(runSavings).values(savings.map((saving) => ({ ...saving, runId: id })));
  });
}

async function readSavings(database: Database, of: Tenants, { from, to }: Period): Promise<readonly SavingSum[]> {
  return database
    .select({
      baseline: runSavings.baseline,
      runs: count(),
      savedTokens: sql`sum(${runSavings.savedTokens})`.mapWith(Number),
      pricedRuns: count(runSavings.savedMicroUsd),
      pricedSavedMicroUsd: sql`coalesce(sum(${runSavings.savedMicroUsd}), 0)`.mapWith(Number),
    })
    .from(runSavings)
    .innerJoin(runs, eq(runs.id, runSavings.runId))
    .where(and(belongsTo(of), notInArray(runs.status, [...OPEN]), gte(runs.updatedAt, from), lt(runs.updatedAt, to)))
    .groupBy(runSavings.baseline)
    .orderBy(runSavings.baseline);
}

async function listFailures(database: Database, tenant: string, limit: number): Promise<readonly FailedStep[]> {
  const { runId, stepId, role, code, message, createdAt: at, sequence, ordinal } = failedSteps;
  return database
    .select({ runId, question: runs.question, runStatus: runs.status, stepId, role, code, message, at })
    .from(failedSteps)
    .innerJoin(runs, eq(runs.id, runId))
    .where(eq(failedSteps.tenant, tenant))
    .orderBy(desc(at), desc(sequence), desc(ordinal))
    .limit(limit);
}

async function countRuns(database: Database): ReturnType<RunAccounts['countRuns']> {
  const rows = await database.select({ status: runs.status, runs: count() }).from(runs).groupBy(runs.status);
  return Object.fromEntries(rows.map(({ status, runs: found }) => [status, found]));
}

async function countWaiting(database: Database, tenant: string): Promise<number> {
  const isHeld = sql`EXISTS (SELECT 1 FROM ${runLeases} WHERE ${runLeases.runId} = ${runs.id} AND ${runLeases.expiresAt} >= ${NOW})`;
  const [found] = await database
    .select({ waiting: count() })
    .from(runs)
    .where(and(eq(runs.tenant, tenant), sql`${runs.isBackground}`, inArray(runs.status, [...OPEN]), sql`NOT ${isHeld}`));
  return found?.waiting ?? 0;
}

type Failing = Pick<RunChange, 'runId' | 'failedRoles'> & { readonly tenant: string };

/** Failures come with the events that tell of them, and go with a resumption, which forgets them. */
export async function noteFailures(database: Database, change: Failing, events: readonly StoredEvent[]): Promise<void> {
  const resumedAt = events.findLast(({ event }) => event.type === 'run-resumed')?.sequence;
  if (resumedAt !== undefined) await database.delete(failedSteps).where(eq(failedSteps.runId, change.runId));
  const rows = events.filter(({ sequence }) => sequence > (resumedAt ?? 0)).flatMap((stored) => failureRows(change, stored));
  for (const piece of inPieces(rows, PIECE_ROWS)) await database.insert(failedSteps).values(piece);
}

function failureRows({ runId, tenant, failedRoles }: Failing, { sequence, at, event }: StoredEvent): (typeof failedSteps.$inferInsert)[] {
  if (event.type !== 'steps-finished') return [];
  return event.steps.flatMap(({ id, outcome }, ordinal) => {
    if (outcome.status !== 'failed') return [];
    const { code, message } = outcome.error;
    const role = failedRoles?.[id] ?? 'unknown';
    return [{ runId, sequence, ordinal, tenant, stepId: storable(id), role, code, message: storable(message), createdAt: at }];
  });
}

/** A provider's message may hold what a column of text cannot. */
function storable(text: string): string {
  return text.slice(0, MESSAGE_CHARACTERS).replace(/\0|\p{Surrogate}/gu, '\ufffd');
}
