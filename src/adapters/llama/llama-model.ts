import { z } from 'zod';
import { IsthmusError } from '../../domain/errors.ts';
import { gather } from '../../domain/gather.ts';
import type { Capability, ModelIdentity } from '../../domain/model.ts';
import type { Usage } from '../../domain/usage.ts';
import type { CallContext } from '../../ports/call-context.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  ModelDescription,
  Prompt,
  ScoreContinuationsResult,
  ScoreMarkersRequest,
  ScoreMarkersResult,
  ScoreRequest,
} from '../../ports/language-model.ts';
import { foldCopy, foldPrompt, respell } from './folding.ts';
import { type GgufFacts, readGguf } from './gguf.ts';
import {
  type Call,
  countsSchema,
  type GpuChoice,
  generatedSchema,
  type LoadOptions,
  type ProcessStatus,
  scoredMarkersSchema,
  scoredSchema,
  statusSchema,
} from './protocol.ts';
import { ModelSupervisor } from './supervisor.ts';

/** Without a configured length: enough for a chunk and its prompt, and a KV cache of bounded size for long-context models. */
const DEFAULT_CONTEXT_TOKENS = 4096;
/** More sequences keep more texts for the next call: a run reads some thirty chunks, summarises them and then scores them. */
const MOST_SEQUENCES = 32;
/** Pages of a mapped file count once they are read, so it must be more than files are large. */
const GENEROUS_MIB = 65_536;
/** 26 sequences of the bundled model at its full length. */
const DEFAULT_MEMORY = { limitMiB: 128, keptSequences: 4 } as const;

export interface LlamaModelOptions {
  /** The name in the configuration. */
  readonly name: string;
  /** The GGUF file. */
  readonly path: string;
  /** Id and version of the prompt profile: part of the identity, since it decides what the model is asked. */
  readonly profileId: string;
  /** Applied to every text before it becomes tokens: how the model's training text was normalised. Default: nothing. */
  readonly fold?: (text: string) => string;
  /** Prompt and output together, tokens. Default: the file's own length, at most 4,096. */
  readonly contextTokens?: number;
  /** Calls decoded at the same time; each keeps a KV cache of `contextTokens`. Default: as many as `contextMiB` holds, 32 at most. */
  readonly sequences?: number;
  /** What these caches and their working memory may take, MiB. Default: 128, but at least four sequences; none where `sequences` is set. */
  readonly contextMiB?: number;
  /** Default false: the CPU. `auto` takes a GPU where one works. */
  readonly gpu?: GpuChoice;
  /** Keeps keys and values as F32 instead of F16: twice the memory, for measurements at full precision. */
  readonly exact?: boolean;
  /** Default: measured when the model is loaded. */
  readonly threads?: number;
  /** The process is replaced, between calls, once it has grown by so much since it was loaded. Default: 65,536, which only a leak reaches. */
  readonly recycleMiB?: number;
  /** Which sequences share a batch; default: scorings on the processor (`in-step`), decoding steps on a GPU (`together`). See batching.ts. */
  readonly batching?: LoadOptions['batching'];
}

/** A GGUF model behind the port, with its process's state for whoever operates it. */
export interface LlamaModel extends LanguageModel, AsyncDisposable {
  scoreContinuations(request: ScoreRequest, context: CallContext): Promise<ScoreContinuationsResult>;
  scoreMarkers(request: ScoreMarkersRequest, context: CallContext): Promise<ScoreMarkersResult>;
  /** The prompt as token ids, for diagnostics and tests. */
  tokenize(prompt: Prompt): Promise<readonly number[]>;
  /** The process as it is now; undefined while none is running. Does not start one. */
  status(): Promise<ProcessStatus | undefined>;
  /**
   * Calls that are decoded at the same time; what comes beside them waits. Before the model is loaded, what is certain of it, and undefined
   * where nothing was set.
   */
  readonly sequences: number | undefined;
  /** Frees its memory, and the next call loads it again; where a call is in flight, also one that waits for the loading, it stays: false. */
  unload(): Promise<boolean>;
}

/** Reads and hashes the file; the model itself is loaded, in its own process, at the first call. Throws `model-load-failed`. */
export async function openLlamaModel(options: LlamaModelOptions): Promise<LlamaModel> {
  return createLlamaModel(options, await readGguf(options.path));
}

/** As {@link openLlamaModel}, with the file's facts already known. */
export function createLlamaModel(options: LlamaModelOptions, facts: GgufFacts): LlamaModel {
  return new SupervisedLlamaModel(options, facts);
}

class SupervisedLlamaModel implements LlamaModel {
  readonly identity: ModelIdentity;
  readonly capabilities: readonly Capability[] = ['generate', 'score-continuation', 'score-markers'];
  readonly #description: Required<ModelDescription>;
  readonly #supervisor: ModelSupervisor;
  readonly #certain: number | undefined;
  readonly #fold: (text: string) => string;
  /** A server counts each question that it is sent. */
  readonly #count = gather(
    async (texts: readonly string[]): Promise<readonly number[]> =>
      parse(countsSchema, await this.#supervisor.call({ op: 'count', input: texts.map(this.#fold) })),
  );

