import type { z } from 'zod';
import type { LedgerSummary } from '../domain/ledger-summary.ts';
import type { CompressedText } from '../pipeline/compress-text.ts';
import type { ScoredRows } from '../pipeline/score-rows.ts';
import { convertInformation, convertInformationEstimate, convertLedger, convertTokens } from './convert-usage.ts';
import type { compressAnswer, scoreAnswer } from './schemas-tools.ts';

export function convertCompression(
  question: string,
  { result, ledger }: { readonly result: CompressedText; readonly ledger: LedgerSummary },
): z.input<typeof compressAnswer> {
  const { parts, chunkCount, scored } = result;
  return {
    object: 'compression',
    question,
    chunk_count: chunkCount,
    parts: parts.map(({ chunk, source, summary, decision }) => {
      const score = scored?.scores.get(chunk.id);
      return {
        source,
        span: { ...chunk.span },
        status: summary.status,
        summary: summary.text,
        summary_tokens: summary.tokenCount,
        finish_reason: summary.finishReason,
        quotes: summary.quotes.map(({ start, end }) => ({ start: chunk.span.start + start, end: chunk.span.start + end })),
        kept: decision.kept,
        reason: decision.reason,
        relevance: decision.relevance,
        flags: [...decision.flags],
        information: score === undefined ? null : convertInformation(score),
        token_bits: convertTokens(scored?.tokens.get(chunk.id) ?? []),
      };
    }),
    estimate: scored === undefined ? null : convertInformationEstimate(scored.estimate),
    ledger: convertLedger(ledger),
  };
}

export function convertScores({
  result,
  ledger,
}: {
  readonly result: ScoredRows;
  readonly ledger: LedgerSummary;
}): z.input<typeof scoreAnswer> {
  return {
    object: 'scores',
    rows: result.rows.map(({ id, score, missing, tokens }) => ({
      id,
      information: score === undefined ? null : convertInformation(score),
      missing: missing ?? null,
      token_bits: convertTokens(tokens),
    })),
    estimate: convertInformationEstimate(result.estimate),
    ledger: convertLedger(ledger),
  };
}
