import type { Token } from 'node-llama-cpp';
import type { GenerationOutcome } from './generation.ts';
import { checkAborted, prefill, reusePrefix } from './prefill.ts';
import { readNext } from './scoring.ts';
import type { Sequence } from './sequence.ts';
import type { TokenizedPrompt } from './tokens.ts';

/** A text that may be copied from, and the marker that names it. */
export interface CopySource {
  readonly marker: Token;
  readonly tokens: readonly Token[];
  /** Whether a stretch may begin at each token, or end before it: not within a word. One more than the tokens. */
  readonly borders: readonly boolean[];
}

export interface CopyOptions {
  readonly sources: readonly CopySource[];
  /** Said alone, and instead of a source. */
  readonly none: Token;
  /** Nats that a token costs; tokens that are not named cost nothing. */
  readonly costs: ReadonlyMap<Token, number>;
  /** The marker included. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

/**
 * Greedy decoding held to the words of some texts: the marker of one of them and then a stretch of its words, or `none`. At each step
 * the likeliest of the tokens that keep the output such a stretch, the end token among them, is taken. Afterwards the sequence holds
 * the prompt without its last token.
 */
export async function copyOnSequence(sequence: Sequence, prompt: TokenizedPrompt, options: CopyOptions): Promise<GenerationOutcome> {
  const { tokens } = prompt;
  const startedAt = performance.now();
  const kept = tokens.length > 2 ? tokens.length - 1 : 0;
  const cachedTokens = await reusePrefix(sequence, tokens.slice(0, kept), { toEvaluate: 0 });
  const prefilledTokens = (await prefill(sequence, tokens.slice(cachedTokens, kept), options.signal)) + tokens.length - kept;
  try {
    const { output, isEnded, firstTokenAt } = await decode(sequence, tokens.slice(kept), prompt, options);
    return {
      tokens: output,
      finish: isEnded ? 'end' : 'length',
      cachedTokens,
      prefilledTokens,
      prefillMs: firstTokenAt - startedAt,
      decodeMs: performance.now() - firstTokenAt,
    };
  } finally {
    // The prompt's last token was a single row; see `slices`.
    await sequence.rollBack(kept);
  }
}

async function decode(sequence: Sequence, lead: readonly Token[], prompt: TokenizedPrompt, options: CopyOptions) {
  const output: Token[] = [];
  let firstTokenAt: number | undefined;
  let rows = lead;
  let isEnded = false;
  while (!isEnded && output.length < options.maxTokens) {
    checkAborted(options.signal);
    const next = await choose(sequence, rows, { allowed: allowedNext(output, prompt, options), costs: options.costs });
    firstTokenAt ??= performance.now();
    if (next !== undefined && next !== prompt.endToken) output.push(next);
    isEnded = next === undefined || next === prompt.endToken || next === options.none;
    rows = output.slice(-1);
  }
  return { output, isEnded, firstTokenAt: firstTokenAt ?? performance.now() };
}

/** What may follow, each token once: all places count at which the words so far stand, and the end where a whole word is behind it. */
function allowedNext(output: readonly Token[], { endToken }: TokenizedPrompt, { sources, none }: CopyOptions): Token[] {
  const [marker, ...said] = output;
  if (marker === undefined) return [none, ...sources.map((source) => source.marker)];
  const { tokens, borders } = sources.find((source) => source.marker === marker) ?? EMPTY;
  const places = [...borders.keys()].filter((at) => borders[at] === true && said.every((token, i) => tokens[at + i] === token));
  const following = places.flatMap((at) => tokens[at + said.length] ?? []);
  const isWhole = places.some((at) => borders[at + said.length] === true) && (said.length > 0 || tokens.length === 0);
  return [...new Set([...following, ...(isWhole && endToken !== undefined ? [endToken] : [])])];
}

const EMPTY = { tokens: [], borders: [] } as const;

/** The likeliest of the allowed tokens, costs taken off; undefined where none is. */
async function choose(
  sequence: Sequence,
  rows: readonly Token[],
  { allowed, costs }: { readonly allowed: readonly Token[]; readonly costs: ReadonlyMap<Token, number> },
): Promise<Token | undefined> {
  const last = rows.at(-1);
  if (last === undefined || allowed.length === 0) return undefined;
  const input = [...rows.slice(0, -1), readNext(last, allowed)];
  const outputs = await sequence.read(input);
  const logits = outputs[input.length - 1]?.next?.logits;
  const worth = (token: Token): number => (logits?.get(token) ?? Number.NEGATIVE_INFINITY) - (costs.get(token) ?? 0);
  return allowed.reduce((best, token) => (worth(token) > worth(best) ? token : best));
}
