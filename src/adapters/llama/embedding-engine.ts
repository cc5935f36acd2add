import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import { toUnitVector } from '../../domain/vectors.ts';
import { onDevice, openBackend } from './loading.ts';
import { checkAborted } from './prefill.ts';
import type { Call, Embedded, LoadOptions, ProcessStatus } from './protocol.ts';

/** Start and end token, and the cell that node-llama-cpp keeps free. */
const SPARE_CELLS = 3;

interface LoadedEmbedder {
  readonly model: LlamaModel;
  readonly context: LlamaEmbeddingContext;
  facts(): Omit<ProcessStatus, 'pid' | 'rssBytes' | 'evaluatedTokens' | 'busySequences'>;
}

/** Loads a model to embed with it: its context has no place for a generation. @throws IsthmusError `model-load-failed` */
export function loadEmbeddingEngine(options: LoadOptions): Promise<EmbeddingEngine> {
  return onDevice(options, async (gpu) => new EmbeddingEngine(await loadEmbedder(gpu, options), options.contextTokens));
}

async function loadEmbedder(gpu: LoadOptions['gpu'], options: LoadOptions): Promise<LoadedEmbedder> {
  const { path, contextTokens } = options;
  const startedAt = performance.now();
  const llama = await openBackend(gpu);
  try {
    const model = await llama.loadModel({ modelPath: path, ...(llama.gpu === false ? { gpuLayers: 0 } : {}) });
    // The prompt of an embedding is read in one go; measuring thread counts would ask for a context that an encoder cannot have.
    const threads = options.threads ?? Math.max(1, Math.floor(llama.cpuMathCores / 2));
    const contextSize = contextTokens + SPARE_CELLS;
    // One batch for a whole text: a mean over its tokens is taken within one batch.
    const context = await model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads });
    const loadMs = performance.now() - startedAt;
    return {
      model,
      context,
      facts: () => ({
        device: llama.gpu === false ? 'cpu' : llama.gpu,
        gpuLayers: model.gpuLayers,
        vramBytes: model.memoryUsage.vram,
        contextBytes: 0,
        threads,
        threadTrials: [],
        contextTokens,
        sequences: 1,
        loadMs,
      }),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

/**
 * A model loaded to embed. How the vectors of tokens become one is written in the file (mean, first or last token); where it is not, as in
 * a file for generation, it is the last token's. A text longer than the context is read in equal parts, and its vector is the mean of
 * theirs, weighted by their tokens: nothing of it is left out unsaid, at some loss of sharpness.
 */
export class EmbeddingEngine {
  readonly #loaded: LoadedEmbedder;
  readonly #partTokens: number;
  #evaluatedTokens = 0;
  #durationMs = 0;
  #isBusy = 0;

  constructor(loaded: LoadedEmbedder, partTokens: number) {
    this.#loaded = loaded;
    this.#partTokens = partTokens;
  }

  async run(call: Call, signal: AbortSignal): Promise<unknown> {
    if (call.op === 'status') return this.status();
    if (call.op === 'embed') return this.#embed(call.input, signal);
    throw new IsthmusError('internal', `The model was loaded to embed, but was asked for "${call.op}".`);
  }

  status(): ProcessStatus {
    const rate = this.#durationMs > 0 ? { prefillTokensPerSecond: (this.#evaluatedTokens * 1000) / this.#durationMs } : {};
    return {
      ...this.#loaded.facts(),
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      evaluatedTokens: this.#evaluatedTokens,
      busySequences: Math.min(1, this.#isBusy),
      ...rate,
    };
  }

  async #embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
    const startedAt = performance.now();
    this.#isBusy += 1;
    try {
      const vectors: Float32Array<ArrayBuffer>[] = [];
      let promptTokens = 0;
      for (const text of texts) {
        const parts = split(this.#loaded.model.tokenize(text, false), this.#partTokens);
        vectors.push(await this.#embedParts(parts, signal));
        promptTokens += parts.reduce((sum, part) => sum + part.length, 0);
      }
      const durationMs = performance.now() - startedAt;
      this.#evaluatedTokens += promptTokens;
      this.#durationMs += durationMs;
      return { vectors, promptTokens, durationMs };
    } finally {
      this.#isBusy -= 1;
    }
  }

  async #embedParts(parts: readonly Token[][], signal: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    const sum: number[] = [];
    for (const part of parts) {
      checkAborted(signal);
      // The library puts start and end tokens into the list it is given.
      const { vector } = await this.#loaded.context.getEmbeddingFor([...part]);
      toUnitVector(vector).forEach((value, i) => {
        sum[i] = (sum[i] ?? 0) + value * part.length;
      });
    }
    return Float32Array.from(toUnitVector(sum));
  }
}

/** Parts of nearly equal length: a remainder of a few tokens would have a vector of little meaning. */
function split(tokens: readonly Token[], most: number): Token[][] {
  if (tokens.length === 0) throw new IsthmusError('invalid-input', 'Expected a text to embed, but it has no tokens.');
  const count = Math.ceil(tokens.length / most);
  const border = (i: number): number => Math.round((i * tokens.length) / count);
  return Array.from({ length: count }, (_, i) => tokens.slice(border(i), border(i + 1)));
}
