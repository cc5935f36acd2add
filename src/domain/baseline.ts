import { flopsFull } from './flops.ts';
import type { LedgerEntry } from './ledger.ts';
import type { ModelShape } from './model.ts';
import { type Price, priceCall } from './price.ts';

/**
 * What the same question would have taken without a compressor: the predictor reads raw chunks.
 * - `raw`: all retrieved chunks at the full price; what one pays for a first question.
 * - `raw-cached`: the same with everything but the question at the price of cached input; the best case of not compressing,
 *   when many questions are asked of the same chunks within the provider's cache time.
 * - `top-k`, `top-k-cached`: as many of the best chunks as the predictor read tokens of summaries. It saves the compressing
 *   and the scoring, reads less, and is the one to beat in quality.
 */
export type BaselineId = 'raw' | 'raw-cached' | 'top-k' | 'top-k-cached';

export interface Baseline {
  readonly id: BaselineId;
  /** Chunks read raw, best first. */
  readonly chunks: number;
  /** Prompt tokens the predictor would read. */
  readonly tokens: number;
  /** Whether prompt and output fit the predictor's context; if not, it cannot be had for any money. */
  readonly fits: boolean;
  /** Absent: unpriced, or not to be had. Never 0 for want of a price. */
  readonly microUsd?: number;
  readonly flopsFull?: number;
  /** Baseline minus actual; negative where compressing took more. */
  readonly saved: {
    /** Of the predictor's prompt alone. */
    readonly tokens: number;
    /** Net: every entry of the ledger is subtracted, compressing and scoring included. Absent when one has no price. */
    readonly microUsd?: number;
    readonly flopsFull?: number;
  };
  /** What the figures rest on, or why they are missing; for the reader. */
  readonly note: string;
}

export interface BaselineInput {
  readonly ledger: readonly LedgerEntry[];
  /** Of the retrieved chunks, best first, in the predictor's tokenizer. */
  readonly chunkTokens: readonly number[];
  readonly questionTokens: number;
  /** Tokens of the predictor's instructions; 0 makes the baselines a little too cheap, which never flatters us. */
  readonly instructionTokens?: number;
  readonly contextTokens: number;
  /** The predictor's; absent is unpriced. */
  readonly price?: Price;
  /** The predictor's; absent for models whose dimensions are not known. */
  readonly shape?: ModelShape;
}

/**
 * The honest comparison. The actual side counts cached results at what they had cost when they were made: a saving that comes
 * from having asked before is the cache's and not the compressor's. The baselines' answers are taken to be as long as ours.
 */
export function compareWithBaselines(input: BaselineInput): readonly Baseline[] {
  const actual = actualOf(input.ledger);
  const overhead = input.questionTokens + (input.instructionTokens ?? 0);
  const k = largestPrefix(input.chunkTokens, actual.promptTokens - overhead);
  return [
    baseline('raw', input.chunkTokens.length, { input, actual }),
    baseline('raw-cached', input.chunkTokens.length, { input, actual }),
    baseline('top-k', k, { input, actual }),
    baseline('top-k-cached', k, { input, actual }),
  ];
}

interface Actual {
  /** Of the predictor. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Of everything. */
  readonly microUsd: number | undefined;
  readonly flopsFull: number | undefined;
}

function actualOf(ledger: readonly LedgerEntry[]): Actual {
  // An unknown call is an earlier try of one that is counted; its money is spent all the same.
  const predictions = ledger.filter(({ role, kind }) => role === 'predict' && kind !== 'unknown');
  return {
    promptTokens: sum(predictions.map((entry) => entry.avoided?.promptTokens ?? entry.promptTokens)) ?? 0,
    outputTokens: sum(predictions.map((entry) => entry.avoided?.outputTokens ?? entry.outputTokens)) ?? 0,
    microUsd: sum(ledger.map((entry) => (entry.kind === 'cache' ? entry.avoidedMicroUsd : entry.microUsd))),
    flopsFull: sum(ledger.map((entry) => (entry.kind === 'cache' ? entry.avoided?.flopsFull : entry.flopsFull))),
  };
}

function baseline(id: BaselineId, chunks: number, { input, actual }: { input: BaselineInput; actual: Actual }): Baseline {
  const isCached = id === 'raw-cached' || id === 'top-k-cached';
  const tokens = input.questionTokens + (input.instructionTokens ?? 0) + (sum(input.chunkTokens.slice(0, chunks)) ?? 0);
  const fits = tokens + actual.outputTokens <= input.contextTokens;
  const cached = isCached ? tokens - input.questionTokens : 0;
  const isToBeHad = fits && chunks > 0;
  const call = { prompt: tokens, cached, output: actual.outputTokens };
  const microUsd = isToBeHad && input.price !== undefined ? priceCall(input.price, call) : undefined;
  const flops = isToBeHad && input.shape !== undefined ? flopsFull(input.shape, toCallTokens(call)) : undefined;
  const net = { microUsd: difference(microUsd, actual.microUsd), flopsFull: difference(flops, actual.flopsFull) };
  return {
    id,
    chunks,
    tokens,
    fits,
    ...withoutUndefined({ microUsd, flopsFull: flops }),
    saved: { tokens: tokens - actual.promptTokens, ...withoutUndefined(net) },
    note: noteOf({ id, chunks, tokens, fits }, { input, actual }),
  };
}

function noteOf(
  { id, chunks, tokens, fits }: Pick<Baseline, 'id' | 'chunks' | 'tokens' | 'fits'>,
  { input, actual }: { input: BaselineInput; actual: Actual },
): string {
  const of = `${chunks} of ${input.chunkTokens.length} chunks`;
  if (!fits)
    return `Would not fit: ${of} need ${tokens + actual.outputTokens} tokens with the answer, and the context holds ${input.contextTokens}.`;
  if (chunks === 0)
    return `Nothing to compare with: not one whole chunk is as short as what the predictor read (${actual.promptTokens} tokens).`;
  if (input.price === undefined) return `${of}, raw; the predictor is unpriced.`;
  if (!id.endsWith('-cached')) return `${of}, raw, at the full price.`;
  return input.price.cachedInputUsdPerToken === undefined
    ? `${of}, raw; the provider sells no cached input, so this is the full price.`
    : `${of}, raw, all but the question at the price of cached input.`;
}

function largestPrefix(chunkTokens: readonly number[], limit: number): number {
  let left = limit;
  const first = chunkTokens.findIndex((tokens) => {
    left -= tokens;
    return left < 0;
  });
  return first < 0 ? chunkTokens.length : first;
}

function toCallTokens({ prompt, cached, output }: { prompt: number; cached: number; output: number }) {
  return { prefill: prompt - cached, context: prompt, generated: output };
}

/** Of nothing 0; of anything unknown, unknown. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>((total, value) => (total === undefined || value === undefined ? undefined : total + value), 0);
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function withoutUndefined<Key extends string>(members: Readonly<Record<Key, number | undefined>>): Partial<Record<Key, number>> {
  const present: Partial<Record<Key, number>> = {};
  for (const key of Object.keys(members) as Key[]) {
    const value = members[key];
    if (value !== undefined) present[key] = value;
  }
  return present;
}
