import type { z } from 'zod';
import { type InformationEstimate, type InformationScore, NATS_PER_BIT, type TokenScore } from '../domain/information.ts';
import type { LedgerSummary, LedgerTotals } from '../domain/ledger-summary.ts';
import type { informationAnswer, informationEstimate, ledgerAnswer, usageAnswer } from './schemas-answer.ts';

export function convertTotals(totals: LedgerTotals): z.input<typeof usageAnswer> {
  return {
    calls: totals.calls,
    cache_hits: totals.cacheHits,
    unknown_calls: totals.unknownCalls,
    prompt_tokens: totals.promptTokens,
    cached_tokens: totals.cachedTokens,
    output_tokens: totals.outputTokens,
    scored_tokens: totals.scoredTokens,
    duration_ms: totals.durationMs,
    flops: known(totals.flopsFull),
    micro_usd: known(totals.microUsd),
    priced_micro_usd: totals.pricedMicroUsd,
    unpriced_calls: totals.unpricedCalls,
    avoided_micro_usd: totals.avoidedMicroUsd,
    estimated_calls: totals.estimatedCalls,
  };
}

export function convertLedger({ total, rows }: LedgerSummary): z.input<typeof ledgerAnswer> {
  return {
    total: convertTotals(total),
    rows: rows.map((row) => ({ role: row.role, model: row.model, place: row.place, ...convertTotals(row) })),
  };
}

export function convertInformation(score: InformationScore): z.input<typeof informationAnswer> {
  return {
    bits: known(score.bits),
    ceiling_bits: known(score.ceilingBits),
    saturation: known(score.saturation),
    bits_per_token: known(score.bitsPerToken),
    bits_per_byte: known(score.bitsPerByte),
    contexts: score.contexts,
  };
}

export function convertInformationEstimate(estimate: InformationEstimate): z.input<typeof informationEstimate> {
  const { bits, ceilingBits, saturation, intervalBits, samples, missing } = estimate;
  return {
    bits: known(bits),
    ceiling_bits: known(ceilingBits),
    saturation: known(saturation),
    interval_bits: intervalBits === undefined ? null : { low: known(intervalBits.low), high: known(intervalBits.high) },
    samples,
    missing,
  };
}

export function convertTokens(tokens: readonly TokenScore[]) {
  return tokens.map(({ text, nats }) => ({ text, bits: known(nats / NATS_PER_BIT) }));
}

/** JSON has no NaN: a figure that could not be had is null, and never 0. */
export function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
