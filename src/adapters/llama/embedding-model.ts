import { z } from 'zod';
import { IsthmusError } from '../../domain/errors.ts';
import type { ModelIdentity, ModelShape } from '../../domain/model.ts';
import { checkVectors } from '../../domain/vectors.ts';
import type { EmbeddingModel } from '../../ports/embedding-model.ts';
import { readGguf } from './gguf.ts';
import { type Embedded, embeddedSchema, type GpuChoice } from './protocol.ts';
import { ModelSupervisor } from './supervisor.ts';

/** Without a configured length: what most embedding models were trained with. */
const DEFAULT_CONTEXT_TOKENS = 512;
/** Texts of one call to the process: an abort is heard between two of them, and answers stay small. */
const TEXTS_PER_CALL = 32;

export interface LlamaEmbeddingOptions {
  /** The name in the configuration. */
  readonly name: string;
  /** The GGUF file. */
  readonly path: string;
  /** Put before questions and before passages, as the model was trained (e5: `query: ` and `passage: `). Default: nothing. */
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
  /** Read at once, tokens; longer texts are read in parts. Default: the file's own length, at most 512. */
  readonly contextTokens?: number;
  /** Default false: the CPU. `auto` takes a GPU where one works. */
  readonly gpu?: GpuChoice;
  /** Default: half the cores. */
  readonly threads?: number;
}

/** Reads and hashes the file; the model is loaded, in its own process, at the first call. @throws IsthmusError `model-load-failed` */
export async function openLlamaEmbeddingModel(options: LlamaEmbeddingOptions): Promise<EmbeddingModel & AsyncDisposable> {
  const { name, path, gpu = false, threads, queryPrefix = '', passagePrefix = '' } = options;
  const { fileHash, shape, trainedContextTokens } = await readGguf(path);
  const contextTokens = options.contextTokens ?? Math.min(trainedContextTokens || DEFAULT_CONTEXT_TOKENS, DEFAULT_CONTEXT_TOKENS);
  const load = { path, contextTokens, sequences: 1, gpu, kvType: 'f16', batching: 'alone', embeds: true } as const;
  const supervisor = new ModelSupervisor(name, threads === undefined ? load : { ...load, threads });
  const identity: ModelIdentity = { provider: 'llama', name, fileHash, settings: { contextTokens, queryPrefix, passagePrefix } };
  const embed = (texts: readonly string[], signal?: AbortSignal) => embedTexts({ texts, identity, shape, supervisor }, signal);
  let dimensions: Promise<number> | undefined;
  const probe = async (): Promise<number> => (await embed(['.'])).vectors[0]?.length ?? 0;
  const findDimensions = (): Promise<number> => {
    // The header tells the width of the layers, which some models project to another one.
    dimensions ??= probe().catch((error: unknown) => {
      dimensions = undefined;
      throw error;
    });
    return dimensions;
  };
  return {
    identity,
    dimensions: findDimensions,
    async embed(texts, { purpose }, { signal }) {
      const expected = await findDimensions();
      const prefix = purpose === 'query' ? queryPrefix : passagePrefix;
      const { vectors, usage } = await embed(
        texts.map((text) => `${prefix}${text}`),
        signal,
      );
      return { vectors: checkVectors(vectors, { texts: texts.length, expected, model: name }), usage };
    },
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

interface Task {
  readonly texts: readonly string[];
  readonly identity: ModelIdentity;
  readonly shape: ModelShape;
  readonly supervisor: ModelSupervisor;
}

async function embedTexts({ texts, identity, shape, supervisor }: Task, signal?: AbortSignal) {
  const answers: Embedded[] = [];
  for (let start = 0; start < texts.length; start += TEXTS_PER_CALL) {
    const input = texts.slice(start, start + TEXTS_PER_CALL);
    answers.push(parse(await supervisor.call({ op: 'embed', input }, signal)));
  }
  const sum = (pick: (answer: Embedded) => number): number => answers.reduce((total, answer) => total + pick(answer), 0);
  const usage = {
    model: identity,
    shape,
    promptTokens: sum(({ promptTokens }) => promptTokens),
    cachedTokens: 0,
    outputTokens: 0,
    scoredTokens: 0,
    durationMs: sum(({ durationMs }) => durationMs),
  };
  return { vectors: answers.flatMap(({ vectors }) => vectors), usage };
}

function parse(answer: unknown): Embedded {
  const parsed = embeddedSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new IsthmusError('output-unparseable', `The model process gave vectors of another shape: ${z.prettifyError(parsed.error)}`);
}
