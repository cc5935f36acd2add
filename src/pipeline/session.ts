import type { LimitName } from '../domain/budget.ts';
import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { Pricing } from '../domain/ledger.ts';
import type { RunState, StoredEvent } from '../domain/run.ts';
import { applyEvent, foldRun } from '../domain/run-reducer.ts';
import { roleOf, type StepOutcome, type StepRole } from '../domain/step.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { RunChange, RunStore } from '../ports/run-store.ts';
import type { SourceReader } from '../ports/source-reader.ts';
import type { Strategy, StrategyView } from '../ports/strategy.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import type { Web } from '../ports/web.ts';
import type { ModelPool } from './models.ts';
import { createPendingIndex, type PendingIndex } from './pending-jobs.ts';
import type { Registry } from './registry.ts';
import { tellSteps } from './tell-steps.ts';

/** What the engine is given. */
export interface EngineDeps {
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly queue: JobQueue;
  readonly registry: Registry;
  readonly models: ModelPool;
  readonly pricing: Pricing;
  readonly clock: Clock;
  /** Present where an embedding model is configured. */
  readonly vectors?: VectorIndex;
  /** For runs that gather their sources; without the two, such runs fail. */
  readonly web?: Web;
  readonly reader?: SourceReader;
  /** Absent: nobody watches. */
  readonly telemetry?: Telemetry;
}

export type EventListener = (event: StoredEvent, state: RunState) => void;

/** One process's hold on one run while it advances it: the folded state and the chunks it speaks of. */
export interface Session {
  readonly deps: EngineDeps;
  readonly strategy: Strategy;
  readonly view: StrategyView;
  readonly chunks: Map<string, Chunk>;
  /** Steps that did not fit the budget while nothing else was pending. */
  readonly refused: Set<string>;
  /** The limits that had no room for something, for the reader of the report. */
  readonly limitsMet: Set<LimitName>;
  readonly onEvent: EventListener;
  readonly pending: PendingIndex;
  /** Jobs that may have ended, so that the queue is to be asked about them: announced ones, and those that were there when they were sent. */
  readonly heard: Set<string>;
  /** Stops what the engine does itself; absent where nobody may stop it. */
  readonly signal?: AbortSignal;
  state: RunState;
}

/** @throws IsthmusError `not-found` */
export async function openSession(
  runId: string,
  deps: EngineDeps,
  { onEvent = () => {}, ...rest }: { readonly onEvent?: EventListener; readonly signal?: AbortSignal } = {},
): Promise<Session> {
  const events = await deps.runs.readEvents(runId, 0);
  if (events.length === 0) throw new IsthmusError('not-found', `There is no run ${runId}. \`isthmus runs\` lists those there are.`);
  const state = foldRun(runId, events);
  const { spec } = state;
  const estimator = deps.registry.create('estimator', spec.estimator, undefined);
  const gate = deps.registry.create('gate', spec.gate, undefined);
  const chunks = new Map<string, Chunk>();
  const refused = new Set<string>();
  const session: Session = {
    deps,
    strategy: deps.registry.create('strategy', spec.strategy, { estimator, gate }),
    view: { chunk: (id) => lookUp(chunks, id), refused },
    chunks,
    refused,
    limitsMet: new Set(),
    onEvent,
    pending: createPendingIndex(state),
    heard: new Set(),
    ...rest,
    state,
  };
  for (const record of state.steps.values()) await admitChunks(session, record.outcome);
  return session;
}

export function lookUp(chunks: ReadonlyMap<string, Chunk>, id: string): Chunk {
  const chunk = chunks.get(id);
  if (chunk === undefined) throw new IsthmusError('not-found', `The run has not retrieved chunk ${id}.`);
  return chunk;
}

/** Loads the chunks that a retrieval has named, so that later steps can be given their texts. */
export async function admitChunks(session: Session, outcome: StepOutcome | undefined): Promise<void> {
  if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return;
  const unknown = outcome.result.chunks.map((ranked) => ranked.chunkId).filter((id) => !session.chunks.has(id));
  for (const [id, chunk] of await session.deps.documents.findChunks(unknown)) session.chunks.set(id, chunk);
}

export type SessionChange = Omit<RunChange, 'runId' | 'expectedSequence' | 'failedRoles'>;

/**
 * Commits a change and folds its events in. `false`: somebody was faster, the session has caught up with the log (or a result
 * was stored by another run), nothing of the change was written, and the caller must look again.
 */
export async function commit(session: Session, change: SessionChange): Promise<boolean> {
  const { runId, sequence } = session.state;
  const result = await session.deps.runs.commit({
    runId,
    expectedSequence: sequence,
    failedRoles: failedRoles(session, change),
    ...change,
  });
  if (result.type === 'committed') {
    await absorb(session, result.events);
    tellSteps(session, change.events);
    return true;
  }
  if (result.on === 'sequence') await catchUp(session);
  return false;
}

function failedRoles({ state }: Session, { events }: SessionChange): Readonly<Record<string, StepRole>> {
  const finished = events.flatMap((event) => (event.type === 'steps-finished' ? event.steps : []));
  const failed = finished.filter(({ outcome }) => outcome.status === 'failed');
  return Object.fromEntries(
    failed.flatMap(({ id }) => {
      const step = state.steps.get(id)?.planned.step;
      return step === undefined ? [] : [[id, roleOf(step)]];
    }),
  );
}

/** Folds in what other processes have appended. */
export async function catchUp(session: Session): Promise<void> {
  const { runId, sequence } = session.state;
  await absorb(session, await session.deps.runs.readEvents(runId, sequence));
}

async function absorb(session: Session, events: readonly StoredEvent[]): Promise<void> {
  for (const stored of events) {
    session.pending.note(stored.event, session.state);
    session.state = applyEvent(session.state, stored);
    if (stored.event.type === 'steps-finished') for (const step of stored.event.steps) await admitChunks(session, step.outcome);
    session.onEvent(stored, session.state);
  }
}
