import { toErrorRecord } from '../domain/errors.ts';
import { isTerminal, type RunState } from '../domain/run.ts';
import { dispatch } from './dispatch.ts';
import { finish } from './finish.ts';
import { interrupt } from './interrupt.ts';
import { recover } from './recover.ts';
import { type EngineDeps, type EventListener, openSession, type Session } from './session.ts';
import { collect } from './settle.ts';

/** How long a missed announcement can go unnoticed: the queue is asked about pending jobs at least this often. */
const RECONCILE_MS = 2000;

export interface AdvanceOptions {
  /** Stops the work, keeps what is done, and leaves the run resumable. */
  readonly signal: AbortSignal;
  readonly onEvent?: EventListener;
}

/**
 * Drives a run until it ends or is interrupted: ask the strategy, journal and send what it wants, take in what comes back. All
 * state is in the log, so it may be called for any run at any time, again after a crash, and by several processes at once.
 */
export async function advance(runId: string, deps: EngineDeps, { signal, onEvent = () => {} }: AdvanceOptions): Promise<RunState> {
  const session = await openSession(runId, deps, onEvent);
  await recover(session);
  const bell = createBell(deps);
  try {
    while (!isTerminal(session.state.status)) {
      if (signal.aborted) return await interrupt(session);
      const heard = bell.arm();
      if (await collect(session)) continue;
      if (await takeDecision(session)) continue;
      await Promise.race([heard, deps.clock.sleep(RECONCILE_MS, signal)]);
    }
    return session.state;
  } finally {
    bell.close();
  }
}

/** Returns whether the decision changed anything; if not, the run waits. */
async function takeDecision(session: Session): Promise<boolean> {
  const decision = decide(session);
  if (decision.type !== 'steps') {
    await finish(session, decision);
    return true;
  }
  if (await dispatch(session, decision.steps, decision.findings)) return true;
  if (session.state.pending.size > 0) return false;
  const { id } = session.state.spec.strategy;
  const error = {
    code: 'internal' as const,
    message: `Strategy "${id}" wants nothing new, waits for nothing, and has not finished.`,
    isRetryable: false,
  };
  await finish(session, { type: 'fail', error, findings: [] });
  return true;
}

/** A strategy that throws has failed its run; the process goes on with the others. */
function decide(session: Session): ReturnType<Session['strategy']['next']> {
  try {
    return session.strategy.next(session.state, session.view);
  } catch (error) {
    return { type: 'fail', error: toErrorRecord(error), findings: [] };
  }
}

/** Rings when any job ends. It is armed before the queue is asked, so nothing can end unheard in between. */
function createBell({ queue }: EngineDeps): { arm(): Promise<void>; close(): void } {
  let ring = () => {};
  const unsubscribe = queue.onSettled(() => ring());
  return {
    arm: () =>
      new Promise((resolve) => {
        ring = resolve;
      }),
    close: unsubscribe,
  };
}
