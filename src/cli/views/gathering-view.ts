import type { RunOverview } from '../../domain/run-overview.ts';
import { count, plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { renderTable } from './table.ts';

/** What came from the web, and what did not. Empty for a run whose sources were given to it. */
export function renderGathering({ gathering }: RunOverview, colors: Colors): string {
  if (gathering === undefined) return '';
  const { sources, searches, egress, isShared } = gathering;
  const unread = sources.filter(({ documentId }) => documentId === undefined);
  const asked = isShared ? 'taken from an earlier run' : `${plural(egress.length, 'request')}; isthmus runs <run> --egress lists them`;
  const lines = [
    ...searches.map(({ query, hits, reason }) => `  searched for "${printable(query)}": ${printable(reason ?? plural(hits, 'page'))}`),
    ...unread.map(({ url, reason }) => `  ${colors.yellow('not read')} ${printable(url)}: ${printable(reason ?? 'unknown reason')}`),
  ];
  const read = `${sources.length - unread.length} of ${plural(sources.length, 'page')} read; ${asked}`;
  return [`${colors.bold('From the web')} ${colors.dim(read)}`, ...lines].join('\n');
}

/** Every request, one a line. */
export function renderEgress({ gathering }: RunOverview, colors: Colors): string {
  if (gathering === undefined) return 'This run has gathered nothing: its sources were given to it.';
  const whose = gathering.isShared ? colors.dim('An earlier run has asked these; this one has taken what came of them.\n') : '';
  const rows = gathering.egress.map(({ at, purpose, url, address, status, bytes, refused }) => [
    new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    purpose,
    printable(url),
    address ?? '',
    refused === undefined ? String(status ?? '') : printable(refused),
    count(bytes),
  ]);
  const columns = [
    { title: 'at (UTC)' },
    { title: 'for' },
    { title: 'address', maxWidth: 60 },
    { title: 'connected to' },
    { title: 'answer', maxWidth: 40 },
    { title: 'bytes', align: 'right' as const },
  ];
  return `${whose}${renderTable(columns, rows)}`;
}
