import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { QUEUES } from '../../src/pipeline/work.ts';
import { type CallKey, documentIn } from './answers.ts';
import type { FaultName } from './faults.ts';
import type { Installation } from './installation.ts';
import { type FoundProcess, processesOf } from './processes.ts';
import type { BilledCall } from './provider.ts';
import { plannedIn, type ReadRun, readRuns } from './read-runs.ts';

/** How long the queue's own checks may take to free what dead workers held. */
const SETTLE_MS = 30_000;
const EXIT_MS = 8_000;

/** One fault as it happened, by the clock of this process. */
export interface Injection {
  readonly batch: number;
  readonly name: FaultName;
  readonly hit: string;
  readonly from: number;
  readonly to: number;
}

/** A row of the ledger that a remote call, or the loss of one, has left. */
export interface LedgerRow {
  readonly runId: string;
  readonly stepKey: string;
  readonly kind: 'call' | 'unknown';
  readonly key: CallKey;
  /** Which call of its key it tells of; 0 where the answer did not say. */
  readonly ordinal: number;
  readonly microUsd: number;
  /** When the row was written, by the database's clock. */
  readonly at: number;
}

export interface QueueState {
  readonly queue: string;
  /** Jobs that wait, are under way or are delayed. */
  readonly open: readonly string[];
  readonly failed: readonly FailedJob[];
}

export interface FailedJob {
  readonly id: string;
  /** The error's code, or the queue's own words. */
  readonly code: string;
}

/** Everything that the invariants are checked against. */
export interface Evidence {
  readonly runs: readonly ReadRun[];
  /** What a fault-free run says, by the question's number. */
  readonly twins: ReadonlyMap<number, string>;
  readonly calls: readonly BilledCall[];
  readonly rows: readonly LedgerRow[];
  /** Keys in the table of steps. */
  readonly stored: ReadonlySet<string>;
  readonly injections: readonly Injection[];
  readonly queues: readonly QueueState[];
  /** Rows of runs that wait for a step; none when all are over. */
  readonly waiters: number;
  readonly orphans: readonly FoundProcess[];
  readonly files: readonly string[];
}

/** The column by which rows tell when they were written: processes may have wrong clocks. */
export async function stampLedger({ query }: Installation): Promise<void> {
  await query('ALTER TABLE isthmus.ledger_entries ADD COLUMN chaos_at timestamptz DEFAULT clock_timestamp()');
}

/** Reads what is left when all runs are over, ends the members in good order, and looks at what stays behind. */
export async function collectEvidence(installation: Installation): Promise<Omit<Evidence, 'twins' | 'injections'>> {
  const { postgres, query, provider } = installation;
  const queues = await settledQueues(installation.redis.url);
  const runs = await readRuns(postgres.url);
  const chunks = await query<{ id: string; text: string }>('SELECT id, text FROM isthmus.chunks');
  const stored = await query<{ step_key: string }>('SELECT step_key FROM isthmus.steps');
  const waiters = await query<{ count: number }>('SELECT count(*)::int FROM isthmus.step_waiters');
  const rows = await readLedger(installation, keysByStep(runs, new Map(chunks.map(({ id, text }) => [id, documentIn(text)]))));
  const left = await leave(installation);
  return {
    ...{ runs, rows, queues, ...left, calls: provider.journal() },
    stored: new Set(stored.map(({ step_key }) => step_key)),
    waiters: waiters[0]?.count ?? 0,
  };
}

function keysByStep(runs: readonly ReadRun[], documentOf: ReadonlyMap<string, number>): ReadonlyMap<string, CallKey> {
  return new Map(
    runs.flatMap(({ number, events }) =>
      plannedIn(events).flatMap(({ stepKey, step }): [string, CallKey][] => {
        if (step.kind !== 'chat') return [];
        if (step.role === 'predict') return [[stepKey, `${number}/predict`]];
        return step.role === 'compress' ? [[stepKey, `${number}/compress/${documentOf.get(step.chunkId) ?? -1}`]] : [];
      }),
    ),
  );
}

async function readLedger({ query }: Installation, keys: ReadonlyMap<string, CallKey>): Promise<readonly LedgerRow[]> {
  const rows = await query<Omit<LedgerRow, 'key' | 'ordinal' | 'microUsd'> & { ordinal: number; microUsd: string | null }>(
    `SELECT run_id AS "runId", step_key AS "stepKey", kind, cached_tokens AS ordinal, micro_usd AS "microUsd",
            extract(epoch FROM chaos_at)::float8 * 1000 AS at
     FROM isthmus.ledger_entries WHERE is_remote AND kind IN ('call', 'unknown')`,
  );
  return rows.map((row) => ({ ...row, microUsd: Number(row.microUsd ?? Number.NaN), key: keys.get(row.stepKey) ?? '-1/predict' }));
}

/** Asks until nothing is open any more, or for so long. */
async function settledQueues(redisUrl: string): Promise<readonly QueueState[]> {
  const { hostname: host, port } = new URL(redisUrl);
  const queues = QUEUES.map((name) => new Queue(name, { connection: { host, port: Number(port) }, prefix: 'isthmus' }));
  try {
    const deadline = Date.now() + SETTLE_MS;
    for (;;) {
      const states = await Promise.all(queues.map(stateOf));
      if (states.every(({ open }) => open.length === 0) || Date.now() > deadline) return states;
      await delay(500);
    }
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
}

async function stateOf(queue: Queue): Promise<QueueState> {
  const open = await queue.getJobs(['wait', 'active', 'delayed', 'prioritized', 'waiting-children']);
  const failed = await queue.getFailed();
  const idOf = (job: { readonly id?: string | undefined } | undefined): string => job?.id ?? '(removed)';
  return { queue: queue.name, open: open.map(idOf), failed: failed.map((job) => ({ id: idOf(job), code: codeOf(job.failedReason) })) };
}

/** Ends the members as an operator does. Whatever of theirs then lives or lies about is a leak. */
async function leave({ members, remove, place }: Installation): Promise<Pick<Evidence, 'orphans' | 'files'>> {
  await Promise.all([...members].map((member) => remove(member, 'SIGTERM')));
  const deadline = Date.now() + EXIT_MS;
  let orphans = processesOf(place.mark);
  while (orphans.length > 0 && Date.now() < deadline) {
    await delay(250);
    orphans = processesOf(place.mark);
  }
  // The loader of TypeScript keeps a cache there.
  const files = (await readdir(join(place.home, 'tmp'))).filter((name) => !/^(tsx-|node-compile-cache)/.test(name));
  return { orphans, files };
}

/** Workers write the error as JSON; what the queue itself fails is in plain words. */
function codeOf(reason: string): string {
  return /^\{.*?"code":"([\w-]+)"/.exec(reason)?.[1] ?? reason;
}
