import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';

/**
 * Tokens evaluated between two looks at the abort flag. `evaluate` takes no signal, so this bounds how long a cancelled call
 * keeps computing: 25 ms for the bundled model, a few seconds for a billion parameters on one core.
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
export function commonPrefix(a: readonly Token[], b: readonly Token[]): number {
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
 * Makes the sequence hold a prefix of `tokens` and returns its length, which leaves at least two tokens to evaluate (or all,
 * when there are fewer).
 */
export async function reusePrefix(sequence: LlamaContextSequence, tokens: readonly Token[]): Promise<number> {
  const shared = commonPrefix(sequence.contextTokens, tokens);
  const kept = Math.max(0, Math.min(shared, tokens.length - 2));
  await rollBack(sequence, kept);
  return kept;
}

/** Forgets everything after the first `length` tokens. */
export async function rollBack(sequence: LlamaContextSequence, length: number): Promise<void> {
  if (sequence.nextTokenIndex > length) await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
}

/** Evaluates tokens without reading anything, in slices; returns how many were evaluated. */
export async function prefill(sequence: LlamaContextSequence, tokens: readonly Token[], signal: AbortSignal): Promise<number> {
  let at = 0;
  for (const size of slices(tokens.length)) {
    checkAborted(signal);
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + size));
    at += size;
  }
  checkAborted(signal);
  return at;
}
