import type { Chunk } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { createRandom } from '../domain/random.ts';
import { isTerminal, type PlannedStep, type RunEvent, type RunSpec, type RunState, type StoredEvent } from '../domain/run.ts';
import { applyEvent, foldRun } from '../domain/run-reducer.ts';
import type { NamedStep, StepOutcome } from '../domain/step.ts';
import type { Decision, Strategy, StrategyView } from '../ports/strategy.ts';
import { buildRunSpec } from './build-run.ts';

/** What stands in for queue, workers and stores. */
export interface Simulation {
  readonly create: () => Strategy;
  readonly answer: (step: NamedStep) => StepOutcome;
  readonly chunks: readonly Chunk[];
  readonly spec?: Partial<RunSpec>;
  /** Whether the limits have room for a step; asked once for each, when it is first named. */
  readonly admits?: (step: NamedStep) => boolean;
  /** Decides which pending step ends next. Absent: the one named first. */
  readonly seed?: number;
  /** Goes on from here instead of from the start. */
  readonly log?: readonly StoredEvent[];
  /** Told of every decision and of the state it was made on, before it is carried out. */
  readonly onDecision?: (decision: Decision, state: RunState, view: StrategyView) => void;
}

export interface Simulated {
  readonly state: RunState;
  readonly log: readonly StoredEvent[];
  readonly refused: ReadonlySet<string>;
  /** The last one, which ended the run. */
  readonly decision: Decision;
}

/** More turns than any strategy may take over the few chunks of a test. */
const MOST_TURNS = 5_000;

/**
 * Runs a strategy as the engine does, one step at a time and without models.
 * @throws Error when it stands still, does not end, or asks for a chunk that no retrieval has named
 */
export function simulate(simulation: Simulation): Simulated {
  const world = createWorld(simulation);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const decision = world.strategy.next(world.state, world.view);
    simulation.onDecision?.(decision, world.state, world.view);
    carryOut(world, decision);
    if (isTerminal(world.state.status)) return { state: world.state, log: world.log, refused: world.refused, decision };
  }
  throw new Error(`The strategy has not ended after ${MOST_TURNS} turns.`);
}

interface World {
  readonly strategy: Strategy;
  readonly simulation: Simulation;
  readonly random: () => number;
  readonly retrieved: Map<string, Chunk>;
  readonly refused: Set<string>;
  readonly view: StrategyView;
  readonly log: StoredEvent[];
  state: RunState;
}

function createWorld(simulation: Simulation): World {
  const retrieved = new Map<string, Chunk>();
  const refused = new Set<string>();
  const created = { sequence: 1, at: 0, event: { type: 'run-created', spec: buildRunSpec(simulation.spec) } } as const;
  const log: StoredEvent[] = [...(simulation.log ?? [created])];
  const world: World = {
    strategy: simulation.create(),
    simulation,
    random: simulation.seed === undefined ? () => 0 : createRandom(simulation.seed),
    retrieved,
    refused,
    view: { chunk: (id) => lookUp(retrieved, id), refused },
    log,
    state: foldRun('simulated', log),
  };
  for (const { outcome } of world.state.steps.values()) admit(world, outcome);
  return world;
}

function lookUp(retrieved: ReadonlyMap<string, Chunk>, id: string): Chunk {
  const chunk = retrieved.get(id);
  if (chunk === undefined) throw new IsthmusError('not-found', `The run has not retrieved chunk ${id}.`);
  return chunk;
}

function admit({ simulation, retrieved }: World, outcome: StepOutcome | undefined): void {
  if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return;
  const named = new Set(outcome.result.chunks.map(({ chunkId }) => chunkId));
  for (const chunk of simulation.chunks) if (named.has(chunk.id)) retrieved.set(chunk.id, chunk);
}

export function append(world: Pick<World, 'log' | 'state'>, event: RunEvent): void {
  const stored = { sequence: world.state.sequence + 1, at: 0, event };
  world.log.push(stored);
  world.state = applyEvent(world.state, stored);
}

function carryOut(world: World, decision: Decision): void {
  for (const finding of decision.findings) append(world, finding);
  if (decision.type === 'fail') append(world, { type: 'run-failed', error: decision.error });
  else if (decision.type === 'finish') end(world, decision);
  else if (!planNew(world, decision.steps) && decision.findings.length === 0) letOneEnd(world);
}

function end(world: World, { draft, evidence, incomplete }: Extract<Decision, { type: 'finish' }>): void {
  for (const id of evidence.flatMap(({ chunkIds }) => chunkIds)) lookUp(world.retrieved, id);
  const report = { status: draft.status, text: draft.text, form: draft.form, citations: [], dropped: [] };
  append(world, incomplete === undefined ? { type: 'run-completed', report } : { type: 'run-incomplete', report, reason: incomplete });
}

/** Plans what is new and admitted. Refusals are told, as by the engine, once nothing else is under way. */
function planNew(world: World, steps: readonly NamedStep[]): boolean {
  const { admits = () => true } = world.simulation;
  if (new Set(steps.map(({ id }) => id)).size < steps.length) throw new Error('Two steps of one decision share an id.');
  const fresh = steps.filter(({ id }) => !world.state.steps.has(id));
  for (const step of fresh) for (const id of chunksOf(step)) lookUp(world.retrieved, id);
  const taken = fresh.filter((step) => !world.refused.has(step.id) && admits(step));
  if (taken.length > 0) append(world, { type: 'steps-planned', steps: taken.map((step): PlannedStep => ({ ...step, stepKey: step.id })) });
  if (taken.length > 0 || world.state.pending.size > 0) return taken.length > 0;
  const news = fresh.filter(({ id }) => !world.refused.has(id));
  for (const { id } of news) world.refused.add(id);
  return news.length > 0;
}

function chunksOf({ step }: NamedStep): readonly string[] {
  if (step.kind === 'score') return step.context === undefined ? [step.contextId] : [];
  if (step.kind !== 'chat') return [];
  if (step.role === 'compress') return [step.chunkId];
  return step.role === 'predict' ? step.evidence.flatMap(({ chunkIds }) => chunkIds) : [];
}

function letOneEnd(world: World): void {
  const pending = [...world.state.pending];
  const id = pending[Math.floor(world.random() * pending.length)];
  const planned = world.state.steps.get(id ?? '')?.planned;
  if (planned === undefined) throw new Error('The strategy wants nothing new, waits for nothing, and has not finished.');
  const outcome = world.simulation.answer(planned);
  append(world, { type: 'steps-finished', steps: [{ id: planned.id, outcome, ledger: [] }] });
  admit(world, outcome);
}
