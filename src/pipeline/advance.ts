import { toErrorRecord } from '../domain/errors.ts';
import { type Finding, isTerminal, type RunState } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { Decision } from '../ports/strategy.ts';
import { SILENT } from '../ports/telemetry.ts';
import { ATTRIBUTE, SPAN } from '../ports/telemetry-names.ts';
import { type Bell, createBell, createPace, type Pace, RECONCILE_MS } from './bell.ts';
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
  const bell = createBell(session);
  const pace = createPace(session.deps.clock);
  try {
    await recover(session);
    while (!isTerminal(session.state.status)) {
      if (signal.aborted) return await stop(session, signal.reason);
      if (await enforceTime(session)) continue;
      const heard = bell.arm();
      if (await lookAt(session, pace)) continue;
      if (await takeDecision(session)) continue;
      pace.end();
      await waitForNews(session, heard, { bell, windowMs: pace.windowMs(), signal });
      pace.begin();
    }
    return session.state;
  } finally {
    bell.close();
  }
}

/**
 * Takes in what was announced; now and then, what was not. Asking about all pending jobs each time one of them ends would cost n² for n
 * of them.
 */
async function lookAt(session: Session, pace: Pace): Promise<boolean> {
  if (pace.isFullLookDue()) {
    session.heard.clear();
    await catchUp(session);
    // Another process may have ended the run.
    if (isTerminal(session.state.status)) return true;
    return pace.lookFully(() => collect(session));
  }
  const only = new Set(session.heard);
  session.heard.clear();
  return only.size > 0 && (await collect(session, { only }));
}

interface Waiting {
  readonly bell: Bell;
  readonly windowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until a job ends. While others of the run are under way, it waits a little for more of them: a transaction and a decision then serve
 * several; nothing is put off where the run has nothing else to wait for. When nothing is heard, looks for what was lost.
 */
async function waitForNews(session: Session, heard: Promise<void>, { bell, windowMs, signal }: Waiting): Promise<void> {
  const { clock } = session.deps;
  if (await hears(heard, clock, { signal, ms: RECONCILE_MS })) {
    const all = bell.armForAll();
    if (session.heard.size < session.pending.byJob.size) await hears(all, clock, { signal, ms: windowMs });
    return;
  }
  await catchUp(session);
  await sendLost(session);
}

async function stop(session: Session, reason: unknown): Promise<RunState> {
  if (reason === STOP.leave) return session.state;
  return reason === STOP.cancel ? await cancel(session) : await interrupt(session);
}

/** Waits for the bell, `ms`, or an abort; returns whether it was the bell. Whatever it waits with ends with it. */
async function hears(
  heard: Promise<void>,
  clock: Clock,
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
): Promise<boolean> {
  const nap = new AbortController();
  const wake = () => nap.abort();
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted) wake();
  try {
    return await Promise.race([heard.then(() => true), clock.sleep(ms, nap.signal).then(() => false)]);
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
