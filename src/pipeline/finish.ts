import type { LimitName } from '../domain/budget.ts';
import { checkCitations } from '../domain/citation.ts';
import { MICRO_USD } from '../domain/price.ts';
import type { RunEvent, RunStatus } from '../domain/run.ts';
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
  if (decision.incomplete === undefined) return { event: { type: 'run-completed', report }, status: 'completed' };
  const reason = `${decision.incomplete}${limitsOf(session)}`;
  return { event: { type: 'run-incomplete', report, reason }, status: 'incomplete' };
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
