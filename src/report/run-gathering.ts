import type { EgressRecord } from '../domain/egress.ts';
import type { GatheredSource } from '../domain/gathering.ts';
import type { Gathering } from '../domain/run-gathering.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { count, plural } from './figures.ts';
import { type Html, html, linkTo } from './html.ts';
import { folded, section } from './page.ts';
import { table } from './table.ts';

/** What the run fetched, what it could not, and every request that it made for it. Undefined for a run whose sources were given to it. */
export function gathering({ gathering: gathered }: RunOverview): Html | undefined {
  if (gathered === undefined) return undefined;
  const { sources, egress, isShared } = gathered;
  const read = sources.filter(({ documentId }) => documentId !== undefined);
  const unread = sources.filter(({ documentId }) => documentId === undefined);
  return section(
    'Sources from the web',
    html`${gathered.searches.map(({ query, hits, reason }) => html`<p>Searched for “<bdi>${query}</bdi>”: ${reason ?? plural(hits, 'page')}.</p>\n`)}
${read.length > 0 && folded(`${plural(read.length, 'page')} read`, table([{ title: 'page' }, { title: 'address' }], read.map(readRow)))}
${unread.length > 0 && folded(`${plural(unread.length, 'page')} not read`, table([{ title: 'address' }, { title: 'why' }], unread.map(unreadRow)))}
${folded(`What ${isShared ? 'an earlier run' : 'this run'} asked the web: ${plural(egress.length, 'request')}`, egressTable(egress))}`,
    { lead: leadOf(gathered) },
  );
}

function leadOf({ isShared }: Gathering): string {
  return isShared
    ? 'An earlier run has gathered these pages; this one took them from it and asked the web nothing for them.'
    : 'These pages were fetched when the run began. Nothing that stands in a page can make a run fetch another.';
}

function readRow({ url, title }: GatheredSource) {
  return [html`<bdi>${title}</bdi>`, linkTo(url)];
}

function unreadRow({ url, reason }: GatheredSource) {
  return [linkTo(url), html`<bdi>${reason}</bdi>`];
}

function egressTable(egress: readonly EgressRecord[]): Html {
  return table(
    [{ title: 'at (UTC)' }, { title: 'for' }, { title: 'address' }, { title: 'answer' }, { title: 'bytes', isFigure: true }],
    egress.map(({ at, purpose, url, address, status, bytes, refused }) => [
      new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      purpose,
      html`<bdi>${url}</bdi>${address !== undefined && ` (${address})`}`,
      html`${status}${refused !== undefined && html` <bdi>${refused}</bdi>`}`,
      count(bytes),
    ]),
    { caption: 'What was asked of the web' },
  );
}
