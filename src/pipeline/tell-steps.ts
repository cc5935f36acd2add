import { fromErrorRecord } from '../domain/errors.ts';
import type { FinishedStep, RunEvent, RunState } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { ATTRIBUTE, METRIC } from '../ports/telemetry-names.ts';

interface Advanced {
  readonly deps: { readonly telemetry?: Telemetry };
  readonly state: Pick<RunState, 'runId' | 'steps'>;
}

/** Counts the steps that a change has ended, and tells of those that failed. Called by whoever committed it, so each is told once. */
export function tellSteps(session: Advanced, events: readonly RunEvent[]): void {
  if (session.deps.telemetry === undefined) return;
  for (const event of events) if (event.type === 'steps-finished') for (const step of event.steps) tellStep(session, step);
}

function tellStep({ deps: { telemetry }, state }: Advanced, { id, outcome }: FinishedStep): void {
  const planned = state.steps.get(id)?.planned;
  if (planned === undefined) return;
  const role = roleOf(planned.step);
  if (outcome.status === 'done') {
    telemetry?.count(METRIC.steps, { role, outcome: outcome.isCached ? 'cached' : 'done' });
    return;
  }
  telemetry?.count(METRIC.steps, { role, outcome: 'failed' });
  const attributes = {
    [ATTRIBUTE.runId]: state.runId,
    [ATTRIBUTE.stepRole]: role,
    [ATTRIBUTE.stepKey]: planned.stepKey,
    ...(planned.jobId === undefined ? {} : { [ATTRIBUTE.jobId]: planned.jobId }),
  };
  telemetry?.event('warn', 'step-failed', { attributes, error: fromErrorRecord(outcome.error) });
}
