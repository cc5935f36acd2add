import { type ErrorPart, jackknifeError } from '../../src/domain/interval.ts';
import type { InformationSample } from '../../src/ports/information-estimator.ts';
import { byDocument } from './summarize.ts';

/** Under three, what remains of two documents has no foreign context to differ by. */
const FEWEST_DOCUMENTS = 3;

/**
 * The error of a mean over rows when each document is left out in turn, with its summaries (rows) and its contexts (columns) alike:
 * a bootstrap would put copies among the negatives. `leaveOut` gives a row's value without each document.
 */
export function jackknifeOverDocuments<Row extends { readonly sample: InformationSample }>(
  rows: readonly Row[],
  leaveOut: (row: Row, documents: readonly string[]) => readonly number[],
): ErrorPart | undefined {
  const documents = [...byDocument(rows).keys()];
  if (documents.length < FEWEST_DOCUMENTS) return undefined;
  const sums = documents.map(() => 0);
  const counts = documents.map(() => 0);
  for (const row of rows) {
    leaveOut(row, documents).forEach((value, place) => {
      if (documents[place] === row.sample.documentId) return;
      sums[place] = (sums[place] ?? 0) + value;
      counts[place] = (counts[place] ?? 0) + 1;
    });
  }
  return jackknifeError(sums.map((sum, place) => sum / (counts[place] ?? 0)));
}
