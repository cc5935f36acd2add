import type { LlamaGrammarEvaluationState, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { checkAborted, prefill, reusePrefix, slices } from './prefill.ts';
import type { Sequence } from './sequence.ts';
import type { TokenizedPrompt } from './tokens.ts';

export interface GenerationOptions {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly grammar: LlamaGrammarEvaluationState | undefined;
  /** True once the output needs nothing more, although the model has not ended: a JSON grammar lets white space follow for ever. */
  isComplete(output: readonly Token[]): boolean;
  readonly signal: AbortSignal;
}

export type Finish = 'end' | 'complete' | 'length';

export interface GenerationOutcome {
  /** Without the end token. */
  readonly tokens: readonly Token[];
  /** `end`: an end token was sampled; `complete`: the grammar's value was whole; `length`: the limit was met. */
  readonly finish: Finish;
  readonly cachedTokens: number;
  readonly prefilledTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/**
 * Generates until an end token or the limit. Afterwards the sequence holds the prompt only: rows written while decoding come
 * from the single-row kernel, and keeping them would make later results depend on what ran before.
 */
export async function generateOnSequence(
  sequence: Sequence,
  prompt: TokenizedPrompt,
  options: GenerationOptions,
): Promise<GenerationOutcome> {
  const { tokens } = prompt;
  const startedAt = performance.now();
  const cachedTokens = await reusePrefix(sequence, tokens, { toEvaluate: 2 });
  const rest = tokens.slice(cachedTokens);
  const lastSlice = slices(rest.length).at(-1) ?? 0;
  const lead = rest.slice(rest.length - lastSlice);
  await prefill(sequence, rest.slice(0, rest.length - lastSlice), options.signal);
  try {
    if (options.maxTokens === 0) {
      return { tokens: [], finish: 'length', cachedTokens, prefilledTokens: 0, prefillMs: performance.now() - startedAt, decodeMs: 0 };
    }
    const { output, finish, firstTokenAt } = await decode(sequence, lead, prompt, options);
    const prefillMs = firstTokenAt - startedAt;
    return { tokens: output, finish, cachedTokens, prefilledTokens: rest.length, prefillMs, decodeMs: performance.now() - firstTokenAt };
  } finally {
    await sequence.rollBack(tokens.length === 1 ? 0 : tokens.length);
  }
}

async function decode(sequence: Sequence, lead: readonly Token[], prompt: TokenizedPrompt, options: GenerationOptions) {
  const output: Token[] = [];
  let finish: Finish | undefined;
  let firstTokenAt: number | undefined;
  for await (const token of sequence.write(lead, sampling(options))) {
    firstTokenAt ??= performance.now();
    checkAborted(options.signal);
    if (prompt.isEnd(token)) finish = 'end';
    else output.push(token);
    if (finish === undefined && options.isComplete(output)) finish = 'complete';
    if (finish !== undefined || output.length >= options.maxTokens) break;
  }
  return { output, finish: finish ?? ('length' as const), firstTokenAt: firstTokenAt ?? performance.now() };
}

/** Temperature and seed alone decide: no top-k, top-p or penalties, so that the output is a draw from p(z|x,q) itself. */
function sampling({ temperature, seed, grammar }: GenerationOptions): SequenceEvaluateOptions {
  const grammarOption = grammar === undefined ? {} : { grammarEvaluationState: grammar };
  const base = { yieldEogToken: true, ...grammarOption };
  return temperature === 0 ? { ...base, temperature } : { ...base, temperature, seed: seed >>> 0, topK: 0, topP: 1, minP: 0 };
}
