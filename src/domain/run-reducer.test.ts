import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildJudgement, buildRunSpec, entry, finished, planned, steps } from '../testing/build-run.ts';
import type { RunEvent, StoredEvent } from './run.ts';
import { applyEvent, foldRun } from './run-reducer.ts';

const CREATED: RunEvent = { type: 'run-created', spec: buildRunSpec() };
const REPORT = { status: 'answered', text: 'So.', form: 'model', citations: [], dropped: [] } as const;
const ERROR = { code: 'model-crashed', message: 'Gone.', isRetryable: true } as const;
const SCORE = { nats: 1, bits: 1, ceilingBits: 2, saturation: 0.5, bitsPerToken: 0.1, bitsPerByte: 0.1, contexts: 4 };

const failed = (id: string): RunEvent => ({
  type: 'steps-finished',
  steps: [{ id, outcome: { status: 'failed', error: ERROR }, ledger: [entry(`key-of-${id}`)] }],
});
const stored = (events: readonly RunEvent[]): StoredEvent[] => events.map((event, i) => ({ sequence: i + 1, at: i, event }));
const fold = (...events: readonly RunEvent[]) => foldRun('run', stored([CREATED, ...events]));

/** Everything that may follow `steps('a', 'b', 'c')`. */
const events: fc.Arbitrary<RunEvent> = fc.constantFrom<RunEvent[]>(
  steps('a', 'd'),
  finished('a', [entry('x')]),
  finished('b', []),
  failed('b'),
  failed('c'),
  { type: 'summary-scored', stepId: 'a', score: SCORE },
  { type: 'summary-unscored', stepId: 'b', reason: 'no panel' },
  { type: 'summary-gated', stepId: 'a', decision: { kept: true, reason: '', relevance: 1, flags: [] } },
  { type: 'patch-judged', judgement: buildJudgement({ verdict: 'enter', chunkIds: ['c1'] }) },
  { type: 'intent-unknown', stepId: 'c', ledger: entry('y', { kind: 'unknown' }) },
  { type: 'run-interrupted', reason: 'interrupted' },
  { type: 'run-resumed', epoch: 1 },
  { type: 'run-failed', error: ERROR },
  { type: 'run-completed', report: REPORT },
  { type: 'run-incomplete', report: REPORT, reason: 'limit' },
  { type: 'run-cancelled' },
);

/** Finishing what a resumption has forgotten is refused, as it should be; such logs are none. */
function isLog(rest: readonly RunEvent[]): boolean {
  try {
    fold(steps('a', 'b', 'c'), ...rest);
    return true;
  } catch {
    return false;
  }
}

describe('folding a run', () => {
  it('gives the same state at once, event by event, and in two parts', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 25 }).filter(isLog), fc.nat(25), (rest, cut) => {
        const log = stored([CREATED, steps('a', 'b', 'c'), ...rest]);
        const whole = foldRun('run', log);
        const at = 1 + (cut % log.length);
        expect(log.slice(at).reduce(applyEvent, foldRun('run', log.slice(0, at)))).toEqual(whole);
        expect(whole.sequence).toBe(log.length);
        for (const id of whole.pending) expect(whole.steps.get(id)?.outcome).toBeUndefined();
        for (const [id, { outcome }] of whole.steps) expect(whole.pending.has(id)).toBe(outcome === undefined);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('leaves the log as it was', () => {
    const log = stored([CREATED, steps('a'), finished('a', [entry('x')])]);
    const before = structuredClone(log);
    foldRun('run', log);
    expect(log).toEqual(before);
  });

  it('refuses a log with a gap, a repeat, a wrong beginning, or a second creation', () => {
    const [first, second, third] = stored([CREATED, steps('a'), finished('a', [])]);
    if (first === undefined || second === undefined || third === undefined) throw new Error('unreachable');
    for (const log of [[], [second], [first, third], [first, second, second], [first, { ...first, sequence: 2 }]]) {
      expect(() => foldRun('run', log)).toThrow(expect.objectContaining({ code: 'internal', message: expect.stringContaining('run') }));
    }
    expect(() => fold(finished('a', []))).toThrow('never planned');
  });

  it('goes from queued by way of its steps to an end', () => {
    expect(fold().status).toBe('queued');
    expect(fold(steps('a'))).toMatchObject({ status: 'in_progress', pending: new Set(['a']) });
    const { status, ledger, steps: done } = fold(steps('a'), finished('a', [entry('x')]), { type: 'run-completed', report: REPORT });
    expect({ status, ledger }).toEqual({ status: 'completed', ledger: [entry('x')] });
    expect(done.get('a')?.outcome).toEqual({ status: 'done', result: planned('x'), isCached: false });
    expect(fold({ type: 'run-cancelled' }).status).toBe('cancelled');
  });

  it('forgets an interruption once the run has ended', () => {
    const interrupted: RunEvent = { type: 'run-interrupted', reason: 'interrupted' };
    expect(fold(steps('a'), interrupted)).toMatchObject({ status: 'in_progress', reason: 'interrupted' });
    expect(fold(interrupted, { type: 'run-completed', report: REPORT })).not.toHaveProperty('reason');
    expect(fold(interrupted, { type: 'run-incomplete', report: REPORT, reason: 'limit' })).toMatchObject({ reason: 'limit' });
  });
});

describe('a resumed run', () => {
  it('forgets its failures and their consequences, and nothing that was paid for', () => {
    const scored: RunEvent = { type: 'summary-scored', stepId: 'a', score: SCORE };
    const before = [steps('a', 'b', 'c'), finished('a', [entry('x')]), scored, failed('b'), { type: 'run-failed', error: ERROR } as const];
    const state = fold(...before, { type: 'run-resumed', epoch: 1 });
    expect(state).toMatchObject({ status: 'in_progress', epoch: 1, pending: new Set(['c']) });
    expect([...state.steps.keys()]).toEqual(['a', 'c']);
    expect(state).not.toHaveProperty('error');
    expect(state.scores).toEqual(new Map([['a', { score: SCORE }]]));
    expect(state.ledger).toEqual([entry('x'), entry('key-of-b')]);
  });
});
