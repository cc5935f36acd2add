import type { Evidence } from '../domain/evidence.ts';
import type { RunState } from '../domain/run.ts';
import type { Step } from '../domain/step.ts';
import type { Simulated } from './strategy-simulator.ts';

/** The ids of a simulated run's steps, one list for each time that some were planned. */
export function plannedIn({ log }: Pick<Simulated, 'log'>): string[][] {
  return log.flatMap(({ event }) => (event.type === 'steps-planned' ? [event.steps.map(({ id }) => id)] : []));
}

/** What the predictor was shown in the step of that id; nothing where it was not asked. */
export function evidenceIn(state: RunState, id = 'predict'): readonly Evidence[] {
  const step = stepIn(state, id);
  return step?.kind === 'chat' && step.role === 'predict' ? step.evidence : [];
}

export function stepIn({ steps }: RunState, id: string): Step | undefined {
  return steps.get(id)?.planned.step;
}
