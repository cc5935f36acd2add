import { checkCitations } from '../../../src/domain/citation.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { NamedStep } from '../../../src/domain/step.ts';
import type { NamedQuery } from './queries.ts';
import { answerOf, predictFrom, type Run, type Stage, until } from './stages.ts';

/** A query and what was kept for it, numbered from 1. */
export interface Part extends NamedQuery {
  readonly evidence: readonly Evidence[];
}

/**
 * Each query is answered from its own evidence, and the question from these answers. Undefined where only one query has evidence, or
 * none: there is nothing to put together. A query that finds no answer, or whose answer cannot be paid any more, is left out.
 */
export function answerInParts(run: Run, parts: readonly Part[]): Stage {
  const filled = parts.filter(({ evidence }) => evidence.length > 0);
  if (filled.length < 2) return undefined;
  const wanted = filled.map(
    ({ name, query, evidence }): NamedStep => ({
      id: `predict/${name}`,
      step: { kind: 'chat', role: 'predict', question: query, evidence },
    }),
  );
  const answers = filled.flatMap((part) => answerTo(run, part) ?? []);
  return (
    until(run, wanted) ??
    predictFrom(
      run,
      answers.map((answer, i) => ({ ...answer, number: i + 1 })),
    )
  );
}

/**
 * A partial answer as evidence: its words after the query that they answer, and the places of the sources that they rest on. An answer
 * whose citations cannot be verified is shown all the same, and cannot be cited.
 */
function answerTo({ state, view }: Run, { name, query }: Part): Omit<Evidence, 'number'> | undefined {
  const answer = answerOf(state, `predict/${name}`);
  if (answer === undefined || answer.draft.status === 'not-found') return undefined;
  const { text, citations } = checkCitations(answer.draft, answer.evidence, (id) => view.chunk(id));
  const cited = new Set(answer.draft.citations.map(({ evidence }) => evidence));
  const behind = answer.evidence.filter(({ number }) => cited.has(number));
  return {
    chunkIds: [...new Set((behind.length > 0 ? behind : answer.evidence).flatMap(({ chunkIds }) => chunkIds))],
    text: `${query} ${text.replaceAll(/\s*\[\d+\]/g, '')}`,
    quotes: citations.map(({ documentId, span, text: quote }) => ({ documentId, span, text: quote })),
  };
}
