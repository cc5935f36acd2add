import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { LedgerTotals } from '../domain/ledger-summary.ts';
import { summariseLedger } from '../domain/ledger-summary.ts';
import type { RunState } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { ingest } from '../pipeline/ingest.ts';
import { overviewOf } from '../pipeline/overview.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { readersOf, specify } from '../pipeline/submit.ts';
import { openIsthmus, openTools } from './compose.ts';

/** One way to answer: a configuration under a name. */
export interface CompareArm {
  readonly name: string;
  readonly config: Config;
}

export interface CompareRequest {
  readonly locations: readonly string[];
  readonly arms: readonly CompareArm[];
  readonly request: (arm: CompareArm) => RunRequest;
  readonly onArm?: (name: string, place: number, of: number) => void;
}

/** What one way took, from reading the documents to the report. */
export interface ComparedArm {
  readonly name: string;
  readonly status: RunState['status'];
  /** Why there is no answer; absent where there is one. */
  readonly problem?: string;
  readonly answer?: string;
  readonly citations: number;
  /** Prompt tokens of the predictor. */
  readonly predictorTokens: number;
  readonly total: LedgerTotals;
  /** By the clock, from submission to the last event. */
  readonly durationMs: number;
  readonly overview: RunOverview;
}

/**
 * Answers one question in several ways, one after the other, each in a store of its own: what one has read is not free for the next, so
 * tokens, dollars and seconds can be compared. A run that fails is a row with its reason.
 * @throws IsthmusError before anything is read, where an arm could not begin
 */
export async function compareArms({ locations, arms, request, onArm }: CompareRequest, signal: AbortSignal): Promise<ComparedArm[]> {
  for (const arm of arms) await check(arm, request(arm));
  const rows: ComparedArm[] = [];
  for (const [place, arm] of arms.entries()) {
    onArm?.(arm.name, place, arms.length);
    rows.push(await runArm(arm, { locations, request: request(arm) }, signal));
    if (signal.aborted) break;
  }
  return rows;
}

/** What could not begin is refused before the first way has cost anything. */
async function check({ config }: CompareArm, request: RunRequest): Promise<void> {
  await using tools = await openTools(config);
  await specify(request, tools);
}

async function runArm(
  { name, config }: CompareArm,
  { locations, request }: { readonly locations: readonly string[]; readonly request: RunRequest },
  signal: AbortSignal,
): Promise<ComparedArm> {
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-compare-'));
  const { redisUrl: _redis, databaseUrl: _database, ...embedded } = config;
  try {
    await using isthmus = await openIsthmus({ ...embedded, dataDir });
    const { corpus } = await ingest({ locations, readers: await readersOf(request, isthmus), signal }, isthmus);
    const runId = await isthmus.engine.submit(await specify({ ...request, corpusId: corpus.id }, isthmus));
    const state = await isthmus.engine.advance(runId, { signal });
    return toRow(name, state, await overviewOf(state, isthmus));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function toRow(name: string, state: RunState, overview: RunOverview): ComparedArm {
  const { rows, total } = summariseLedger(state.ledger);
  const { report, status, error, reason } = state;
  const problem = error?.message ?? reason;
  return {
    name,
    status,
    ...(problem === undefined ? {} : { problem }),
    ...(report === undefined ? {} : { answer: report.text }),
    citations: report?.citations.length ?? 0,
    predictorTokens: rows.filter(({ role }) => role === 'predict').reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    total,
    durationMs: state.updatedAt - state.createdAt,
    overview,
  };
}
