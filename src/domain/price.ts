import { type ModelIdentity, nameAtProvider } from './model.ts';

/** Prices in USD per token, as LiteLLM's `model_prices_and_context_window.json` gives them. */
export interface Price {
  readonly inputUsdPerToken: number;
  readonly outputUsdPerToken: number;
  /** Absent where the provider sells no cached input; then cached tokens cost the full input price. */
  readonly cachedInputUsdPerToken?: number;
  /** Dearer rates for long prompts, ascending; the last one that applies is charged for the whole call. */
  readonly longPrompts?: readonly LongPromptPrice[];
}

/** The rates of calls whose prompt has more than `abovePromptTokens` tokens; what is absent stays as it is. */
export interface LongPromptPrice {
  readonly abovePromptTokens: number;
  readonly inputUsdPerToken?: number;
  readonly outputUsdPerToken?: number;
  readonly cachedInputUsdPerToken?: number;
}

/** Looks a model up; `undefined` means unpriced, which is never the same as free. */
export interface PriceTable {
  /** Where the prices come from and of what date, for the reader of a bill. */
  readonly source: string;
  priceOf(modelName: string): Price | undefined;
}

/** `undefined` also for local models: their seconds are priced, if anything is. */
export function priceOfModel(model: ModelIdentity, table: PriceTable): Price | undefined {
  return model.provider === 'openai' ? table.priceOf(nameAtProvider(model)) : undefined;
}

export const MICRO_USD = 1_000_000;

/** Price of one call in millionths of a dollar, rounded up: a ledger must not lose fractions. */
export function priceCall(price: Price, tokens: { prompt: number; cached: number; output: number }): number {
  const rates = ratesFor(price, tokens.prompt);
  const cachedRate = rates.cachedInputUsdPerToken ?? rates.inputUsdPerToken;
  const usd =
    (tokens.prompt - tokens.cached) * rates.inputUsdPerToken + tokens.cached * cachedRate + tokens.output * rates.outputUsdPerToken;
  return ceilMicroUsd(usd);
}

/** USD as whole millionths, rounded up. The tiny subtraction keeps 2.0000000001 (binary fractions) from becoming 3. */
export function ceilMicroUsd(usd: number): number {
  return Math.max(0, Math.ceil(usd * MICRO_USD - 1e-6));
}

function ratesFor(price: Price, promptTokens: number): Price {
  let rates = price;
  for (const tier of price.longPrompts ?? []) {
    if (promptTokens > tier.abovePromptTokens) rates = { ...rates, ...tier };
  }
  return rates;
}
