/**
 * How much a summary says about which context it came from. Nats inside, bits at the edge.
 * It is identification, not relevance: see `InformationScore.bits`.
 */
export interface InformationScore {
  /** Pointwise score i(x;z) = log p(z|x,q) − logsumexp over the compared contexts + ln N (arXiv 2512.21720, eq. for Î). */
  readonly nats: number;
  readonly bits: number;
  /** ln N in bits: no summary can score more against N contexts (its own included). Infinite where the estimator has no ceiling. */
  readonly ceilingBits: number;
  /** bits / ceilingBits. Near 1 means "at the ceiling": more distinguishing contexts would be needed to say more. NaN without one. */
  readonly saturation: number;
  /** By the tokens of the model that wrote the summary; comparable only within one tokenizer. */
  readonly bitsPerToken: number;
  /** By UTF-8 bytes; comparable across tokenizers. */
  readonly bitsPerByte: number;
  /** N: the contexts compared, the summary's own included. */
  readonly contexts: number;
}

/** An estimate over many summaries, with the uncertainty that its sampling allows one to state. */
export interface InformationEstimate {
  readonly nats: number;
  readonly bits: number;
  readonly ceilingBits: number;
  readonly saturation: number;
  /** Two-sided 95% interval in bits, or absent where there are too few documents to state one. */
  readonly intervalBits?: { readonly low: number; readonly high: number };
  /** Samples in the mean. With none of them the figures above are NaN. */
  readonly samples: number;
  /** Samples without a score because a scoring failed; they are missing, never 0. */
  readonly missing: number;
}

export const NATS_PER_BIT = Math.LN2;

/** log Σ exp, stable. Of nothing: −∞. */
export function logSumExp(values: readonly number[]): number {
  const maximum = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (maximum === Number.NEGATIVE_INFINITY) return maximum;
  return maximum + Math.log(values.reduce((sum, value) => sum + Math.exp(value - maximum), 0));
}

/**
 * i = own − logsumexp(own, others) + ln(others + 1), in nats; at most ln(others + 1).
 * `others` are log p(z|x_l,q) for contexts that exclude the summary's own.
 */
export function pointwiseNats(own: number, others: readonly number[]): number {
  return own - logSumExp([own, ...others]) + Math.log(others.length + 1);
}

/**
 * The same score token by token: entry t is i after t+1 tokens minus i after t, so the entries sum to {@link pointwiseNats}.
 * (By the chain rule the mixture's weights are the posterior over contexts given the tokens so far.)
 * `own` and each of `others` are per-token log-probabilities of equal length.
 */
export function tokenNats(own: readonly number[], others: readonly (readonly number[])[]): number[] {
  let ownSum = 0;
  const sums = others.map(() => 0);
  let before = 0;
  return own.map((logProb, t) => {
    ownSum += logProb;
    others.forEach((other, l) => {
      sums[l] = (sums[l] ?? 0) + (other[t] ?? Number.NaN);
    });
    const after = pointwiseNats(ownSum, sums);
    const gained = after - before;
    before = after;
    return gained;
  });
}

/** One token of a summary, and what it tells of its context. The end token has no words. */
export interface TokenScore {
  readonly text: string;
  readonly nats: number;
}

/** {@link tokenNats} beside the words of each token; a token whose words are not known has none. */
export function tokenScores(
  own: { readonly tokenLogProbs: readonly number[]; readonly tokenTexts: readonly string[] },
  others: readonly (readonly number[])[],
): TokenScore[] {
  return tokenNats(own.tokenLogProbs, others).map((nats, t) => ({ text: own.tokenTexts[t] ?? '', nats }));
}

/** Dresses a pointwise score for display. `tokens` and `bytes` are those of the summary; the ceiling is ln N unless another is given. */
export function toInformationScore(
  nats: number,
  contexts: number,
  size: { readonly tokens: number; readonly bytes: number; readonly ceilingNats?: number },
): InformationScore {
  const bits = nats / NATS_PER_BIT;
  // Not Math.log2: the same division as for `bits`, so that a score at the ceiling never rounds above it.
  const ceilingBits = (size.ceilingNats ?? Math.log(contexts)) / NATS_PER_BIT;
  return {
    nats,
    bits,
    ceilingBits,
    saturation: saturationOf(bits, ceilingBits),
    bitsPerToken: size.tokens === 0 ? 0 : bits / size.tokens,
    bitsPerByte: size.bytes === 0 ? 0 : bits / size.bytes,
    contexts,
  };
}

/** The share of the ceiling that is reached: 0 of a ceiling of 0, and no figure (NaN) where there is no ceiling. */
export function saturationOf(value: number, ceiling: number): number {
  if (ceiling === 0) return 0;
  return Number.isFinite(ceiling) ? value / ceiling : Number.NaN;
}

export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
