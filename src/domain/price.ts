/** Prices in USD per token, as LiteLLM's `model_prices_and_context_window.json` gives them. */
export interface Price {
  readonly inputUsdPerToken: number;
  readonly outputUsdPerToken: number;
  /** Absent where the provider sells no cached input; then cached tokens cost the full input price. */
  readonly cachedInputUsdPerToken?: number;
}

/** Looks a model up; `undefined` means unpriced, which is never the same as free. */
export interface PriceTable {
  /** Where the prices come from and of what date, for the reader of a bill. */
  readonly source: string;
  priceOf(modelName: string): Price | undefined;
}

export const MICRO_USD = 1_000_000;

/** Price of one call in millionths of a dollar, rounded up: a ledger must not lose fractions. */
export function priceCall(price: Price, tokens: { prompt: number; cached: number; output: number }): number {
  const cachedRate = price.cachedInputUsdPerToken ?? price.inputUsdPerToken;
  const usd =
    (tokens.prompt - tokens.cached) * price.inputUsdPerToken + tokens.cached * cachedRate + tokens.output * price.outputUsdPerToken;
  // The tiny subtraction keeps 2.0000000001 (binary fractions) from becoming 3.
  return Math.ceil(usd * MICRO_USD - 1e-6);
}
