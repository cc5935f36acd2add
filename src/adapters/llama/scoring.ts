import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, Token } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import { checkAborted, prefill, reusePrefix, slices } from './prefill.ts';
import type { Sequence } from './sequence.ts';

export interface ScoreOutcome {
  /** Nats, one list per continuation. */
  readonly logProbs: readonly (readonly number[])[];
  readonly cachedTokens: number;
  readonly prefilledTokens: number;
}

/**
 * Scores each continuation after the prompt, which is evaluated once: the sequence keeps the prompt without its last token, and
 * each continuation z is evaluated as [last prompt token, z without its last token], whose logits predict z. Then the sequence
 * is rolled back. Bit for bit equal to evaluating prompt and continuation afresh (F16, F32 and Q8_0 weights on the CPU).
 */
export async function scoreOnSequence(
  sequence: Sequence,
  prompt: readonly Token[],
  continuations: readonly (readonly Token[])[],
  signal: AbortSignal,
): Promise<ScoreOutcome> {
  // A prompt of two tokens is evaluated whole with each continuation: see `slices` on single rows.
  const kept = prompt.length > 2 ? prompt.length - 1 : 0;
  const prefix = prompt.slice(0, kept);
  const cachedTokens = await reusePrefix(sequence, prefix, { toEvaluate: 0 });
  const prefilledTokens = await prefill(sequence, prefix.slice(cachedTokens), signal);
  const logProbs: number[][] = [];
  for (const continuation of continuations) {
    logProbs.push(await scoreTail(sequence, prompt.slice(kept), continuation, signal));
    await sequence.rollBack(kept);
  }
  return { logProbs, cachedTokens, prefilledTokens };
}

export interface NextOutcome extends Omit<ScoreOutcome, 'logProbs'> {
  /** Nats, one for each token asked about. */
  readonly logProbs: readonly number[];
}

/** How likely each of `candidates` is as the next token: one row is read, whatever their number. As exact as {@link scoreOnSequence}. */
export async function scoreNextOnSequence(
  sequence: Sequence,
  prompt: readonly Token[],
  candidates: readonly Token[],
  signal: AbortSignal,
): Promise<NextOutcome> {
  const kept = prompt.length > 2 ? prompt.length - 1 : 0;
  const cachedTokens = await reusePrefix(sequence, prompt.slice(0, kept), { toEvaluate: 0 });
  const prefilledTokens = await prefill(sequence, prompt.slice(cachedTokens, kept), signal);
  const last = prompt.slice(kept);
  const input: ControlledEvaluateInputItem[] = [...last.slice(0, -1), readNext(last.at(-1) as Token, candidates)];
  // As in `scoreTail`: a single row is doubled.
  const outputs = await sequence.read(input.length === 1 ? [...input, ...last] : input);
  const logProbs = candidates.map((token) => logProb(outputs[input.length - 1], token));
  await sequence.rollBack(kept);
  return { logProbs, cachedTokens, prefilledTokens };
}

async function scoreTail(
  sequence: Sequence,
  lead: readonly Token[],
  continuation: readonly Token[],
  signal: AbortSignal,
): Promise<number[]> {
  if (continuation.length === 0) return [];
  const input: ControlledEvaluateInputItem[] = lead.slice(0, -1);
  [...lead.slice(-1), ...continuation.slice(0, -1)].forEach((token, index) => {
    input.push(readNext(token, [continuation[index] as Token]));
  });
  const logProbs: number[] = [];
  // A single row is doubled: the copy comes after it, changes nothing that is read, and is rolled back with it.
  const rows = input.length === 1 ? [...input, ...lead.slice(-1)] : input;
  let at = 0;
  for (const size of slices(rows.length)) {
    checkAborted(signal);
    const outputs = await sequence.read(rows.slice(at, at + size));
    for (let row = 0; row < size; row += 1) {
      const next = continuation[at + row - (lead.length - 1)];
      if (at + row >= lead.length - 1 && next !== undefined && logProbs.length < continuation.length) {
        logProbs.push(logProb(outputs[row], next));
      }
    }
    at += size;
  }
  return logProbs;
}

/**
 * Asks for the logits of the tokens named and of the most likely one, and for the sum of exp(logit − maximum). Temperature 0 keeps
 * every token in the sum and makes the selected token the maximum; `includeMax` would do without, but is off by nats in 3.22.
 */
export function readNext(token: Token, next: readonly Token[]): ControlledEvaluateInputItem {
  return [
    token,
    {
      generateNext: {
        token: true,
        logits: { filter: { tokens: [...next], includeSelected: true } },
        totalLogitWeight: true,
        options: { temperature: 0 },
      },
    },
  ];
}

/** log p(next) = logit(next) − logit(selected) − ln Σ exp(logit − logit(selected)); rounding may not lift it above 0. */
function logProb(output: ControlledEvaluateIndexOutput | undefined, next: Token): number {
  const { token, logits, totalLogitWeight } = output?.next ?? {};
  const selected = token === undefined || token === null ? undefined : logits?.get(token);
  const value = (logits?.get(next) ?? Number.NaN) - (selected ?? Number.NaN) - Math.log(totalLogitWeight ?? Number.NaN);
  if (!Number.isFinite(value)) {
    throw new IsthmusError(
      'output-unparseable',
      `Expected a log-probability for token ${next}, but the model gave ${value}. The weights or the KV type may be broken.`,
    );
  }
  return Math.min(0, value);
}
