import type { LimitName } from '../domain/budget.ts';
import { checkCitations } from '../domain/citation.ts';
import { groupBy } from '../domain/group.ts';
import { MICRO_USD } from '../domain/price.ts';
import type { RunEvent, RunState, RunStatus } from '../domain/run.ts';
import { roleOf } from '../domain/step.ts';
import type { Decision } from '../ports/strategy.ts';
import { commit, lookUp, type Session } from './session.ts';

/** Writes the end of a run: its citations checked against the sources, its findings, its status. */
export async function finish(session: Session, decision: Exclude<Decision, { type: 'steps' }>): Promise<void> {
  const { event, status } = endOf(session, decision);
  await commit(session, { events: [...decision.findings, event], steps: [], status });
}

function endOf(session: Session, decision: Exclude<Decision, { type: 'steps' }>): { event: RunEvent; status: RunStatus } {
  if (decision.type === 'fail') return { event: { type: 'run-failed', error: decision.error }, status: 'failed' };
  const report = checkCitations(decision.draft, decision.evidence, (id) => lookUp(session.chunks, id));
  const limit = decision.incomplete === undefined ? [] : [`${decision.incomplete}${limitsOf(session)}`];
  const reasons = [...limit, ...failuresOf(session.state)];
  if (reasons.length === 0) return { event: { type: 'run-completed', report }, status: 'completed' };
  return { event: { type: 'run-incomplete', report, reason: reasons.join('; ') }, status: 'incomplete' };
}

/**
 * What the report lacks because steps have failed: without them a strategy goes on, but says less than it would have. A summary that
 * was not scored is none of them: bits flag evidence and do not choose it.
 */
function failuresOf({ steps }: RunState): readonly string[] {
  const made = [...steps.values()].map(({ planned, outcome }) => ({ role: roleOf(planned.step), outcome }));
  const failed = made.flatMap(({ role, outcome }) =>
    outcome?.status === 'failed' && role !== 'score' ? [{ role, message: outcome.error.message }] : [],
  );
  return [...groupBy(failed, ({ role }) => role)].map(([role, members]) => {
    const of = made.filter((step) => step.role === role).length;
    return `${members.length} of ${of} steps of the kind "${role}" failed (${members[0]?.message})`;
  });
}

const LIMITS: Readonly<Record<LimitName, (limit: number) => string>> = {
  microUsd: (limit) => `$${limit / MICRO_USD}`,
  tokens: (limit) => `${limit} tokens`,
  calls: (limit) => `${limit} calls`,
  durationMs: (limit) => `${limit / 1000} s`,
};

/** The strategy knows that something was refused; which limit it was, the engine knows. */
function limitsOf({ limitsMet, state: { spec } }: Session): string {
  const named = [...limitsMet].map((name) => LIMITS[name](spec.limits[name] ?? 0));
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}
