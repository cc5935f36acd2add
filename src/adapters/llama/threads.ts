import type { LlamaModel, Token } from 'node-llama-cpp';
import type { ThreadTrial } from './protocol.ts';

/** A typical compression by which thread counts are compared: tokens read and tokens written. */
const TYPICAL = { prompt: 200, output: 40 } as const;
/** More threads must pay: on busy machines a close race is lost as soon as a neighbour wakes. */
const WORTHWHILE = 0.9;
/** A count that much worse than the best ends the search: more threads would only be worse. */
const HOPELESS = 1.5;
/** A first step of two tokens that much slower than the best count decodes two: cores are taken, do not go on waiting for them. */
const STALLED = 10;
/** Enough work to measure, little enough for large models: about 1 GFLOP of prefill, 2 to 64 tokens. */
const PREFILL_FLOP = 1e9;
const DECODE_TOKENS = 8;
const DECODE_LIMIT_MS = 40;

/**
 * Measures prefill and decode on 1, 2, 4… threads up to the core count, and chooses the count that finishes a typical
 * compression soonest. The core count itself is no guide: a 6 M model decodes ten to a hundred times slower on two busy cores
 * than on one. One count serves both phases, since node-llama-cpp lets a context change it for neither alone. Stops as soon as
 * a count is clearly worse than the best. Takes 0.1 s for a 6 M model on idle cores; a single step on cores that others
 * keep busy, which cannot be interrupted, was seen to take 0.7 s.
 */
export async function calibrateThreads(
  model: LlamaModel,
  { cores, parameters }: { readonly cores: number; readonly parameters: number },
): Promise<{ readonly threads: number; readonly trials: readonly ThreadTrial[] }> {
  const prefillTokens = Math.min(64, Math.max(2, Math.round(PREFILL_FLOP / (2 * parameters))));
  const trials: ThreadTrial[] = [];
  let best: ThreadTrial | undefined;
  for (const threads of candidates(cores)) {
    const trial = await measure(model, { threads, prefillTokens, best });
    if (trial === undefined) break;
    trials.push(trial);
    if (best === undefined || cost(trial) < cost(best) * WORTHWHILE) best = trial;
    else if (cost(trial) > cost(best) * HOPELESS) break;
  }
  return { threads: best?.threads ?? 1, trials };
}

function candidates(cores: number): number[] {
  const counts: number[] = [];
  for (let threads = 1; threads < cores; threads *= 2) counts.push(threads);
  return [...counts, Math.max(1, cores)];
}

/** Seconds for a typical compression. */
function cost(trial: ThreadTrial): number {
  return TYPICAL.prompt / trial.prefillTokensPerSecond + TYPICAL.output / trial.decodeTokensPerSecond;
}

interface Measurement {
  readonly threads: number;
  readonly prefillTokens: number;
  readonly best: ThreadTrial | undefined;
}

/** Undefined when already the first step takes so long that the count is out of the race. */
async function measure(model: LlamaModel, { threads, prefillTokens, best }: Measurement): Promise<ThreadTrial | undefined> {
  const context = await model.createContext({ contextSize: 256, batchSize: 64, sequences: 1, flashAttention: false, threads });
  try {
    const sequence = context.getSequence();
    const token = (model.tokens.bos ?? 0) as Token;
    const prompt = Array.from({ length: prefillTokens }, () => token);
    // The first evaluation pays for pages and buffers; it is not counted.
    const firstMs = await timed(() => sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, 2)));
    if (best !== undefined && firstMs > (STALLED * 2000) / best.decodeTokensPerSecond) return undefined;
    await sequence.clearHistory();
    const prefillMs = await timed(() => sequence.evaluateWithoutGeneratingNewTokens(prompt));
    let decoded = 0;
    const decodeMs = await timed(async () => {
      const startedAt = performance.now();
      while (decoded < DECODE_TOKENS && performance.now() - startedAt < DECODE_LIMIT_MS) {
        await sequence.controlledEvaluate([[token, { generateNext: { token: true } }]]);
        decoded += 1;
      }
    });
    return { threads, prefillTokensPerSecond: rate(prefillTokens, prefillMs), decodeTokensPerSecond: rate(decoded, decodeMs) };
  } finally {
    await context.dispose();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function rate(tokens: number, durationMs: number): number {
  return (tokens * 1000) / Math.max(durationMs, 0.001);
}
