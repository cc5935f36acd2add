import { shiftSpan } from '../../../src/domain/document.ts';
import type { Evidence, SourceQuote } from '../../../src/domain/evidence.ts';
import { canonicalJson } from '../../../src/domain/json.ts';
import type { Finding, GateDecision, RunState } from '../../../src/domain/run.ts';
import type { TermStatistics } from '../../../src/domain/step.ts';
import type { Gate, GateCandidate } from '../../../src/ports/gate.ts';
import type { StrategyView } from '../../../src/ports/strategy.ts';
import type { Compression, SearchOutcome } from './compressions.ts';
import { attemptOf } from './escalations.ts';

/** What a gate says nothing of is no evidence; asking again would not end. */
const NOT_JUDGED: GateDecision = { kept: false, reason: 'the gate did not judge it', relevance: 0, flags: [] };

const NO_STATISTICS: TermStatistics = { chunkCount: 0, averageLength: 0, chunkFrequency: {} };

/**
 * Asks the gate about all summaries at once: relevance is judged against the best of them. It is asked again when a chunk that it wanted more
 * of has been given it, or could not be; then only the decisions that have changed are findings.
 */
export function gateCompressions(
  compressions: readonly Compression[],
  searches: readonly SearchOutcome[],
  run: { readonly state: RunState; readonly gate: Gate; readonly view: StrategyView },
): Finding[] {
  const hasCascade = (run.state.spec.cascade ?? []).length > 0;
  const attempts = new Map(compressions.map((compression) => [compression.id, attemptOf(compression, run)]));
  const isOpen = ({ id }: Compression) => {
    const decision = run.state.gates.get(id);
    return decision === undefined || (decision.escalates === true && attempts.get(id)?.next === undefined);
  };
  if (!compressions.some(isOpen)) return [];
  const statistics = new Map(searches.map((search) => [search.query, search.statistics]));
  const candidates = compressions.map(({ id, chunkId, query, summary }): GateCandidate => {
    const scored = run.state.scores.get(id);
    const source = run.view.chunk(chunkId).text;
    const attempt = attempts.get(id);
    const known = { id, query, summary, source, statistics: statistics.get(query) ?? NO_STATISTICS };
    const candidate = attempt === undefined || !hasCascade ? known : { ...known, attempt };
    return scored !== undefined && 'score' in scored ? { ...candidate, score: scored.score } : candidate;
  });
  const price = run.state.spec.predictorTokenUsd;
  const decisions = run.gate.decide(candidates, price === undefined ? {} : { predictorTokenUsd: price });
  return compressions.flatMap(({ id }): Finding[] => {
    const { escalates, ...standing } = decisions.get(id) ?? NOT_JUDGED;
    // Nothing can follow the last attempt, whatever a gate says.
    const decision = escalates === true && attempts.get(id)?.next !== undefined ? { ...standing, escalates } : standing;
    return isSame(decision, run.state.gates.get(id)) ? [] : [{ type: 'summary-gated', stepId: id, decision }];
  });
}

function isSame(decision: GateDecision, before: GateDecision | undefined): boolean {
  return before !== undefined && canonicalJson({ ...decision }) === canonicalJson({ ...before });
}

/** The kept summaries, most relevant first, numbered from 1; merged ones lend their chunks and quotes to the one that stayed. */
export function gatherEvidence(
  compressions: readonly Compression[],
  gates: ReadonlyMap<string, GateDecision>,
  view: StrategyView,
): Evidence[] {
  const byId = new Map(compressions.map((compression) => [compression.id, compression]));
  const kept = [...gates].filter(([id, decision]) => decision.kept && byId.has(id)).sort(([, a], [, b]) => b.relevance - a.relevance);
  return kept.map(([id, { text }], i) => {
    const merged = [...gates].filter(([, decision]) => decision.repeats === id).map(([other]) => other);
    const sources = [id, ...merged].flatMap((member) => byId.get(member) ?? []);
    return {
      number: i + 1,
      chunkIds: sources.map((source) => source.chunkId),
      text: text ?? byId.get(id)?.summary.text ?? '',
      quotes: sources.flatMap((source, place) => quotesOf(source, place === 0 ? text : undefined, view)),
    };
  });
}

/** A whole chunk that a gate put in place of its summary is its own quotation. */
function quotesOf({ chunkId, summary }: Compression, instead: string | undefined, view: StrategyView): SourceQuote[] {
  const chunk = view.chunk(chunkId);
  const quotes = instead === chunk.text ? [{ start: 0, end: chunk.text.length }] : summary.quotes;
  return quotes.map((span) => ({
    documentId: chunk.documentId,
    span: shiftSpan(span, chunk.span),
    text: chunk.text.slice(span.start, span.end),
  }));
}
