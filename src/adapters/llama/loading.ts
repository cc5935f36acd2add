import { getLlama, type Llama, type LlamaContext, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import { alone, inStep, together } from './batching.ts';
import { countSequences } from './context-memory.ts';
import { SLICE_TOKENS } from './prefill.ts';
import type { LoadOptions, ProcessStatus, ThreadTrial } from './protocol.ts';
import { Sequence } from './sequence.ts';
import { calibrateThreads } from './threads.ts';
import { Turns } from './turns.ts';

export interface LoadedModel {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly sequences: readonly Sequence[];
  readonly contextTokens: number;
  readonly vocabularySize: number;
  facts(): Omit<ProcessStatus, 'pid' | 'rssBytes' | 'busySequences'>;
  dispose(): Promise<void>;
}

/**
 * The last token sampled is never evaluated and a doubled row may stand at the end of a scoring (see scoring.ts), while
 * node-llama-cpp keeps one cell free before it would shift the context: two spare cells cover it.
 */
const SPARE_CELLS = 2;

const STRATEGIES = { alone, 'in-step': inStep, together } as const;

/** Loads with the device asked for; `auto` falls back to the CPU. Throws `model-load-failed`. */
export function loadModel(options: LoadOptions): Promise<LoadedModel> {
  return onDevice(options, (gpu) => loadOn(gpu, options));
}

/** Loads something with the device asked for; `auto` falls back to the CPU. @throws IsthmusError `model-load-failed` */
export async function onDevice<T>(options: LoadOptions, load: (gpu: LoadOptions['gpu']) => Promise<T>): Promise<T> {
  try {
    return await load(options.gpu);
  } catch (error) {
    if (options.gpu === 'auto') return await load(false).catch((cause: unknown) => failToLoad(options, cause));
    return failToLoad(options, error);
  }
}

function failToLoad({ path, gpu }: LoadOptions, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const device = gpu === false ? 'the CPU' : `${gpu} (gpu: false takes the CPU, gpu: auto whatever works)`;
  throw new IsthmusError('model-load-failed', `Could not load ${path} on ${device}: ${reason}`, { cause });
}

/** maxThreads 0: llama.cpp uses the context's thread count as it is. Never build or download anything while loading a model. */
export function openBackend(gpu: LoadOptions['gpu']): Promise<Llama> {
  return getLlama({ gpu, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 0, logLevel: LlamaLogLevel.error });
}

async function loadOn(gpu: LoadOptions['gpu'], options: LoadOptions): Promise<LoadedModel> {
  const startedAt = performance.now();
  const llama = await openBackend(gpu);
  try {
    const onGpu = llama.gpu !== false;
    const model = await llama.loadModel({
      modelPath: options.path,
      // Sliding-window caches cannot be rolled back; the full cache can.
      defaultContextSwaFullCache: true,
      ...(onGpu ? { gpuLayers: { fitContext: { contextSize: options.contextTokens } } } : { gpuLayers: 0 }),
    });
    const { threads, trials } = await chooseThreads(model, llama, options);
    const batching = options.batching === 'auto' ? (onGpu ? 'together' : 'in-step') : options.batching;
    const context = await createContext(model, { ...options, threads, batching });
    const sequences = openSequences(context, { ...options, stepsTogether: batching === 'together' });
    const loadMs = performance.now() - startedAt;
    return describe({ llama, model, context, sequences, options, trials, loadMs });
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

async function chooseThreads(
  model: LlamaModel,
  llama: Llama,
  { threads }: LoadOptions,
): Promise<{ threads: number; trials: readonly ThreadTrial[] }> {
  if (threads !== undefined) return { threads, trials: [] };
  // Behind a GPU the processor only samples and copies.
  if (model.gpuLayers > 0) return { threads: Math.max(1, Math.floor(llama.cpuMathCores / 2)), trials: [] };
  return calibrateThreads(model, { cores: llama.cpuMathCores, parameters: parameterCount(model) });
}

function parameterCount(model: LlamaModel): number {
  const tensors = model.fileInfo.fullTensorInfo ?? [];
  return tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce<number>((product, size) => product * Number(size), 1), 0);
}

async function createContext(
  model: LlamaModel,
  options: LoadOptions & { readonly threads: number; readonly batching: keyof typeof STRATEGIES },
): Promise<LlamaContext> {
  const { contextTokens, kvType, threads } = options;
  const kv = kvType === 'f32' ? 'F32' : 'F16';
  const shape = {
    contextSize: contextTokens + SPARE_CELLS,
    // Larger batches read no faster on a CPU: a 6 M model reads 4,500 to 5,000 tokens/s in batches of 16, 64 or 200, and writes 800.
    batchSize: SLICE_TOKENS,
  };
  return model.createContext({
    ...shape,
    sequences: await countSequences(model, options, shape),
    // A roll-back equals a fresh evaluation only without flash attention.
    flashAttention: false,
    threads,
    experimentalKvCacheKeyType: kv,
    experimentalKvCacheValueType: kv,
    failedCreationRemedy: false,
    batching: { itemPrioritizationStrategy: STRATEGIES[options.batching] },
  });
}

/** In the order in which llama.cpp numbers them. */
function openSequences(
  context: LlamaContext,
  { contextTokens, stepsTogether }: LoadOptions & { readonly stepsTogether: boolean },
): readonly Sequence[] {
  const refuseShift = (): never => {
    throw new IsthmusError(
      'internal',
      `A sequence outgrew its context of ${contextTokens} tokens, which the length check should have refused.`,
    );
  };
  const turns = new Turns({ stepsTogether });
  return Array.from({ length: context.totalSequences }, (_, place) => {
    return new Sequence(context.getSequence({ contextShift: { strategy: refuseShift } }), { turns, place });
  });
}

interface Parts {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly sequences: readonly Sequence[];
  readonly options: LoadOptions;
  readonly trials: readonly ThreadTrial[];
  readonly loadMs: number;
}

function describe({ llama, model, context, sequences, options, trials, loadMs }: Parts): LoadedModel {
  const { contextTokens } = options;
  return {
    llama,
    model,
    sequences,
    contextTokens,
    vocabularySize: model.fileInfo.metadata.tokenizer.ggml.tokens.length,
    facts: () => ({
      device: llama.gpu === false ? 'cpu' : llama.gpu,
      gpuLayers: model.gpuLayers,
      vramBytes: model.memoryUsage.vram + context.memoryUsage.vram,
      contextBytes: context.memoryUsage.ram + context.memoryUsage.vram,
      evaluatedTokens: sequences.reduce((sum, sequence) => sum + sequence.evaluatedTokens, 0),
      threads: context.idealThreads,
      threadTrials: [...trials],
      contextTokens,
      sequences: sequences.length,
      loadMs,
    }),
    dispose: () => llama.dispose(),
  };
}
