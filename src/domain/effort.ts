import type { RunLimits } from './budget.ts';

/** How much a question is worth, in one word. */
export type Effort = 'low' | 'medium' | 'high';

export const EFFORTS: readonly Effort[] = ['low', 'medium', 'high'];

/**
 * The caps that a word stands for. They are conventions, not measurements: `low` is what one waits for over a coffee (15 minutes,
 * 150,000 tokens, 50 calls), and each further step allows about four times the tokens and calls. Whatever is met first binds:
 * a small local model meets the minutes, a large remote one the dollars. The dollars are those at which the tokens would cost
 * $1.70, $2.10 and $2.50 a million, so a run with cheap models never meets them.
 */
const CAPS: Readonly<Record<Effort, Required<RunLimits>>> = {
  low: { durationMs: 15 * 60_000, tokens: 150_000, microUsd: 250_000, calls: 50 },
  medium: { durationMs: 60 * 60_000, tokens: 600_000, microUsd: 1_250_000, calls: 200 },
  high: { durationMs: 4 * 60 * 60_000, tokens: 2_400_000, microUsd: 6_000_000, calls: 800 },
};

/**
 * The limits of a job: the preset's, where there is one, with those that the caller names in their place. A preset's USD cap is
 * left out where no price could bind it (`isPriced` false), since such a run would be refused.
 */
export function limitsFor(
  effort: Effort | undefined,
  { limits = {}, isPriced = true }: { readonly limits?: RunLimits; readonly isPriced?: boolean } = {},
): RunLimits {
  if (effort === undefined) return limits;
  const { microUsd, ...rest } = CAPS[effort];
  return isPriced ? { microUsd, ...rest, ...limits } : { ...rest, ...limits };
}
