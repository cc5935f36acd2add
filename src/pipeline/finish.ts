import { checkCitations } from '../domain/citation.ts';
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
  return { event: { type: 'run-incomplete', report, reason: decision.incomplete }, status: 'incomplete' };
}
