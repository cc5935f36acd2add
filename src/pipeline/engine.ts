import { IsthmusError } from '../domain/errors.ts';
import { isTerminal, type RunSpec, type RunState } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import { type AdvanceOptions, advance } from './advance.ts';
import type { EngineDeps } from './session.ts';

/** Runs, from submission to report. */
export interface Engine {
  /** Journals the run and returns its id; nothing is done until it is advanced. */
  submit(spec: RunSpec): Promise<string>;
  advance(runId: string, options: AdvanceOptions): Promise<RunState>;
  /** Gives a failed run another try; what it has already paid for is kept. Any other run is merely advanced. */
  resume(runId: string, options: AdvanceOptions): Promise<RunState>;
  read(runId: string): Promise<RunState>;
}

export function createEngine(deps: EngineDeps & { readonly newId: () => string }): Engine {
  async function read(runId: string): Promise<RunState> {
    const events = await deps.runs.readEvents(runId, 0);
    if (events.length === 0) throw new IsthmusError('not-found', `There is no run ${runId}. \`isthmus runs\` lists those there are.`);
    return foldRun(runId, events);
  }

  return {
    read,
    submit: async (spec) => {
      const id = deps.newId();
      await deps.runs.createRun({ id, tenant: spec.tenant, question: spec.question, events: [{ type: 'run-created', spec }] });
      return id;
    },
    advance: (runId, options) => advance(runId, deps, options),
    resume: async (runId, options) => {
      const state = await read(runId);
      if (state.status === 'failed') {
        const event = { type: 'run-resumed', epoch: state.epoch + 1 } as const;
        await deps.runs.commit({ runId, expectedSequence: state.sequence, events: [event], steps: [], status: 'in_progress' });
      } else if (isTerminal(state.status)) return state;
      return advance(runId, deps, options);
    },
  };
}
