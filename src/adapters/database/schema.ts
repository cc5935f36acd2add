import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, doublePrecision, index, integer, json, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';
import type { BaselineId } from '../../domain/baseline.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { RunEvent, RunStatus } from '../../domain/run.ts';
import type { StepResult, StepRole } from '../../domain/step.ts';
import type { Scope } from '../../ports/key-store.ts';

/**
 * Our tables, in a schema of their own beside BullMQ's. `migrations/` creates them; a test compares the two.
 *
 * Values that are read back whole are `json` and not `jsonb`: `jsonb` refuses \u0000 and lone surrogates, which a model may well
 * write, and reorders members. Times are milliseconds since 1970.
 */
export const isthmus = pgSchema('isthmus');

export const milliseconds = (name: string) => bigint(name, { mode: 'number' }).notNull();
const tally = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

export const runs = isthmus.table(
  'runs',
  {
    id: text('id').primaryKey(),
    /** The order of creation; times may tie. */
    position: bigserial('position', { mode: 'number' }).notNull(),
    tenant: text('tenant').notNull(),
    question: text('question').notNull(),
    status: text('status').$type<RunStatus>().notNull(),
    /** Of the last event. */
    sequence: integer('sequence').notNull(),
    createdAt: milliseconds('created_at'),
    updatedAt: milliseconds('updated_at'),
    metadata: json('metadata').$type<JsonObject>(),
    /** No reference: a fork outlives the run it was made from. */
    parent: text('parent'),
    isBackground: boolean('is_background').notNull().default(false),
    isCancelRequested: boolean('is_cancel_requested').notNull().default(false),
    corpusId: text('corpus_id').notNull().default(''),
    strategy: text('strategy').notNull().default(''),
    compressor: text('compressor').notNull().default(''),
    predictor: text('predictor').notNull().default(''),
    /** Sums over events and ledger, moved on in the transaction that writes those: a list must not read logs. */
    stepsPlanned: tally('steps_planned'),
    stepsDone: tally('steps_done'),
    stepsFailed: tally('steps_failed'),
    pricedMicroUsd: tally('priced_micro_usd'),
    unpricedCalls: tally('unpriced_calls'),
    readTokens: tally('read_tokens'),
    predictorTokens: tally('predictor_tokens'),
  },
  (table) => [
    index('runs_tenant_position').on(table.tenant, table.position),
    index('runs_corpus_id').on(table.corpusId),
    index('runs_unfinished').on(table.tenant, table.position).where(sql`is_background AND status IN ('queued', 'in_progress')`),
  ],
);

const runId = () =>
  text('run_id')
    .notNull()
    .references(() => runs.id);

export const runEvents = isthmus.table(
  'run_events',
  { runId: runId(), sequence: integer('sequence').notNull(), at: milliseconds('at'), event: json('event').$type<RunEvent>().notNull() },
  (table) => [primaryKey({ columns: [table.runId, table.sequence] })],
);

export const steps = isthmus.table(
  'steps',
  {
    stepKey: text('step_key').primaryKey(),
    tenant: text('tenant').notNull(),
    /** The run that paid; it may have been deleted since. */
    runId: text('run_id').notNull(),
    result: json('result').$type<StepResult>().notNull(),
    ledger: json('ledger').$type<readonly LedgerEntry[]>().notNull(),
    createdAt: milliseconds('created_at'),
  },
  (table) => [index('steps_run_id').on(table.runId)],
);

export const stepWaiters = isthmus.table('step_waiters', { stepKey: text('step_key').notNull(), runId: runId() }, (table) => [
  primaryKey({ columns: [table.stepKey, table.runId] }),
  index('step_waiters_run_id').on(table.runId),
]);

/** Which process advances which run; times by the database's clock. */
export const runLeases = isthmus.table('run_leases', {
  runId: runId().primaryKey(),
  owner: text('owner').notNull(),
  expiresAt: milliseconds('expires_at'),
});

