import type { PlannedStep, RunEvent, RunState } from '../domain/run.ts';

/**
 * Which pending steps wait for which job, kept up to date by the events of the run. Asking the state's steps anew for each job that ends
 * would make a run of n chunks cost n².
 */
export interface PendingIndex {
  /** By job, in the order planned. */
  readonly byJob: ReadonlyMap<string, readonly PlannedStep[]>;
  /** Told of each event before it is folded into the state. */
  note(event: RunEvent, state: RunState): void;
}

export function createPendingIndex(state: RunState): PendingIndex {
  const byJob = new Map<string, PlannedStep[]>();
  const add = (step: PlannedStep): void => {
    if (step.jobId === undefined) return;
    const members = byJob.get(step.jobId);
    if (members === undefined) byJob.set(step.jobId, [step]);
    else members.push(step);
  };
  const drop = (id: string, { steps }: RunState): void => {
    const { jobId = '' } = steps.get(id)?.planned ?? {};
    const left = (byJob.get(jobId) ?? []).filter((step) => step.id !== id);
    if (left.length === 0) byJob.delete(jobId);
    else byJob.set(jobId, left);
  };
  for (const id of state.pending) {
    const record = state.steps.get(id);
    if (record !== undefined) add(record.planned);
  }
  return {
    byJob,
    note(event, before) {
      if (event.type === 'steps-planned') event.steps.forEach(add);
      for (const id of overIn(event)) drop(id, before);
    },
  };
}

/** The steps that wait for nothing any more. */
function overIn(event: RunEvent): readonly string[] {
  if (event.type === 'steps-withdrawn') return event.stepIds;
  return event.type === 'steps-finished' ? event.steps.map(({ id }) => id) : [];
}
