import { describe, expect, it } from 'vitest';
import type { PlannedStep, RunEvent, RunState } from '../../src/domain/run.ts';
import type { Evidence, Injection, LedgerRow } from './evidence.ts';
import { checkAll } from './invariants.ts';
import type { BilledCall } from './provider.ts';
import type { ReadRun } from './read-runs.ts';
import { essence } from './twin.ts';

const KEY = '0/predict';
const STEP: PlannedStep = {
  id: 'predict',
  stepKey: 'key',
  jobId: 'key-0',
  step: { kind: 'chat', role: 'predict', question: 'When?', evidence: [] },
};
const REPORT = { status: 'answered', text: 'In 1869.', form: 'model', citations: [], dropped: [] } as const;
const DONE = { status: 'done', result: { kind: 'predict', draft: REPORT }, isCached: false } as const;

function runOf(change: Partial<RunState> = {}, more: readonly RunEvent[] = []): ReadRun {
  const events: RunEvent[] = [
    { type: 'steps-planned', steps: [STEP] },
    { type: 'steps-finished', steps: [{ id: 'predict', outcome: DONE, ledger: [] }] },
    ...more,
  ];
  const steps = new Map([['predict', { planned: STEP, outcome: DONE }]]);
  const state = { status: 'completed', report: REPORT, steps, pending: new Set(), ...change } as unknown as RunState;
  return { id: 'run-1', number: 0, events: events.map((event, i) => ({ sequence: i + 1, at: i, event })), state };
}

function call(change: Partial<BilledCall> = {}): BilledCall {
  return { serial: 1, key: KEY, promptHash: 'hash', ordinal: 1, outcome: 'answer', at: 1_000, microUsd: 50, ...change };
}

function row(change: Partial<LedgerRow> = {}): LedgerRow {
  return { runId: 'run-1', stepKey: 'key', kind: 'call', key: KEY, ordinal: 1, microUsd: 50, at: 2_000, ...change };
}

const KILL: Injection = { batch: 0, name: 'worker-kill', hit: 'pid 1', from: 1_200, to: 1_300 };

/** Which invariants this breaks. */
function brokenBy(change: Partial<Evidence>): string[] {
  const evidence: Evidence = {
    runs: [runOf()],
    twins: new Map([[0, essence(runOf().state)]]),
    calls: [call()],
    rows: [row()],
    stored: new Set(['key']),
    injections: [],
    queues: [{ queue: 'predict', open: [], failed: [] }],
    waiters: 0,
    orphans: [],
    files: [],
    ...change,
  };
  return checkAll(evidence)
    .filter(({ broken }) => broken.length > 0)
    .map(({ name }) => name);
}

const TWICE = 'no call is billed twice without a cause';
const REPEATED = 'no journaled call is repeated';
const ROWS = 'each billed call has one row of the ledger';
const MONEY = 'bill ≤ ledger ≤ bill + unknown (micro-dollars)';
const REPORTS = 'reports are those of the twins';
const STEPS = 'each step has one stored result';
const STUCK = 'no job is stuck';
const LEFT = 'no process and no temporary file is left';

describe('the invariants', () => {
  it('hold of an undisturbed run', () => {
    expect(brokenBy({})).toEqual([]);
  });

  it('hold of a call that a kill lost, which is entered as unknown and made again', () => {
    const calls = [call(), call({ serial: 2, ordinal: 2, at: 1_500 })];
    const rows = [row({ kind: 'unknown', ordinal: 0, microUsd: 400 }), row({ ordinal: 2 })];
    expect(brokenBy({ calls, rows, injections: [KILL] })).toEqual([]);
    expect(brokenBy({ calls, rows })).toEqual([TWICE]);
    expect(brokenBy({ calls: [call({ outcome: 'half' }), ...calls.slice(1)], rows })).toEqual([]);
  });

  it('hold of refusals, which nobody bills', () => {
    expect(brokenBy({ calls: [call({ outcome: '429', ordinal: 0, microUsd: 0, at: 900 }), call()] })).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, string[]]>([
    ['a run that goes on', { runs: [runOf({ status: 'in_progress' })] }, ['every run is over', REPORTS]],
    ['another report', { runs: [runOf({ report: { ...REPORT, text: 'In 1932.' } })] }, [REPORTS]],
    ['a failure without a reason', { runs: [runOf({ status: 'failed' })] }, [REPORTS]],
    ['a result that is lost', { stored: new Set() }, [STEPS]],
    ['a bill without a row', { rows: [] }, [ROWS, MONEY]],
    ['a row without a bill', { calls: [] }, [ROWS, MONEY]],
    ['a wrong price', { rows: [row({ microUsd: 49 })] }, [ROWS, MONEY]],
    ['an unpriced row', { rows: [row({ microUsd: Number.NaN })] }, [ROWS, MONEY]],
    ['one call entered twice', { calls: [call(), call({ ordinal: 2, at: 1_250 })], rows: [row(), row()], injections: [KILL] }, [ROWS]],
    ['a call after its result', { calls: [call(), call({ ordinal: 2, at: 9_000 })] }, [ROWS, REPEATED, TWICE, MONEY]],
    ['a job that waits', { queues: [{ queue: 'score', open: ['a'], failed: [] }] }, [STUCK]],
    ['a failed job of no run', { queues: [{ queue: 'score', open: [], failed: [{ id: 'a', code: 'internal' }] }] }, [STUCK]],
    ['a run that waits for a step', { waiters: 1 }, [STUCK]],
    ['an orphan', { orphans: [{ pid: 1, parent: 1, command: 'node' }] }, [LEFT]],
    ['a file', { files: ['isthmus-x'] }, [LEFT]],
  ])('are broken by %s', (_what, change, broken) => {
    expect(brokenBy(change)).toEqual(broken);
  });

  it('are broken by a step that is done twice, and by a reservation of a run that is over', () => {
    const again: RunEvent = { type: 'steps-finished', steps: [{ id: 'predict', outcome: DONE, ledger: [] }] };
    expect(brokenBy({ runs: [runOf({}, [again])] })).toEqual([STEPS]);
    const steps = new Map([['predict', { planned: { ...STEP, reserved: { tokens: 9, microUsd: 9 } }, outcome: DONE }]]);
    expect(brokenBy({ runs: [runOf({ steps, pending: new Set(['predict']) })] })).toEqual(['no reservation is left open']);
  });

  it('let a failed job lie that a run has planned', () => {
    expect(brokenBy({ queues: [{ queue: 'predict', open: [], failed: [{ id: 'key-0', code: 'provider-timeout' }] }] })).toEqual([]);
  });
});
