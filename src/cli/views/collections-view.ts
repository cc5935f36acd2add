import type { SourceStatus } from '../../pipeline/collections.ts';
import type { IngestSummary } from '../../pipeline/collections-ingest.ts';
import type { Collection } from '../../ports/collection-store.ts';
import { plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { renderTable } from './table.ts';

/** How many reasons are told in words. */
const SHOWN = 20;
/** Characters of a line; a reason may list all formats there are. */
const LONGEST = 160;

export function renderIngest(summary: IngestSummary, colors: Colors): string {
  const { name, documents, chunks, added, changed, unchanged, removed, duplicates, notRead, isRecut } = summary;
  const rows = [
    ['added', added.length],
    ['changed', changed.length],
    ['unchanged', unchanged],
    ['removed', removed.length],
    ['duplicates', duplicates.length],
    ['not read', notRead.length],
  ].map(([what, count]) => [String(what), String(count)]);
  return [
    renderTable([{ title: 'files' }, { title: 'count', align: 'right' }], rows),
    ...(isRecut ? ['The models ask for other chunk sizes than last time: all documents were cut again.'] : []),
    ...reasons(
      'repeat another text',
      duplicates.map(({ uri, equals }) => `${uri} equals ${equals}`),
      colors,
    ),
    ...reasons(
      'not read',
      notRead.map(({ uri, reason }) => `${uri}: ${reason}`),
      colors,
    ),
    `corpus ${colors.bold(name)}: ${plural(documents, 'document')}, ${plural(chunks, 'chunk')}`,
  ].join('\n');
}

function reasons(title: string, lines: readonly string[], colors: Colors): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN;
  return [
    colors.dim(`${title}:`),
    ...lines.slice(0, SHOWN).map((line) => `  ${shorten(printable(line))}`),
    ...(more > 0 ? [`  and ${more} more; --json tells all`] : []),
  ];
}

function shorten(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

export function renderCorpora(corpora: readonly Collection[]): string {
  const number = (title: string) => ({ title, align: 'right' }) as const;
  const columns = [{ title: 'corpus' }, number('documents'), number('chunks'), number('size'), { title: 'updated (UTC)' }];
  const rows = corpora.map(({ name, documents, chunks, bytes, updatedAt }) => [
    name,
    String(documents),
    String(chunks),
    size(bytes),
    time(updatedAt),
  ]);
  return renderTable(columns, rows);
}

export function renderCorpus({
  collection,
  sources,
}: {
  readonly collection: Collection;
  readonly sources: readonly SourceStatus[];
}): string {
  const { name, documents, chunks, bytes, sizes, updatedAt } = collection;
  const rows = sources.map(({ uri, status, equals, reason, documentId }) => [
    printable(uri),
    status === 'not-read' ? 'not read' : status,
    documentId?.slice(0, 12) ?? '',
    printable(equals === undefined ? (reason ?? '') : `equals ${equals}`),
  ]);
  return [
    `${name}: ${plural(documents, 'document')}, ${plural(chunks, 'chunk')} for ${sizes.join(', ') || 'no model yet'}, ${size(bytes)} of text, updated ${time(updatedAt)} UTC`,
    renderTable([{ title: 'source', maxWidth: 60 }, { title: 'status' }, { title: 'document' }, { title: 'remark', maxWidth: 80 }], rows),
  ].join('\n');
}

export function bytesPerSecond(bytes: number, ms: number): string {
  return `${size(ms <= 0 ? 0 : (bytes * 1000) / ms)}/s`;
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
