import type { Forgotten } from '../../pipeline/forget.ts';
import { plural } from '../../report/figures.ts';
import { printable } from './format.ts';

/** What is gone, and what is not. */
export function renderForgotten(
  { documents, corpora, steps, jobs, cancelledRuns, deletedRuns, quotingRuns, heldByOthers }: Forgotten,
  { name, isScrubbed }: { readonly name: string; readonly isScrubbed: boolean },
): string {
  const lines = [
    ...new Set(documents.map(({ id, uris }) => `forgot ${uris.length === 0 ? id : printable(uris.join(', '))}`)),
    `deleted from ${corpora === 1 ? '1 corpus version' : `${corpora} corpus versions`}, with ${plural(steps, 'stored result')} and ${plural(jobs, 'job')}`,
  ];
  if (cancelledRuns.length > 0) lines.push(`cancelled ${plural(cancelledRuns.length, 'run')}: ${cancelledRuns.join(', ')}`);
  if (deletedRuns.length > 0) lines.push(`deleted ${plural(deletedRuns.length, 'run')}: ${deletedRuns.join(', ')}`);
  if (quotingRuns.length > 0) {
    const ids = documents.map(({ id }) => id).join(' ');
    lines.push(
      `${plural(quotingRuns.length, 'run')} may still quote it: ${quotingRuns.join(', ')}`,
      `  delete them too with: isthmus forget ${ids} --corpus ${name} --with-runs`,
    );
  }
  if (heldByOthers > 0)
    lines.push(`${plural(heldByOthers, 'corpus version')} with it belong to other tenants as well, and keep it for them`);
  lines.push(
    isScrubbed
      ? 'The tables are rewritten. The write-ahead log and backups may hold the text until they are recycled.'
      : 'Deleted rows stay in data files until the database reuses their place: --vacuum rewrites them now. The write-ahead log and backups may hold the text longer.',
    'The file itself was not touched: an ingest of its folder reads it again.',
  );
  return lines.join('\n');
}
