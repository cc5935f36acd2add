import type { ModelIdentity, ModelShape } from './model.ts';

/** What one model call consumed. Counts are tokens of the model's own tokenizer. */
export interface Usage {
  readonly model: ModelIdentity;
  readonly shape?: ModelShape;
  /** All prompt tokens, those served from a cache included. */
  readonly promptTokens: number;
  /** The part of `promptTokens` that was not evaluated again (KV prefix or provider cache). */
  readonly cachedTokens: number;
  /** Tokens sampled. */
  readonly outputTokens: number;
  /** Tokens evaluated only to read their log-probabilities. */
  readonly scoredTokens: number;
  readonly durationMs: number;
  /** The provider did not say what it counted: the numbers are upper bounds (UTF-8 bytes), so no bill is understated. */
  readonly isEstimated?: boolean;
}
