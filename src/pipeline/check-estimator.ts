import { IsthmusError } from '../domain/errors.ts';
import type { EstimatorNeed, InformationEstimator } from '../ports/information-estimator.ts';

const NEEDS: Readonly<Record<EstimatorNeed, string>> = {
  summaries: 'the words of the summaries',
  sources: 'the words of the sources',
  answers: 'reference answers',
  pairs: 'two summaries of one source and question',
  shape: 'the dimensions of the scorer',
};

/**
 * A run scores summaries under contexts, and its gate goes by the distance from the ceiling; what needs more belongs to `isthmus score`.
 * @throws IsthmusError `invalid-input`
 */
export function checkForRun(id: string, { needs, card }: InformationEstimator): void {
  const [need] = needs;
  if (need === undefined && card.ceiling === 'ln N') return;
  const reason = need === undefined ? 'its scores have no ceiling, by which a gate judges them' : `it needs ${NEEDS[need]}`;
  throw new IsthmusError(
    'invalid-input',
    `Expected an estimator that a run can use, but "${id}" is none: ${reason}. Use panel in runs, and ${id} with isthmus score.`,
  );
}

/** What an estimator asks of rows, and how to give it. @throws IsthmusError `invalid-input` */
export function checkRows(
  rows: readonly { readonly x: string; readonly q: string; readonly y?: string | undefined }[],
  { needs }: InformationEstimator,
): void {
  if (needs.includes('answers') && rows.every(({ y }) => y === undefined))
    throw new IsthmusError('invalid-input', `Expected rows with ${NEEDS.answers}, but none has one; add "y": the answer to "q".`);
  if (needs.includes('pairs') && new Set(rows.map(({ x, q }) => `${x}\n${q}`)).size === rows.length)
    throw new IsthmusError(
      'invalid-input',
      `Expected ${NEEDS.pairs}, the one that is read first in the earlier row, but no two rows have the same "x" and "q".`,
    );
}
