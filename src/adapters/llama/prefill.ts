import type { Token } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import type { Sequence } from './sequence.ts';

/**
 * Tokens evaluated between two looks at the abort flag. `evaluate` takes no signal, so this bounds how long a cancelled call
 * keeps computing: 25 ms for a 6 M model, a few seconds for a billion parameters on one core.
 */
export const SLICE_TOKENS = 128;

/**
 * Cuts `length` tokens into slices of at most SLICE_TOKENS, none of one token. llama.cpp multiplies a single row with another
 * kernel than two or more (for F16 weights on the CPU the log-probabilities differ by up to 4e-3 nats), while two or more
 * rows give the same bits whatever their number; without single rows a score does not depend on what was cached before.
 */
export function slices(length: number): number[] {
  const result: number[] = [];
  let left = length;
  while (left > 0) {
    const size = left === SLICE_TOKENS + 1 ? SLICE_TOKENS - 1 : Math.min(left, SLICE_TOKENS);
    result.push(size);
    left -= size;
  }
  return result;
}

/** How many leading tokens two sequences share. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length += 1;
  return length;
}

/** Throws `aborted`; called between batches. */
export function checkAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new IsthmusError('aborted', 'The call was aborted.');
}

/**
 * Makes the sequence hold a prefix of `tokens` and returns its length. At least `toEvaluate` tokens are left over (fewer only
 * when there are no more), and never a single one unless it is the only one.
 */
export async function reusePrefix(
  sequence: Sequence,
  tokens: readonly Token[],
  { toEvaluate }: { readonly toEvaluate: 0 | 2 },
): Promise<number> {
  const shared = commonPrefix(sequence.contextTokens, tokens);
  const left = tokens.length - shared;
  const kept = left === 1 || left < toEvaluate ? Math.max(0, tokens.length - 2) : shared;
  await sequence.rollBack(kept);
  return kept;
}

/** Evaluates tokens without reading anything, in slices; returns how many were evaluated. */
export async function prefill(sequence: Sequence, tokens: readonly Token[], signal: AbortSignal): Promise<number> {
  let at = 0;
  for (const size of slices(tokens.length)) {
    checkAborted(signal);
    await sequence.evaluate(tokens.slice(at, at + size));
    at += size;
  }
  checkAborted(signal);
  return at;
}
