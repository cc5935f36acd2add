import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../src/domain/random.ts';
import type { Check } from './check.ts';
import { submit } from './client.ts';
import { collectEvidence, type Evidence, type Injection, stampLedger } from './evidence.ts';
import { FAULTS, type FaultName, victimOf } from './faults.ts';
import { type Installation, openInstallation } from './installation.ts';
import { checkAll } from './invariants.ts';
import { waitForEnds } from './read-runs.ts';
import { type Batch, drawSchedule, type PlannedFault } from './schedule.ts';
import { runTwins } from './twin.ts';

export interface ChaosOptions {
  readonly runs: number;
  readonly seed: number;
  readonly faults?: readonly FaultName[];
  /** Runs between which everything is mended; default 10. */
  readonly batchSize?: number;
  /** How long the runs of a batch may take when all faults are over; default 180,000. */
  readonly patienceMs?: number;
  readonly onProgress?: (line: string) => void;
}

export interface ChaosResult {
  readonly seed: number;
  readonly durationMs: number;
  readonly evidence: Evidence;
  readonly checks: readonly Check[];
}

/** Runs batch after batch while faults of a seeded schedule happen, mends everything after each, and checks the invariants at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, patienceMs = 180_000, batchSize = 10, onProgress = () => {} } = options;
  const startedAt = Date.now();
  const schedule = drawSchedule({ ...options, batchSize });
  // The schedule's numbers are its own, so that what a fault hits does not move what comes later.
  const random = createRandom(seed + 1);
  await using installation = await openInstallation(random);
  const numbers = [...new Set(schedule.flatMap(({ runs }) => runs.map(({ number }) => number)))];
  const twins = await runTwins(installation, numbers);
  onProgress(`${twins.size} fault-free runs ended after ${Date.now() - startedAt} ms`);
  await installation.restore();
  await stampLedger(installation);
  const injections: Injection[] = [];
  for (const [number, batch] of schedule.entries()) {
    const begun = Date.now();
    const ids = await runBatch(installation, { number, batch, random, injections, patienceMs });
    const open = await waitForEnds(installation.postgres.url, ids, patienceMs);
    const names = injections.filter((injection) => injection.batch === number).map(({ name }) => name);
    onProgress(
      `batch ${number + 1} of ${schedule.length}: ${names.join(', ')}; ${ids.length - open.length} of ${ids.length} runs ended after ${Date.now() - begun} ms`,
    );
  }
  const evidence: Evidence = { ...(await collectEvidence(installation)), twins, injections };
  return { seed, durationMs: Date.now() - startedAt, evidence, checks: checkAll(evidence) };
}

interface BatchRun {
  readonly number: number;
  readonly batch: Batch;
  readonly random: () => number;
  readonly injections: Injection[];
  readonly patienceMs: number;
}

async function runBatch(
  installation: Installation,
  { number, batch, random, injections, patienceMs }: BatchRun,
): Promise<readonly string[]> {
  const turns = new Map<string, Promise<void>>();
  const inject = async ({ name }: PlannedFault): Promise<void> => {
    const from = Date.now();
    const hit = await FAULTS[name](installation, random);
    if (hit !== undefined) injections.push({ batch: number, name, hit, from, to: Date.now() });
  };
  const faults = batch.faults.map(async (fault) => {
    await delay(fault.atMs);
    const victim = victimOf(fault.name);
    const turn = (turns.get(victim) ?? Promise.resolve()).then(() => inject(fault));
    turns.set(victim, turn);
    await turn;
  });
  const runs = batch.runs.map(async (run) => {
    await delay(run.atMs);
    return submit(run, installation.members, patienceMs);
  });
  await Promise.all(faults);
  await installation.restore();
  return Promise.all(runs);
}
