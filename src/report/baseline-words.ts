import type { Baseline } from '../domain/baseline.ts';

/** What the same answer would have read without a compressor, in words. */
export const BASELINE_NAMES: Readonly<Record<Baseline['id'], string>> = {
  raw: 'all chunks raw',
  'raw-cached': 'all chunks raw, from a prompt cache',
  'top-k': 'the best chunks raw, as many tokens',
  'top-k-cached': 'the same, from a prompt cache',
};

/** Where nothing is priced, the prices of a prompt cache would only say the same again. */
export function isWorthShowing({ id, microUsd }: Baseline): boolean {
  return !id.endsWith('-cached') || microUsd !== undefined;
}
