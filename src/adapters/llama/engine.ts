import type { Token } from 'node-llama-cpp';
import { LlamaGrammarEvaluationState, LlamaJsonSchemaGrammar } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import { type CopyOptions, copyOnSequence } from './copying.ts';
import { generateOnSequence } from './generation.ts';
import type { LoadedModel } from './loading.ts';
import { Meter } from './meter.ts';
import type { Call, Generated, GenerateInput, MarkersInput, ProcessStatus, Scored, ScoredMarkers, ScoreInput } from './protocol.ts';
import { scoreNextOnSequence, scoreOnSequence } from './scoring.ts';
import type { Sequence } from './sequence.ts';
import { SequencePool } from './sequence-pool.ts';
import { PromptTokenizer, type TokenizedPrompt } from './tokens.ts';

type GrammarSchema = ConstructorParameters<typeof LlamaJsonSchemaGrammar>[1];

/** Texts tokenised before other calls get a turn. */
const COUNT_BATCH = 64;

/** One loaded model and its sequences: everything that happens inside a model process, without the process. */
export class Engine implements AsyncDisposable {
  readonly #loaded: LoadedModel;
  readonly #tokenizer: PromptTokenizer;
  readonly #pool: SequencePool<Sequence>;
  readonly #meter = new Meter();

  constructor(loaded: LoadedModel) {
    this.#loaded = loaded;
    this.#tokenizer = new PromptTokenizer(loaded.model);
    this.#pool = new SequencePool(loaded.sequences);
  }

