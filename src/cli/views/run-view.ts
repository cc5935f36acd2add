import type { RunOverview, SourceRow } from '../../domain/run-overview.ts';
import { warningInWords } from '../../domain/source-warnings.ts';
import { count, fixed, percent, plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { renderCapsules } from './capsule-view.ts';
import { renderCosts } from './costs-view.ts';
import { renderEstimate } from './estimate-view.ts';
import { printable } from './format.ts';
import { renderGathering } from './gathering-view.ts';
import { heatLegend, renderHeatMap } from './heat-map.ts';
import { renderTable } from './table.ts';

/** Dropped sources shown; the rest is counted. */
const SHOWN_DROPPED = 6;

/** Kept summaries shown token by token. */
const SHOWN_HEAT = 3;

/** A finished run for the terminal: answer, citations, what was read and with what result, what it cost. */
export function renderRun(overview: RunOverview, colors: Colors): string {
  const parts = [
    heading(overview, colors),
    renderReport(overview, colors),
    renderSources(overview, colors),
    renderGathering(overview, colors),
    renderHeat(overview, colors),
    renderCapsules(overview, colors),
    renderCosts(overview, colors),
    renderExpected(overview, colors),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderExpected({ estimate }: RunOverview, colors: Colors): string {
  return estimate === undefined ? '' : `${colors.bold('Estimate and fact')}\n${renderEstimate(estimate.expected, colors, estimate.fact)}`;
}

function heading({ question, status, reason }: RunOverview, colors: Colors): string {
  const state = status === 'completed' ? '' : ` ${colors.yellow(`(${status}${reason === undefined ? '' : `: ${printable(reason)}`})`)}`;
  return `${colors.bold(printable(question))}${state}`;
}

function renderReport({ report, citations, warnings = [] }: RunOverview, colors: Colors): string {
  if (report === undefined) return colors.dim('There is no report yet.');
  const notes = [
    ...(report.status === 'answered' && report.form === 'template' ? ['a short answer copied by the model, set into a template'] : []),
    ...(report.form === 'memory' ? ["from the model's memory: no source was read, and nothing can be cited"] : []),
    ...(report.dropped.length > 0
      ? [`${plural(report.dropped.length, 'citation')} dropped: ${report.dropped.map((one) => one.reason).join('; ')}`]
      : []),
    ...(report.unread !== undefined && report.unread.length > 0
      ? [`${plural(report.unread.length, 'piece')} of evidence not read by the predictor (its context is full or its profile reads fewer)`]
      : []),
  ];
  const list = citations.map(
    ({ number, uri, span, quote, place }) =>
      `  [${number}] ${colors.italic(`"${oneLine(quote)}"`)}\n      ${colors.cyan(oneLine(uri))}${place === undefined ? '' : `, ${oneLine(place)}`} ${colors.dim(`characters ${span.start}–${span.end}`)}`,
  );
  const warned = warnings.map((warning) => colors.yellow(`  ${oneLine(warningInWords(warning))}`));
  return [`  ${colors.green(printable(report.text))}`, ...list, ...notes.map((note) => colors.dim(`  (${oneLine(note)})`)), ...warned].join(
    '\n',
  );
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

function renderSources({ sources }: RunOverview, colors: Colors): string {
  if (sources.length === 0) return '';
  const kept = sources.filter((source) => source.kept);
  const dropped = sources.filter((source) => !source.kept);
  const table = renderTable(
    [
      { title: '' },
      { title: 'source', maxWidth: 34 },
      { title: 'bits', align: 'right' },
      { title: 'of ceiling', align: 'right' },
      { title: 'bits/token', align: 'right' },
      { title: 'tokens', align: 'right' },
      { title: 'why', maxWidth: 46 },
    ],
    [...kept, ...dropped.slice(0, SHOWN_DROPPED)].map((source) => sourceCells(source, colors)),
  );
  const more = dropped.length > SHOWN_DROPPED ? `\n${colors.dim(`and ${dropped.length - SHOWN_DROPPED} more that were dropped`)}` : '';
  const bits = sources.some(({ score }) => score !== undefined)
    ? '; bits say whether a summary tells its source from others, not whether it answers'
    : '';
  return `${colors.bold('Sources read')} ${colors.dim(`${kept.length} of ${sources.length} became evidence${bits}`)}\n${table}${more}`;
}

/** The kept summaries, token by token: where the words begin to tell their source from others. */
function renderHeat({ sources }: RunOverview, colors: Colors): string {
  const kept = sources.filter((source) => source.kept && source.tokenScores !== undefined);
  if (kept.length === 0) return '';
  const maps = kept
    .slice(0, SHOWN_HEAT)
    .map(
      ({ uri, span, tokenScores = [] }) =>
        `  ${renderHeatMap(tokenScores, colors).trim()}\n  ${colors.dim(`${oneLine(uri)}:${span.start}`)}`,
    );
  const more = kept.length > SHOWN_HEAT ? [colors.dim(`  and ${kept.length - SHOWN_HEAT} more: --json or --html has them`)] : [];
  return [`${colors.bold('What tells them apart')} ${colors.dim(heatLegend(colors))}`, ...maps, ...more].join('\n');
}

function sourceCells(source: SourceRow, colors: Colors): string[] {
  const { score } = source;
  const mark = source.kept ? colors.green('✓') : colors.dim('·');
  const bits =
    score === undefined
      ? ['–', '–', '–']
      : [`${fixed(score.bits, 2)} / ${fixed(score.ceilingBits, 0)}`, percent(score.saturation), fixed(score.bitsPerToken, 2)];
  const why = [source.unscored, source.reason, ...source.flags].filter((text) => text !== undefined && text !== '').join('; ');
  return [
    mark,
    `${oneLine(source.uri)}:${source.span.start}`,
    ...bits,
    `${count(source.sourceTokens)} → ${count(source.summaryTokens ?? 0)}`,
    oneLine(why),
  ];
}
