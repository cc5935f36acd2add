import type { PlannedStep, RunEvent } from '../domain/run.ts';
import type { Step } from '../domain/step.ts';

/**
 * The keys of a run's steps that may hold something of these chunks: those that were given one of them, and all that a strategy has made
 * of results (drafts, later plans, capsules, whatever was read under guidance). Kept are only readings and scorings of other chunks for the
 * run's own question and for the queries made of it alone. Too many cost a result that is made again; too few would leave a text behind.
 */
export function stepKeysWith(events: readonly RunEvent[], chunkIds: ReadonlySet<string>): ReadonlySet<string> {
  const planned = events.flatMap((event) => (event.type === 'steps-planned' ? event.steps : []));
  const question = events.flatMap((event) => (event.type === 'run-created' ? event.spec.question : []))[0] ?? '';
  const queries = plainQueries(events, planned, question);
  const byId = new Map(planned.map((step) => [step.id, step.step]));
  const isClean = ({ step, group }: PlannedStep): boolean => {
    if (step.kind === 'score') {
      const read = group === undefined ? undefined : byId.get(group);
      return step.context === undefined && !chunkIds.has(step.contextId) && isCleanReading(read, { chunkIds, queries });
    }
    return isFirstPlan(step, question) || isCleanReading(step, { chunkIds, queries });
  };
  return new Set(planned.filter((step) => !isClean(step)).map(({ stepKey }) => stepKey));
}

function isFirstPlan(step: Step, question: string): boolean {
  return step.kind === 'chat' && step.role === 'plan' && step.question === question;
}

function isCleanReading(
  step: Step | undefined,
  { chunkIds, queries }: { readonly chunkIds: ReadonlySet<string>; readonly queries: ReadonlySet<string> },
): boolean {
  if (step?.kind !== 'chat' || step.role !== 'compress') return false;
  return step.guidance === undefined && !chunkIds.has(step.chunkId) && queries.has(step.query);
}

/** The question, and the queries that a planner has made before anything was read. */
function plainQueries(events: readonly RunEvent[], planned: readonly PlannedStep[], question: string): ReadonlySet<string> {
  const first = new Set(planned.filter(({ step }) => isFirstPlan(step, question)).map(({ id }) => id));
  const made = events
    .flatMap((event) => (event.type === 'steps-finished' ? event.steps : []))
    .flatMap(({ id, outcome }) =>
      first.has(id) && outcome.status === 'done' && outcome.result.kind === 'plan' ? outcome.result.queries : [],
    );
  return new Set([question, ...made]);
}
