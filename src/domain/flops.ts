import type { ModelShape } from './model.ts';

/** Tokens of one call, as the formulas see them. */
export interface CallTokens {
  /** Prompt tokens evaluated in this call (cached ones excluded). */
  readonly prefill: number;
  /** Length of the whole prompt, cached tokens included. */
  readonly context: number;
  readonly generated: number;
}

/**
 * The paper's cost of one generation (arXiv 2512.21720 section on FLOPs, Kaplan-style):
 * (2·P + 2·layers·context·d_attn) per generated token. The prefill is not counted.
 */
export function flopsPaper(shape: ModelShape, tokens: CallTokens): number {
  const attentionDim = shape.heads * shape.headDim;
  return (2 * shape.parameters + 2 * shape.layers * tokens.context * attentionDim) * tokens.generated;
}

/**
 * Prefill and decode with both attention products (2 FLOPs a multiply-add), causal:
 * prefill 2PL + 2·n·h·d·(L² − C²) after C cached tokens; decode 2PT + 4·n·h·d·(TL + T(T−1)/2).
 */
export function flopsFull(shape: ModelShape, tokens: CallTokens): number {
  const width = shape.layers * shape.heads * shape.headDim;
  const cached = tokens.context - tokens.prefill;
  const prefill = 2 * shape.parameters * tokens.prefill + 2 * width * (tokens.context ** 2 - cached ** 2);
  const { generated: t, context } = tokens;
  return prefill + 2 * shape.parameters * t + 4 * width * (t * context + (t * (t - 1)) / 2);
}

/** Arithmetic intensity that turns moved KV bytes into equivalent FLOPs (Kinetics, arXiv 2506.05333: 562.5 ~ one B200). */
const KINETICS_INTENSITY = 562.5;

/** Kinetics' memory term in equivalent FLOPs: 2·(2c + g)·g·kvHeads·D · E, D = headDim · layers, one trial. */
export function kineticsMemory(shape: ModelShape, tokens: CallTokens): number {
  const { context: c, generated: g } = tokens;
  return 2 * (2 * c + g) * g * shape.kvHeads * shape.headDim * shape.layers * KINETICS_INTENSITY;
}
