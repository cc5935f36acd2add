import { IsthmusError } from '../domain/errors.ts';
import { isTerminal, type RunEvent, type RunSpec, type RunState } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import { type AdvanceOptions, advance } from './advance.ts';
import { cancel } from './cancel.ts';
import { type EngineDeps, openSession } from './session.ts';
import { isOverTime } from './time-limit.ts';

/** Runs, from submission to report. */
export interface Engine {
  /** Journals the run and returns its id; nothing is done until it is advanced. */
  submit(spec: RunSpec): Promise<string>;
  advance(runId: string, options: AdvanceOptions): Promise<RunState>;
  /**
   * Gives a failed run another try, and one that its time limit has ended in its absence another time; what is paid for is kept.
   * Any other run is merely advanced.
   */
  resume(runId: string, options: AdvanceOptions): Promise<RunState>;
  /** As {@link resume}, but for the advancing: returns the run as it is then. */
  reopen(runId: string): Promise<RunState>;
  /** Ends an open run for good, wherever its work is being done. */
  cancel(runId: string): Promise<RunState>;
  read(runId: string): Promise<RunState>;
}

export function createEngine(deps: EngineDeps & { readonly newId: () => string }): Engine {
  async function read(runId: string): Promise<RunState> {
    const events = await deps.runs.readEvents(runId, 0);
    if (events.length === 0) throw new IsthmusError('not-found', `There is no run ${runId}. \`isthmus runs\` lists those there are.`);
    return foldRun(runId, events);
  }

  async function reopen(runId: string): Promise<RunState> {
    const state = await read(runId);
    if (!canResume(state, deps)) return state;
    const event = { type: 'run-resumed', epoch: state.epoch + 1 } as const;
    await deps.runs.commit({ runId, expectedSequence: state.sequence, events: [event], steps: [], status: 'in_progress' });
    return read(runId);
  }

  return {
    read,
    reopen,
    submit: async (spec) => {
      const id = deps.newId();
      if (spec.gather === undefined) await deps.documents.grantCorpus(spec.corpusId, spec.tenant);
      await deps.runs.createRun({ id, tenant: spec.tenant, question: spec.question, events: [createdBy(deps, spec)] });
      return id;
    },
    cancel: async (runId) => cancel(await openSession(runId, deps)),
    advance: (runId, options) => advance(runId, deps, options),
    resume: async (runId, options) => {
      const state = await reopen(runId);
      return isTerminal(state.status) ? state : advance(runId, deps, options);
    },
  };
}

/** The first event of a run. Whoever advances it, in whichever process, goes on under the span that asked for it. */
export function createdBy({ telemetry }: Pick<EngineDeps, 'telemetry'>, spec: RunSpec): Extract<RunEvent, { type: 'run-created' }> {
  const trace = telemetry?.trace();
  return { type: 'run-created', spec, ...(trace === undefined ? {} : { trace }) };
}

/** Whether a resumption changes anything: the run has failed, or its time was over in its absence. */
export function canResume(state: RunState, deps: Pick<EngineDeps, 'clock'>): boolean {
  return state.status === 'failed' || (!isTerminal(state.status) && isOverTime({ state, deps }));
}
