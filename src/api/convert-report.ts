import type { z } from 'zod';
import type { Baseline } from '../domain/baseline.ts';
import type { CapsuleRow, CitationRow, RunOverview, SourceRow } from '../domain/run-overview.ts';
import { warningInWords } from '../domain/source-warnings.ts';
import { visible } from '../domain/visible.ts';
import { convertGathered } from './convert-gathering.ts';
import { convertInformation, convertLedger, convertTokens, known } from './convert-usage.ts';
import type { reportAnswer } from './schemas-answer.ts';

export type ReportedRun = RunOverview & { readonly report: NonNullable<RunOverview['report']> };

export function convertReport(overview: ReportedRun): z.input<typeof reportAnswer> {
  const { id, status, question, reason, report, citations, sources, gathering, warnings, capsules = [], ledger, baselines } = overview;
  return {
    id,
    object: 'research.report',
    status,
    question,
    reason: reason ?? null,
    answer: { status: report.status, text: report.text, form: report.form },
    citations: citations.map(({ number, uri, title, span, quote, place }) => ({
      number,
      uri,
      title,
      span: { ...span },
      quote,
      ...(place !== undefined && { place }),
    })),
    dropped: report.dropped.map((dropped) => ({ evidence: dropped.evidence, reason: dropped.reason })),
    sources: sources.map(convertSource),
    ...(gathering === undefined ? {} : { gathered: convertGathered(gathering) }),
    ...(warnings === undefined ? {} : { warnings: warnings.map((warning) => ({ ...warning, reasons: [...warning.reasons] })) }),
    capsules: capsules.map(convertCapsule),
    ledger: convertLedger(ledger),
    baselines: baselines.map(convertBaseline),
  };
}

function convertSource(row: SourceRow): z.input<typeof reportAnswer>['sources'][number] {
  return {
    uri: row.uri,
    title: row.title,
    span: { ...row.span },
    source_tokens: row.sourceTokens,
    status: row.status,
    summary: row.summary ?? null,
    summary_tokens: known(row.summaryTokens),
    information: row.score === undefined ? null : convertInformation(row.score),
    token_bits: row.tokenScores === undefined ? null : convertTokens(row.tokenScores),
    unscored: row.unscored ?? null,
    kept: row.kept,
    reason: row.reason,
    flags: [...row.flags],
    relevance: known(row.relevance),
  };
}

function convertCapsule(row: CapsuleRow): z.input<typeof reportAnswer>['capsules'][number] {
  const { round, plan, guidance, reason, planTokens, guidanceTokens, prompts, savedTokens } = row;
  return {
    round,
    plan,
    guidance: guidance ?? null,
    reason,
    plan_tokens: planTokens,
    guidance_tokens: guidanceTokens,
    prompts,
    saved_tokens: savedTokens,
  };
}

function convertBaseline({ id, chunks, tokens, fits, microUsd, saved, note }: Baseline): z.input<typeof reportAnswer>['baselines'][number] {
  return {
    id,
    chunks,
    tokens,
    fits,
    micro_usd: known(microUsd),
    saved: { tokens: saved.tokens, micro_usd: known(saved.microUsd) },
    note,
  };
}

/** The report as people read and pass it on: answer, then the words it rests on, then what it took. */
export function toMarkdown(overview: ReportedRun): string {
  const { question, status, reason, report, citations, warnings = [], ledger } = overview;
  const parts = [`# ${escapeMarkdown(oneLine(question))}`, proseOf(report.text)];
  if (status === 'incomplete') parts.push(`*Incomplete: ${escapeMarkdown(reason ?? 'the reason is not known')}.*`);
  if (citations.length > 0) parts.push('## Sources', citations.map(toSource).join('\n\n'));
  for (const warning of warnings) parts.push(`*${escapeMarkdown(oneLine(warningInWords(warning)))}*`);
  const { calls, promptTokens, outputTokens, microUsd } = ledger.total;
  const price = microUsd === undefined ? 'not all of it has a price' : `${(microUsd / 1_000_000).toFixed(6)} USD`;
  parts.push(`---\n${calls} model calls, ${promptTokens} prompt tokens, ${outputTokens} output tokens, ${price}. Run \`${overview.id}\`.`);
  return `${parts.join('\n\n')}\n`;
}

function toSource({ number, uri, title, span, quote, place }: CitationRow): string {
  // A document that was sent without a title has its address for one.
  const names = [...new Set([title, uri])].filter((part) => part !== '').map((part) => escapeMarkdown(oneLine(part)));
  if (place !== undefined) names.push(escapeMarkdown(oneLine(place)));
  return `[${number}] ${names.join(', ')}, characters ${span.start}–${span.end}\n\n> ${escapeMarkdown(oneLine(quote))}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Names and words of sources are foreign text: they must not become links, images, markup or HTML. */
function escapeMarkdown(text: string): string {
  return unlinked(visible(text).replace(/[\\`*_[\]<>#|!]/g, '\\$&'));
}

/** An answer keeps its paragraphs, lists and marks [n]; what a model has copied or was told to write is no link, image, definition or HTML. */
function proseOf(text: string): string {
  const pieces = visible(text).split(/(\[\d+\])(?![(:])/);
  return pieces.map((piece, i) => (i % 2 === 1 ? piece : unlinked(piece.replace(/[\\`<[\]]/g, '\\$&')))).join('');
}

/** Renderers make links of bare addresses too. */
function unlinked(text: string): string {
  return text
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/(?<=[\w.+-])@(?=[\w-])/g, '\\@');
}
