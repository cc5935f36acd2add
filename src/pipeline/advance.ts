import { toErrorRecord } from '../domain/errors.ts';
import { type Finding, isTerminal, type RunState } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Decision } from '../ports/strategy.ts';
import { SILENT } from '../ports/telemetry.ts';
import { ATTRIBUTE, SPAN } from '../ports/telemetry-names.ts';
import { cancel } from './cancel.ts';
import { dispatch } from './dispatch.ts';
import { finish } from './finish.ts';
import { gatherFirst } from './gather-plan.ts';
import { interrupt } from './interrupt.ts';
import { type PreparedStep, prepare } from './plan-steps.ts';
import { recover, sendLost } from './recover.ts';
import { catchUp, type EngineDeps, type EventListener, openSession, type Session } from './session.ts';
import { collect } from './settle.ts';
import { STOP } from './stop.ts';
import { enforceTime } from './time-limit.ts';

/** How long a missed announcement or a lost job can go unnoticed: the queue is asked about pending steps at least this often. */
const RECONCILE_MS = 2000;

export interface AdvanceOptions {
  /** Stops the work and keeps what is done; its reason says what becomes of the run (`stop.ts`), and without one it stays resumable. */
  readonly signal: AbortSignal;
  readonly onEvent?: EventListener;
}

/**
 * Drives a run until it ends or is interrupted: ask the strategy, journal and send what it wants, take in what comes back. All
 * state is in the log, so it may be called for any run at any time, again after a crash, and by several processes at once.
 */
export async function advance(runId: string, deps: EngineDeps, options: AdvanceOptions): Promise<RunState> {
  const session = await openSession(runId, deps, options);
  const { trace = null, spec } = session.state;
  const attributes = { [ATTRIBUTE.runId]: runId, [ATTRIBUTE.strategy]: spec.strategy.id };
  return (deps.telemetry ?? SILENT).span(SPAN.advance, { title: 'advance run', attributes, parent: trace }, async (span) => {
    const state = await drive(session, options);
    span.set({ [ATTRIBUTE.runStatus]: state.status });
    if (state.error !== undefined) span.set({ [ATTRIBUTE.errorType]: state.error.code });
    return state;
  });
}

async function drive(session: Session, { signal }: AdvanceOptions): Promise<RunState> {
  const { deps } = session;
  await recover(session);
  const bell = createBell(deps);
  try {
    while (!isTerminal(session.state.status)) {
      if (signal.aborted) return await stop(session, signal.reason);
      if (await enforceTime(session)) continue;
      const heard = bell.arm();
      if (await collect(session)) continue;
      if (await takeDecision(session)) continue;
      const isRung = await hears(heard, deps.clock, signal);
      await catchUp(session);
      if (!isRung) await sendLost(session);
    }
    return session.state;
  } finally {
    bell.close();
  }
}

async function stop(session: Session, reason: unknown): Promise<RunState> {
  if (reason === STOP.leave) return session.state;
  return reason === STOP.cancel ? await cancel(session) : await interrupt(session);
}

/** Waits for the bell, a while, or an abort; returns whether it was the bell. Whatever it waits with ends with it. */
async function hears(heard: Promise<void>, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const nap = new AbortController();
  const wake = () => nap.abort();
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted) wake();
  try {
    return await Promise.race([heard.then(() => true), clock.sleep(RECONCILE_MS, nap.signal).then(() => false)]);
  } finally {
    signal.removeEventListener('abort', wake);
    wake();
  }
}

/** Returns whether the decision changed anything; if not, the run waits. */
async function takeDecision(session: Session): Promise<boolean> {
  const decision = await decide(session);
  if (decision.type !== 'steps') {
    await finish(session, decision);
    return true;
  }
  if (await dispatch(session, decision.prepared, decision.findings)) return true;
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

type Verdict =
  | Exclude<Decision, { type: 'steps' }>
  | { readonly type: 'steps'; readonly prepared: readonly PreparedStep[]; readonly findings: readonly Finding[] };

/** A strategy that throws, or asks for what cannot be made, has failed its run; the process goes on with the others. */
async function decide(session: Session): Promise<Verdict> {
  try {
    const gathering = await gatherFirst(session);
    if (gathering !== undefined) return { findings: [], ...gathering };
    const decision = session.strategy.next(session.state, session.view);
    if (decision.type !== 'steps') return decision;
    const fresh = decision.steps.filter((step) => !session.state.steps.has(step.id));
    return { type: 'steps', prepared: await prepare(session, fresh), findings: decision.findings };
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
