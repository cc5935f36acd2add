import type { Span } from '../domain/document.ts';
import type { InformationScore } from '../domain/information.ts';
import type { RunOverview, SourceRow } from '../domain/run-overview.ts';
import { count, fixed, percent, plural } from './figures.ts';
import { heatLegend, heatMap, signed, tokenTable } from './heat-map.ts';
import { type Html, html, linkTo, type Part } from './html.ts';
import { meter } from './meter.ts';
import { facts, folded, section } from './page.ts';

const LEAD =
  'Each summary, token by token: how far it tells its own source from the others of the panel. Bits say that a summary is particular to its source, not that it answers the question; the gate goes by relevance, and few bits only flag.';

/** What was read and became evidence, with its bits; what was dropped is folded away. */
export function sources({ sources: rows }: RunOverview): Html {
  const numbered = rows.map((row, i) => ({ row, number: i + 1 }));
  const kept = numbered.filter(({ row }) => row.kept);
  const dropped = numbered.filter(({ row }) => !row.kept);
  const hasHeat = rows.some(({ tokenScores }) => tokenScores !== undefined);
  return section(
    'Evidence',
    html`${hasHeat && heatLegend()}
${kept.map(({ row, number }) => card(row, number))}
${kept.length === 0 && html`<p>Nothing that was read became evidence.</p>`}
${
  dropped.length > 0 &&
  folded(
    `${plural(dropped.length, 'chunk')} read and left out`,
    dropped.map(({ row, number }) => card(row, number)),
  )
}`,
    { lead: hasHeat ? LEAD : 'What was read, and what became of it.' },
  );
}

function card(row: SourceRow, number: number): Html {
  const { uri, title, span, tokenScores, kept } = row;
  const name = title === '' ? uri : title;
  const tokens = tokenScores ?? [];
  return html`<article class="source${!kept && ' dropped'}" id="source-${number}">
<h3 dir="auto">${name}</h3>
<p class="place">${linkTo(uri)}, ${placeOf(span)}</p>
${tokens.length > 0 ? heatMap(tokens) : plainSummary(row)}
${row.score !== undefined && scoreOf(row.score)}
<p class="verdict"><span class="chip ${kept ? 'good' : 'warn'}">${kept ? 'kept' : 'left out'}</span> <bdi>${row.reason}</bdi>${row.flags.map((flag) => html` <span class="chip">${flag}</span>`)}</p>
${factsOf(row)}
${tokens.length > 0 && folded('token by token', tokenTable(tokens))}
</article>
`;
}

function plainSummary({ status, summary }: SourceRow): Part {
  if (status === 'none') return html`<p class="dim">The compressor found nothing here that helps (NONE).</p>`;
  if (status !== 'text' || summary === undefined)
    return html`<p class="dim">${status === 'failed' ? 'Reading it failed.' : 'Not read.'}</p>`;
  return html`<p class="heat" dir="auto">${summary}</p>`;
}

function scoreOf({ bits, ceilingBits, saturation }: InformationScore): Html {
  const words = Number.isFinite(ceilingBits)
    ? `${signed(bits)} of at most ${fixed(ceilingBits, 2)} bits, ${percent(saturation)} of the ceiling`
    : `${signed(bits)} bits, without a ceiling`;
  return html`<div class="score">${meter({ value: bits, of: ceilingBits, label: words })}<span>${words}</span></div>`;
}

function factsOf({ score, relevance, sourceTokens, summaryTokens, unscored }: SourceRow): Html {
  return facts([
    ['bits per token', score && fixed(score.bitsPerToken, 2)],
    ['bits per byte', score && fixed(score.bitsPerByte, 3)],
    ['contexts compared', score && count(score.contexts)],
    ['relevance (the gate’s)', relevance === undefined ? undefined : fixed(relevance, 2)],
    ['tokens, source to summary', summaryTokens === undefined ? undefined : `${count(sourceTokens)} → ${count(summaryTokens)}`],
    ['no score', unscored],
  ]);
}

export function placeOf({ start, end }: Span): string {
  return `characters ${start}–${end}`;
}