  constructor(options: LlamaModelOptions, facts: GgufFacts) {
    const { name, path, profileId, gpu = false, exact = false, batching = 'auto', threads } = options;
    const contextTokens = options.contextTokens ?? Math.min(facts.trainedContextTokens || DEFAULT_CONTEXT_TOKENS, DEFAULT_CONTEXT_TOKENS);
    const kvType = exact ? 'f32' : 'f16';
    this.identity = {
      provider: 'llama',
      name,
      fileHash: facts.fileHash,
      settings: { kvType, flashAttention: false, profile: profileId, contextTokens },
    };
    this.#description = { contextTokens, shape: facts.shape };
    this.#fold = options.fold ?? ((text) => text);
    const load = { path, contextTokens, ...places(options), gpu, kvType, batching } as const;
    this.#certain = options.contextMiB === undefined ? options.sequences : 1;
    this.#supervisor = new ModelSupervisor(name, threads === undefined ? load : { ...load, threads }, {
      growthMiB: options.recycleMiB ?? GENEROUS_MIB,
    });
  }

  get sequences(): number | undefined {
    return this.#supervisor.sequences ?? this.#certain;
  }

  /** The header tells everything that is asked here, so nothing is loaded. */
  describe(): Promise<ModelDescription> {
    return Promise.resolve(this.#description);
  }

  async countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return texts.length === 0 ? [] : this.#count(texts);
  }

  async tokenize(prompt: Prompt): Promise<readonly number[]> {
    return parse(countsSchema, await this.#supervisor.call({ op: 'tokenize', input: this.#message(prompt) }));
  }

  async device(): Promise<string> {
    return parse(statusSchema, await this.#supervisor.call({ op: 'status' })).device;
  }

  async generate(request: GenerateRequest, { signal }: CallContext): Promise<GenerateResult> {
    const { prompt, maxTokens, temperature, seed, schema, copy } = request;
    const input = {
      ...{ prompt: this.#message(prompt), maxTokens, temperature, seed },
      ...(schema !== undefined && { schema: { ...schema } }),
      ...(copy !== undefined && { copy: foldCopy(copy, this.#fold) }),
    };
    const answer = parse(generatedSchema, await this.#supervisor.call({ op: 'generate', input }, signal));
    const { text, tokenIds, markers, finishReason, sampledTokens } = answer;
    const usage = this.#usage({ ...answer, outputTokens: sampledTokens, scoredTokens: 0 });
    return { text, tokenIds, tokenCount: tokenIds.length, ...(markers.length === 0 ? {} : { markers }), finishReason, usage };
  }

  async scoreContinuations(
    { prompt, continuations, withTexts = false }: ScoreRequest,
    { signal }: CallContext,
  ): Promise<ScoreContinuationsResult> {
    const input = {
      prompt: this.#message(prompt),
      continuations: continuations.map(({ text, tokenIds, ended }) =>
        tokenIds === undefined ? { text: this.#fold(text), ended } : { text, ended, tokenIds: [...tokenIds] },
      ),
      withTexts,
    };
    const answer = parse(scoredSchema, await this.#supervisor.call({ op: 'score', input }, signal));
    if (answer.tokenLogProbs.length !== continuations.length) {
      throw new IsthmusError(
        'output-unparseable',
        `Expected ${continuations.length} scores from model ${this.identity.name}, but ${answer.tokenLogProbs.length} came.`,
      );
    }
    const { tokenLogProbs } = answer;
    const usage = this.#usage({ ...answer, outputTokens: 0 });
    if (answer.tokenTexts === undefined) return { tokenLogProbs, usage };
    const tokenTexts = answer.tokenTexts.map((texts, i) => respell(texts, continuations[i]?.text ?? ''));
    return { tokenLogProbs, tokenTexts, usage };
  }

  async scoreMarkers({ prompt, markers }: ScoreMarkersRequest, { signal }: CallContext): Promise<ScoreMarkersResult> {
    const input = { prompt: this.#message(prompt), markers: [...markers] };
    const answer = parse(scoredMarkersSchema, await this.#supervisor.call({ op: 'markers', input }, signal));
    // One position is read, however many markers it is asked about.
    return { logProbs: answer.logProbs, usage: this.#usage({ ...answer, outputTokens: 0, scoredTokens: 1 }) };
  }

  async status(): Promise<ProcessStatus | undefined> {
    if (this.#supervisor.pid === undefined) return undefined;
    return parse(statusSchema, await this.#supervisor.call({ op: 'status' }));
  }

  unload(): Promise<boolean> {
    return this.#supervisor.unload();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#supervisor[Symbol.asyncDispose]();
  }

  #message(prompt: Prompt): ReturnType<typeof toMessage> {
    return foldPrompt(toMessage(prompt), this.#fold);
  }

  #usage(counts: Omit<Usage, 'model' | 'shape'>): Usage {
    const { promptTokens, cachedTokens, outputTokens, scoredTokens, durationMs } = counts;
    return { model: this.identity, shape: this.#description.shape, promptTokens, cachedTokens, outputTokens, scoredTokens, durationMs };
  }
}

/** A bound that was set is kept to; the default one gives way to what concurrent calls need. */
function places({ sequences, contextMiB }: LlamaModelOptions): Pick<LoadOptions, 'sequences' | 'memory'> {
  if (contextMiB !== undefined) return { sequences: sequences ?? MOST_SEQUENCES, memory: { limitMiB: contextMiB, keptSequences: 0 } };
  return sequences === undefined ? { sequences: MOST_SEQUENCES, memory: DEFAULT_MEMORY } : { sequences };
}

/** An answer of the model process as what it must be. */
function parse<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new IsthmusError('output-unparseable', `The model process gave an answer of another shape: ${z.prettifyError(parsed.error)}`);
}

/** The port's prompts are read-only; messages are plain data of their own. */
function toMessage(prompt: Prompt): Extract<Call, { op: 'tokenize' }>['input'] {
  return prompt.type === 'marked'
    ? { type: 'marked', parts: prompt.parts.map((part) => ({ ...part })) }
    : { type: 'chat', messages: prompt.messages.map((message) => ({ ...message })) };
}