  /** Runs one call; the answer's shape follows the operation. */
  run(call: Call, signal: AbortSignal): Promise<unknown> {
    switch (call.op) {
      case 'count':
        return this.countTokens(call.input);
      case 'tokenize':
        return Promise.resolve([...this.#tokenizer.prompt(call.input).tokens]);
      case 'generate':
        return this.generate(call.input, signal);
      case 'score':
        return this.score(call.input, signal);
      case 'markers':
        return this.scoreMarkers(call.input, signal);
      case 'embed':
        return Promise.reject(new IsthmusError('internal', 'The model was loaded to generate and score, but was asked to embed.'));
      case 'status':
        return Promise.resolve(this.status());
    }
  }

  async countTokens(texts: readonly string[]): Promise<number[]> {
    const counts: number[] = [];
    for (const text of texts) {
      if (counts.length % COUNT_BATCH === COUNT_BATCH - 1) await new Promise(setImmediate);
      counts.push(this.#tokenizer.text(text).length);
    }
    return counts;
  }

  async generate(input: GenerateInput, signal: AbortSignal): Promise<Generated> {
    const startedAt = performance.now();
    const prompt = this.#prompt(input.prompt);
    this.#checkFits(prompt.tokens.length, input.maxTokens, 'output');
    const grammar = this.#grammar(input.schema);
    const { maxTokens, temperature, seed } = input;
    const isComplete = (output: readonly Token[]): boolean => grammar !== undefined && this.#isWholeJson(output);
    const copy = this.#copy(input.copy);
    const generate = (sequence: Sequence) =>
      copy === undefined
        ? generateOnSequence(sequence, prompt, { maxTokens, temperature, seed, grammar, isComplete, signal })
        : copyOnSequence(sequence, prompt, { ...copy, maxTokens, signal });
    // On a GPU sequences are decoded side by side, and reading is cheap.
    const sharesReading = this.#loaded.llama.gpu === false;
    const outcome = await this.#pool.use(prompt.tokens, signal, generate, { sharesReading });
    const sampledTokens = outcome.tokens.length + (outcome.finish === 'end' ? 1 : 0);
    this.#meter.add('prefill', outcome.prefilledTokens, outcome.prefillMs);
    // The first token comes with the prefill.
    this.#meter.add('decode', Math.max(0, sampledTokens - 1), outcome.decodeMs);
    return {
      text: this.#loaded.model.detokenize(outcome.tokens),
      tokenIds: [...outcome.tokens],
      markers: this.#tokenizer.markers(outcome.tokens),
      finishReason: outcome.finish === 'length' ? 'length' : 'stop',
      promptTokens: prompt.tokens.length,
      cachedTokens: outcome.cachedTokens,
      sampledTokens,
      durationMs: performance.now() - startedAt,
    };
  }

  async score(input: ScoreInput, signal: AbortSignal): Promise<Scored> {
    const startedAt = performance.now();
    const prompt = this.#prompt(input.prompt);
    const continuations = input.continuations.map((continuation) => this.#continuation(continuation, prompt));
    this.#checkFits(prompt.tokens.length, Math.max(0, ...continuations.map((tokens) => tokens.length)), 'longest continuation');
    const outcome = await this.#pool.use(prompt.tokens, signal, async (sequence) => {
      const scoringAt = performance.now();
      const scored = await scoreOnSequence(sequence, prompt.tokens, continuations, signal);
      return { ...scored, scoringMs: performance.now() - scoringAt };
    });
    const scoredTokens = continuations.reduce((sum, tokens) => sum + tokens.length, 0);
    this.#meter.add('score', scoredTokens, outcome.scoringMs);
    return {
      tokenLogProbs: outcome.logProbs.map((logProbs) => [...logProbs]),
      ...(input.withTexts === true && { tokenTexts: continuations.map((tokens) => this.#tokenizer.words(tokens)) }),
      promptTokens: prompt.tokens.length,
      cachedTokens: outcome.cachedTokens,
      scoredTokens,
      durationMs: performance.now() - startedAt,
    };
  }

  async scoreMarkers(input: MarkersInput, signal: AbortSignal): Promise<ScoredMarkers> {
    const startedAt = performance.now();
    const { tokens } = this.#prompt(input.prompt);
    const markers = input.markers.map((marker) => this.#tokenizer.marker(marker));
    this.#checkFits(tokens.length, 0, 'output');
    const outcome = await this.#pool.use(tokens, signal, (sequence) => scoreNextOnSequence(sequence, tokens, markers, signal));
    const durationMs = performance.now() - startedAt;
    this.#meter.add('prefill', outcome.prefilledTokens, durationMs);
    return { logProbs: [...outcome.logProbs], promptTokens: tokens.length, cachedTokens: outcome.cachedTokens, durationMs };
  }

  status(): ProcessStatus {
    return {
      ...this.#loaded.facts(),
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      busySequences: this.#pool.busy,
      ...this.#meter.rates(),
    };
  }

  /** Direct access to a sequence, for measurements of the bare evaluation. */
  useSequence<T>(signal: AbortSignal, work: (sequence: Sequence) => Promise<T>): Promise<T> {
    return this.#pool.use([], signal, work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loaded.dispose();
  }

  #prompt(prompt: GenerateInput['prompt']): TokenizedPrompt {
    const tokenized = this.#tokenizer.prompt(prompt);
    if (tokenized.tokens.length === 0) {
      throw new IsthmusError(
        'invalid-input',
        'Expected a prompt of at least one token; the model has no start token and the prompt is empty.',
      );
    }
    return tokenized;
  }

  /** The sampled ids when given, so that a summary is scored as it was said and not as it would be spelt. */
  #continuation({ text, tokenIds, ended }: ScoreInput['continuations'][number], prompt: TokenizedPrompt): Token[] {
    const tokens = tokenIds === undefined ? this.#tokenizer.text(text) : (tokenIds as Token[]);
    const foreign = tokens.find((token) => token >= this.#loaded.vocabularySize);
    if (foreign !== undefined) {
      throw new IsthmusError(
        'invalid-input',
        `Token ${foreign} is not in this model's vocabulary of ${this.#loaded.vocabularySize}; its ids come from another model.`,
      );
    }
    if (!ended) return tokens;
    if (prompt.endToken === undefined) {
      throw new IsthmusError(
        'invalid-input',
        'The end of a message cannot be scored: the model has no end token. Score it with ended: false.',
      );
    }
    return [...tokens, prompt.endToken];
  }

  #checkFits(promptTokens: number, moreTokens: number, what: string): void {
    const { contextTokens } = this.#loaded;
    if (promptTokens + moreTokens <= contextTokens) return;
    throw new IsthmusError(
      'context-overflow',
      `The prompt has ${promptTokens} tokens and the ${what} up to ${moreTokens}, together ${promptTokens + moreTokens}; the context holds ${contextTokens}. Send less text or set a larger context.`,
      { details: { promptTokens, moreTokens, contextTokens } },
    );
  }

  #copy(copy: GenerateInput['copy']): Pick<CopyOptions, 'sources' | 'none' | 'costs'> | undefined {
    if (copy === undefined) return undefined;
    const { words, nats } = copy.avoid ?? { words: [], nats: 0 };
    return {
      sources: copy.sources.map(({ marker, text }) => {
        const tokens = this.#tokenizer.text(text);
        return { marker: this.#tokenizer.marker(marker), tokens, borders: this.#tokenizer.borders(tokens) };
      }),
      none: this.#tokenizer.marker(copy.none),
      costs: new Map(words.flatMap((word) => this.#tokenizer.text(word).map((token) => [token, nats] as const))),
    };
  }

  #isWholeJson(output: readonly Token[]): boolean {
    const { model } = this.#loaded;
    return /[}\]]/.test(model.detokenize(output.slice(-1))) && isJsonValue(model.detokenize(output));
  }

  #grammar(schema: GenerateInput['schema']): LlamaGrammarEvaluationState | undefined {
    if (schema === undefined) return undefined;
    const { llama, model } = this.#loaded;
    return new LlamaGrammarEvaluationState({ model, grammar: new LlamaJsonSchemaGrammar(llama, schema as GrammarSchema) });
  }
}

/** Whether the text is one whole JSON object or array; a bare number might still go on. */
function isJsonValue(text: string): boolean {
  if (!/[}\]]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
