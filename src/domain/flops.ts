import type { ModelShape } from './model.ts';

/** Tokens of one call, as the formulas see them. */
export interface CallTokens {
  /** Prompt tokens evaluated in this call (cached ones excluded). */
  readonly prefill: number;
  /** Length of the whole prompt, cached tokens included. */
  readonly context: number;
  readonly generated: number;
  /** Tokens of continuations scored on top of the prompt, each from the same prefix, all together. */
  readonly scored?: number;
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
 * Prefill and decode with both attention products (2 FLOPs a multiply-add), causal, for P parameters, n layers, h heads of
 * dimension d: prefill 2PL + 2nhd·(L² − C²) after C cached tokens; decode 2PT + 4nhd·(TL + T(T−1)/2).
 *
 * Scored continuations t_1…t_M roll back to the prompt between each other, so none attends to another: together, with S their
 * sum, 2PS + 4nhd·LS + 2nhd·Σt². Only S is known, and Σt² is left out: an understatement of at most max(t)/2L of their
 * attention (3% for 60 tokens on 1,000), whereas one prefill of L + S tokens would overstate it by up to S/2L (45% for 15 such).
 */
export function flopsFull(shape: ModelShape, tokens: CallTokens): number {
  const width = shape.layers * shape.heads * shape.headDim;
  const { prefill, context, generated, scored = 0 } = tokens;
  const cached = context - prefill;
  const weights = 2 * shape.parameters * (prefill + generated + scored);
  const prefillAttention = 2 * width * (context ** 2 - cached ** 2);
  const decodeAttention = 4 * width * (generated * context + (generated * (generated - 1)) / 2);
  return weights + prefillAttention + decodeAttention + 4 * width * context * scored;
}

/** Arithmetic intensity that turns moved KV bytes into equivalent FLOPs (Kinetics, arXiv 2506.05333: 562.5 ~ one B200). */
const KINETICS_INTENSITY = 562.5;

/** Kinetics' memory term in equivalent FLOPs: 2·(2c + g)·g·kvHeads·D · E, D = headDim · layers, one trial. */
export function kineticsMemory(shape: ModelShape, tokens: CallTokens): number {
  const { context: c, generated: g } = tokens;
  return 2 * (2 * c + g) * g * shape.kvHeads * shape.headDim * shape.layers * KINETICS_INTENSITY;
}

/**
 * FLOPs a token for reading `context` tokens and predicting each: arXiv 2511.08066 ("Information Capacity"), forward pass, two a
 * multiply-add, attention not halved for the causal mask:  layers·(4d² + 4d·kv + 6d·ff + 4h·d_k·L) + 2d·V,  kv = kvHeads·headDim.
 */
export function flopsPerTokenRead(shape: ModelShape, context: number): number {
  const { layers, modelDim, feedForwardDim, heads, kvHeads, headDim, vocabulary } = shape;
  const projections = 4 * modelDim ** 2 + 4 * modelDim * kvHeads * headDim;
  const attention = 4 * heads * headDim * context;
  return layers * (projections + 6 * modelDim * feedForwardDim + attention) + 2 * modelDim * vocabulary;
}
