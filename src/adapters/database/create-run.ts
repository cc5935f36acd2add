import { and, eq, sql } from 'drizzle-orm';
import { IsthmusError } from '../../domain/errors.ts';
import type { StoredEvent } from '../../domain/run.ts';
import { isTerminal } from '../../domain/run.ts';
import type { NewRun, Submission } from '../../ports/run-store.ts';
import type { Database } from './database.ts';
import { ledgerRows, numberEvents } from './run-rows.ts';
import { idempotencyKeys, ledgerEntries, runEvents, runLeases, runs, stepWaiters } from './schema.ts';

type IdempotencyKey = Parameters<typeof createRunOnce>[2];

export async function createRun(database: Database, run: NewRun, at: number): Promise<readonly StoredEvent[]> {
  const events = numberEvents(run.events, 0, at);
  try {
    await insertRun(database, { run, events, at });
  } catch (error) {
    if (!isTaken(error, 'runs_pkey')) throw error;
    throw new IsthmusError('conflict', `There is already a run ${run.id}. Choose another id.`);
  }
  return events;
}

/**
 * The key's row is inserted in the statement that creates the run: of two that come together the second waits for the first, fails
 * on the row, and creates nothing.
 */
export async function createRunOnce(
  database: Database,
  run: NewRun,
  { at, ...key }: { readonly key: string; readonly bodyHash: string; readonly at: number },
): Promise<Submission & { readonly events?: readonly StoredEvent[] }> {
  const events = numberEvents(run.events, 0, at);
  try {
    await insertRun(database, { run, events, at, key });
    return { runId: run.id, bodyHash: key.bodyHash, events };
  } catch (error) {
    if (!isTaken(error, 'idempotency_keys_pkey')) throw error;
    const known = await findSubmission(database, run.tenant, key.key);
    if (known !== undefined) return known;
    throw new IsthmusError('conflict', 'The run of this idempotency key is being deleted. Try again.', { isRetryable: true });
  }
}

export async function findSubmission(database: Database, tenant: string, key: string): Promise<Submission | undefined> {
  const [row] = await database
    .select({ runId: idempotencyKeys.runId, bodyHash: idempotencyKeys.bodyHash })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.tenant, tenant), eq(idempotencyKeys.key, key)));
  return row;
}

interface Insertion {
  readonly run: NewRun;
  readonly events: readonly StoredEvent[];
  readonly at: number;
  readonly key?: Omit<IdempotencyKey, 'at'>;
}

/** One statement, since every submission makes it: run, events and key in one journey to the database. */
async function insertRun(database: Database, insertion: Insertion): Promise<void> {
  const { run, events, at, key } = insertion;
  if (`${run.question}${run.tenant}${key?.key ?? ''}`.includes('\0'))
    throw new IsthmusError('invalid-input', 'The question or the idempotency key contains a NUL character. Remove it.');
  const texts = sql.param(events.map(({ event }) => JSON.stringify(event)));
  const metadata = run.metadata === undefined ? null : JSON.stringify(run.metadata);
  const withKey =
    key === undefined
      ? sql``
      : sql`, key AS (INSERT INTO ${idempotencyKeys} (tenant, key, body_hash, run_id)
          SELECT ${run.tenant}::text, ${key.key}::text, ${key.bodyHash}::text, id FROM run)`;
  const statement = sql`WITH run AS (
      INSERT INTO ${runs} (id, tenant, question, status, sequence, created_at, updated_at, metadata, parent, is_background)
      VALUES (${run.id}, ${run.tenant}, ${run.question}, 'queued', ${events.length}, ${at}, ${at}, ${metadata}::json,
        ${run.parent ?? null}, ${run.isBackground ?? false})
      RETURNING id)${withKey}
    INSERT INTO ${runEvents} (run_id, sequence, at, event)
    SELECT run.id, item.sequence::integer, ${at}::bigint, item.event::json
    FROM run, unnest(${texts}::text[]) WITH ORDINALITY AS item (event, sequence)`;
  const ledger = ledgerRows(run.id, events);
  if (ledger.length === 0) await database.execute(statement);
  else
    await database.transaction(async (transaction) => {
      await transaction.execute(statement);
      await transaction.insert(ledgerEntries).values(ledger);
    });
}

/** The database's word for a row that breaks a unique constraint; Drizzle wraps the driver's error. */
function isTaken(error: unknown, constraint: string): boolean {
  const { cause } = error as { readonly cause?: { readonly code?: string; readonly constraint?: string } };
  return cause?.code === '23505' && cause.constraint === constraint;
}

/** The run's row is locked first, as in a commit, so that nobody appends to a run that goes away. */
export async function deleteRun(database: Database, id: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const [run] = await transaction.select({ status: runs.status }).from(runs).where(eq(runs.id, id)).for('update');
    if (run === undefined) throw new IsthmusError('not-found', `There is no run ${id}.`);
    if (!isTerminal(run.status))
      throw new IsthmusError('conflict', `Run ${id} is ${run.status}, and only a run that is over can be deleted. Cancel it first.`);
    for (const table of [runEvents, ledgerEntries, stepWaiters, runLeases, idempotencyKeys])
      await transaction.delete(table).where(eq(table.runId, id));
    await transaction.delete(runs).where(eq(runs.id, id));
  });
}
