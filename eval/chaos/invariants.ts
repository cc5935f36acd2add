import { groupBy } from '../../src/domain/group.ts';
import { isTerminal } from '../../src/domain/run.ts';
import { reservedOf } from '../../src/pipeline/reserve.ts';
import type { Check } from './check.ts';
import { checkAccounts } from './check-accounts.ts';
import type { Evidence } from './evidence.ts';
import { plannedIn, type ReadRun } from './read-runs.ts';
import { essence } from './twin.ts';

export function checkAll(evidence: Evidence): readonly Check[] {
  return [
    checkTerminal(evidence),
    checkReports(evidence),
    checkSteps(evidence),
    ...checkAccounts(evidence),
    checkReservations(evidence),
    checkQueues(evidence),
    checkLeaks(evidence),
  ];
}

function checkTerminal({ runs }: Evidence): Check {
  const open = runs.filter(({ state }) => !isTerminal(state.status));
  return { name: 'every run is over', figures: { runs: runs.length, open: open.length }, broken: open.map(({ id }) => id) };
}

/**
 * A run says what its twin says, or it is incomplete or failed and says why.
 */
function checkReports({ runs, twins }: Evidence): Check {
  const verdicts = runs.map((run) => ({ ...run, verdict: verdictOf(run, twins) }));
  const count = (verdict: Verdict): number => verdicts.filter((entry) => entry.verdict === verdict).length;
  const figures = {
    equal: count('equal'),
    incomplete: count('incomplete'),
    failed: count('failed'),
    otherwise: count('otherwise'),
    ...codesOf(verdicts.filter(({ verdict }) => verdict === 'failed')),
  };
  const broken = verdicts
    .filter(({ verdict }) => verdict === 'otherwise')
    .map(({ id, number, state }) => `${id} (question ${number}): ${essence(state)}`);
  return { name: 'reports are those of the twins', figures, broken };
}

/** Why runs have failed, by the code of their errors. */
function codesOf(runs: readonly ReadRun[]): Readonly<Record<string, number>> {
  const byCode = groupBy(runs, ({ state }) => state.error?.code ?? 'unknown');
  return Object.fromEntries([...byCode].map(([code, members]) => [`failed by ${code}`, members.length]));
}

type Verdict = 'equal' | 'incomplete' | 'failed' | 'otherwise';

function verdictOf({ number, state }: ReadRun, twins: Evidence['twins']): Verdict {
  if (essence(state) === twins.get(number)) return 'equal';
  const { status } = state;
  const isStated = (state.reason ?? state.error?.message ?? '') !== '';
  if (status === 'incomplete' || status === 'failed') return isStated ? status : 'otherwise';
  return 'otherwise';
}

/** A step that is done has its result in the store, and no run has it done twice. */
function checkSteps({ runs, stored }: Evidence): Check {
  const done = runs.flatMap(({ id, state }) =>
    [...state.steps.values()].flatMap(({ planned, outcome }) =>
      outcome?.status === 'done' ? [{ runId: id, stepKey: planned.stepKey }] : [],
    ),
  );
  const lost = done.filter(({ stepKey }) => !stored.has(stepKey)).map(({ runId, stepKey }) => `${runId}: no stored result of ${stepKey}`);
  const figures = { steps: new Set(done.map(({ stepKey }) => stepKey)).size, stored: stored.size };
  return { name: 'each step has one stored result', figures, broken: [...lost, ...runs.flatMap(doneTwice)] };
}

function doneTwice({ id, events }: ReadRun): string[] {
  const finished = events.flatMap(({ event }) => (event.type === 'steps-finished' ? event.steps : []));
  const byStep = groupBy(
    finished.filter(({ outcome }) => outcome.status === 'done'),
    (step) => step.id,
  );
  return [...byStep].filter(([, times]) => times.length > 1).map(([stepId, times]) => `${id}: ${stepId} done ${times.length} times`);
}

function checkReservations({ runs }: Evidence): Check {
  const open = runs.filter(({ state }) => isTerminal(state.status) && (reservedOf(state).microUsd ?? 0) > 0);
  const microUsd = open.reduce((sum, { state }) => sum + (reservedOf(state).microUsd ?? 0), 0);
  return { name: 'no reservation is left open', figures: { runs: open.length, microUsd }, broken: open.map(({ id }) => id) };
}

/** A failed job may lie in the queue only while a run's log names it. */
function checkQueues({ runs, queues, waiters }: Evidence): Check {
  const owned = new Set(runs.flatMap(({ events }) => plannedIn(events).map(({ jobId }) => jobId)));
  const open = queues.flatMap(({ queue, open: jobs }) => jobs.map((job) => `${queue}: ${job}`));
  const failed = queues.flatMap((state) => state.failed);
  const ownerless = failed.filter(({ id }) => !owned.has(id)).map(({ id, code }) => `failed with ${code}: ${id}`);
  const waiting = waiters === 0 ? [] : [`${waiters} rows of step_waiters`];
  const figures = { open: open.length, failed: failed.length, ownerless: ownerless.length, waiters };
  return { name: 'no job is stuck', figures, broken: [...open, ...ownerless, ...waiting] };
}

function checkLeaks({ orphans, files }: Evidence): Check {
  const broken = [...orphans.map(({ pid, command }) => `${pid} ${command}`), ...files];
  return { name: 'no process and no temporary file is left', figures: { processes: orphans.length, files: files.length }, broken };
}
