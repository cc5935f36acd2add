import { type ErrorPart, jackknifeError } from '../../src/domain/interval.ts';
import type { InformationSample } from '../../src/ports/information-estimator.ts';
import { byDocument, mean } from './summarize.ts';

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

/**
 * The share of the error of a mean over a table that neither its rows nor its columns explain, so that both a jackknife over rows and one over columns
 * count it: σ²(row × column) / (rows · columns). `withoutEach` holds one row for each column unit left out, of one value a unit of the other kind; what
 * is the same for all columns of a row cancels.
 */
export function interactionVariance(withoutEach: readonly (readonly number[])[]): number {
  const [rows, columns] = [withoutEach.length, withoutEach[0]?.length ?? 0];
  if (rows < 2 || columns < 2) return 0;
  const rowMeans = withoutEach.map(mean);
  const columnMeans = Array.from({ length: columns }, (_item, k) => mean(withoutEach.map((row) => row[k] ?? Number.NaN)));
  const center = mean(rowMeans);
  let squares = 0;
  withoutEach.forEach((row, r) => {
    row.forEach((value, k) => {
      squares += (value - (rowMeans[r] ?? 0) - (columnMeans[k] ?? 0) + center) ** 2;
    });
  });
  return ((rows - 1) * squares) / ((columns - 1) * rows * columns);
}