export const idempotencyKeys = isthmus.table(
  'idempotency_keys',
  { tenant: text('tenant').notNull(), key: text('key').notNull(), bodyHash: text('body_hash').notNull(), runId: runId() },
  (table) => [primaryKey({ columns: [table.tenant, table.key] }), index('idempotency_keys_run_id').on(table.runId)],
);

/** The ledger entries of all events, one a row, for sums over runs. The events remain the truth. */
export const ledgerEntries = isthmus.table(
  'ledger_entries',
  {
    runId: runId(),
    /** Of the event that carries the entry, and the entry's place in it. */
    sequence: integer('sequence').notNull(),
    ordinal: integer('ordinal').notNull(),
    kind: text('kind').$type<LedgerEntry['kind']>().notNull(),
    stepKey: text('step_key').notNull(),
    role: text('role').$type<StepRole>().notNull(),
    model: text('model').notNull(),
    isRemote: boolean('is_remote').notNull(),
    promptTokens: integer('prompt_tokens').notNull(),
    cachedTokens: integer('cached_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    scoredTokens: integer('scored_tokens').notNull(),
    durationMs: doublePrecision('duration_ms').notNull(),
    flopsPaper: doublePrecision('flops_paper'),
    flopsFull: doublePrecision('flops_full'),
    kineticsMemory: doublePrecision('kinetics_memory'),
    /** Null means unpriced, never free. */
    microUsd: bigint('micro_usd', { mode: 'number' }),
    avoidedMicroUsd: bigint('avoided_micro_usd', { mode: 'number' }),
    createdAt: milliseconds('created_at'),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.sequence, table.ordinal] }),
    index('ledger_entries_step_key').on(table.stepKey),
    index('ledger_entries_created_at').on(table.createdAt),
  ],
);

/** What a run that is over has saved; how that is found out takes the texts of its chunks, so it is kept. */
export const runSavings = isthmus.table(
  'run_savings',
  {
    runId: runId(),
    baseline: text('baseline').$type<BaselineId>().notNull(),
    savedTokens: bigint('saved_tokens', { mode: 'number' }).notNull(),
    /** Null where it is not known, never 0. */
    savedMicroUsd: bigint('saved_micro_usd', { mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.runId, table.baseline] })],
);

/** Steps that failed in runs that have not been resumed since. The events remain the truth. */
export const failedSteps = isthmus.table(
  'failed_steps',
  {
    runId: runId(),
    sequence: integer('sequence').notNull(),
    ordinal: integer('ordinal').notNull(),
    tenant: text('tenant').notNull(),
    stepId: text('step_id').notNull(),
    role: text('role').$type<StepRole | 'unknown'>().notNull(),
    code: text('code').$type<ErrorCode>().notNull(),
    message: text('message').notNull(),
    createdAt: milliseconds('created_at'),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.sequence, table.ordinal] }),
    index('failed_steps_tenant_created_at').on(table.tenant, table.createdAt),
  ],
);

export const apiKeys = isthmus.table(
  'api_keys',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').notNull(),
    owner: text('owner').notNull(),
    scopes: json('scopes').$type<readonly Scope[]>().notNull(),
    hint: text('hint').notNull(),
    createdAt: milliseconds('created_at'),
    lastUsedAt: bigint('last_used_at', { mode: 'number' }),
    expiresAt: bigint('expires_at', { mode: 'number' }),
    revokedAt: bigint('revoked_at', { mode: 'number' }),
    requestsPerMinute: integer('requests_per_minute').notNull(),
    concurrentRuns: integer('concurrent_runs').notNull(),
  },
  (table) => [index('api_keys_tenant').on(table.tenant)],
);

/** A key has one secret, and during a rotation the earlier ones until they expire. The secret itself is nowhere. */
export const apiSecrets = isthmus.table(
  'api_secrets',
  {
    /** SHA-256 of pepper and secret, hex. */
    hash: text('hash').primaryKey(),
    keyId: text('key_id')
      .notNull()
      .references(() => apiKeys.id),
    expiresAt: bigint('expires_at', { mode: 'number' }),
  },
  (table) => [index('api_secrets_key_id').on(table.keyId)],
);
