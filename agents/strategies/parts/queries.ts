import type { Evidence } from '../../../src/domain/evidence.ts';
import type { RunState } from '../../../src/domain/run.ts';
import type { NamedStep } from '../../../src/domain/step.ts';
import type { Gate } from '../../../src/ports/gate.ts';
import type { InformationEstimator } from '../../../src/ports/information-estimator.ts';
import { bestFirst, type Compression, compressionsOf, searchesOf } from './compressions.ts';
import { gateCompressions, gatherEvidence } from './gather-evidence.ts';
import { type Run, type Stage, steps, until } from './stages.ts';

/** A query of the run under the name by which its steps are filed: `search/<name>` and `compress/<name>/<chunk>`. */
export interface NamedQuery {
  readonly name: string;
  readonly query: string;
}

/** What a planner said in the step of that id; nothing where it has not, or could not be asked. */
export function plannedQueries(state: RunState, id: string): readonly string[] {
  const outcome = state.steps.get(id)?.outcome;
  return outcome?.status === 'done' && outcome.result.kind === 'plan' ? outcome.result.queries : [];
}

/** Queries that differ only in case or white space are one. */
export const sameQuery = (query: string): string => query.trim().toLowerCase().replace(/\s+/g, ' ');

export function distinctQueries(queries: readonly string[]): string[] {
  const byWords = new Map<string, string>();
  for (const query of queries) if (!byWords.has(sameQuery(query))) byWords.set(sameQuery(query), query);
  return [...byWords.values()];
}

/** The panel is drawn with the first searches, if anything is scored. */
export function searchEach(
  run: Run,
  queries: readonly NamedQuery[],
  { limit, estimator }: { readonly limit: number; readonly estimator?: InformationEstimator },
): Stage {
  const { scorer, seed } = run.state.spec;
  const searches = queries.map(
    ({ name, query }): NamedStep => ({ id: `search/${name}`, step: { kind: 'retrieve', selection: { type: 'search', query, limit } } }),
  );
  if (scorer === undefined || estimator === undefined) return until(run, searches);
  const panel = { type: 'panel', seed, size: estimator.panelSize } as const;
  return until(run, [...searches, { id: 'panel', step: { kind: 'retrieve', selection: panel } }]);
}

/** Every chunk is read for each query that found it, the best of every query first. */
export function readEach(run: Run, queries: readonly NamedQuery[]): Stage {
  const found = queries.map(({ name, query }) => ({ name, query, chunks: chunksFoundBy(run.state, name) }));
  const depth = Math.max(0, ...found.map(({ chunks }) => chunks.length));
  const wanted = Array.from({ length: depth }, (_, rank) =>
    found.flatMap(({ name, query, chunks }): NamedStep[] => {
      const chunkId = chunks[rank];
      if (chunkId === undefined) return [];
      return [{ id: `compress/${name}/${chunkId.slice(0, 16)}`, step: { kind: 'chat', role: 'compress', query, chunkId } }];
    }),
  );
  return until(run, wanted.flat());
}

function chunksFoundBy(state: RunState, name: string): readonly string[] {
  const outcome = state.steps.get(`search/${name}`)?.outcome;
  return outcome?.status === 'done' && outcome.result.kind === 'retrieve' ? outcome.result.chunks.map(({ chunkId }) => chunkId) : [];
}

/** The chunks that searches found, each once, the best of every query first. */
export function chunksFound(state: RunState): readonly string[] {
  return bestFirst(searchesOf(state)).map(({ chunkId }) => chunkId);
}

function summariesFor(state: RunState, { name }: NamedQuery): Compression[] {
  return compressionsOf(state).filter(({ id }) => id.startsWith(`compress/${name}/`));
}

/** Summaries are judged beside those for the same query: relevance is a share of the best of them. */
export function gateEach(run: Run, queries: readonly NamedQuery[], gate: Gate): Stage {
  const searches = searchesOf(run.state);
  const findings = queries.flatMap((query) => gateCompressions(summariesFor(run.state, query), searches, { ...run, gate }));
  return findings.length === 0 ? undefined : steps([], findings);
}

/** What was kept for a query, best first, numbered from 1. */
export function evidenceFor({ state, view }: Run, query: NamedQuery): Evidence[] {
  return gatherEvidence(summariesFor(state, query), state.gates, view);
}

/**
 * The evidence of several queries in one row, numbered anew: the best of each first, so that a predictor who reads only the beginning
 * reads something for every query. The same words found for two queries stand once, with the chunks and quotes of both.
 */
export function interleave(groups: readonly (readonly Evidence[])[]): Evidence[] {
  const depth = Math.max(0, ...groups.map((group) => group.length));
  const byText = new Map<string, Omit<Evidence, 'number'>>();
  for (let rank = 0; rank < depth; rank++) {
    for (const one of groups.flatMap((group) => group[rank] ?? [])) {
      const before = byText.get(one.text);
      byText.set(one.text, before === undefined ? one : join(before, one));
    }
  }
  return [...byText.values()].map((one, i) => ({ ...one, number: i + 1 }));
}

function join(one: Omit<Evidence, 'number'>, other: Evidence): Omit<Evidence, 'number'> {
  const quotes = [...one.quotes, ...other.quotes].map(
    (quote) => [`${quote.documentId}:${quote.span.start}:${quote.span.end}`, quote] as const,
  );
  return { chunkIds: [...new Set([...one.chunkIds, ...other.chunkIds])], text: one.text, quotes: [...new Map(quotes).values()] };
}
