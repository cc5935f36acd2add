import { IsthmusError } from '../domain/errors.ts';
import type { Capability, ModelShape } from '../domain/model.ts';
import type { Continuation } from '../domain/summary.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from '../ports/call-context.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  Prompt,
  PromptPart,
  ScoreContinuationsResult,
  ScoreMarkersRequest,
  ScoreMarkersResult,
  ScoreRequest,
} from '../ports/language-model.ts';

/** What a script may answer: the whole text, before the token limit cuts it. */
export type ScriptedReply = string | Promise<string>;

export interface ScriptedModelOptions {
  readonly name?: string;
  /** Answers a request, or a list of answers given in turn (the last one stays). Default: the empty text. */
  readonly reply?: readonly string[] | ((request: GenerateRequest, prompt: string) => ScriptedReply);
  /** Per-token log-probabilities of a continuation; default {@link overlapLogProbs}. */
  readonly score?: (prompt: Prompt, continuation: Continuation) => readonly number[];
  /** Log-probabilities of markers as the next token; default {@link overlapOfMarkers}. */
  readonly scoreMarkers?: (prompt: Prompt, markers: readonly string[]) => readonly number[];
  readonly contextTokens?: number;
  readonly capabilities?: readonly Capability[];
  readonly shape?: ModelShape;
}

export interface ScriptedModel extends LanguageModel {
  scoreContinuations(request: ScoreRequest, context: CallContext): Promise<ScoreContinuationsResult>;
  scoreMarkers(request: ScoreMarkersRequest, context: CallContext): Promise<ScoreMarkersResult>;
  /** Every call, in order, before it was answered. */
  readonly calls: {
    readonly generate: readonly GenerateRequest[];
    readonly score: readonly ScoreRequest[];
    readonly markers: readonly ScoreMarkersRequest[];
    readonly countTokens: readonly (readonly string[])[];
  };
}

/**
 * A language model that says what the test tells it to. Tokens are words with the white space before them; the limit cuts and says
 * `length`; the context overflows with figures; an abort ends a call in flight. Time never passes in it. Nothing but tests may use it.
 */
export function createScriptedModel(options: ScriptedModelOptions = {}): ScriptedModel {
  const { name = 'scripted', contextTokens = 4_096, capabilities = ALL_BUT_EMBED, shape } = options;
  const calls = {
    generate: [] as GenerateRequest[],
    score: [] as ScoreRequest[],
    markers: [] as ScoreMarkersRequest[],
    countTokens: [] as (readonly string[])[],
  };
  const vocabulary = createVocabulary();
  const identity = { provider: 'scripted', name, settings: {} } as const;
  const usageOf = (counts: Partial<Usage>): Usage => ({
    model: identity,
    ...(shape === undefined ? {} : { shape }),
    ...{ promptTokens: 0, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs: 0 },
    ...counts,
  });
  return {
    identity,
    capabilities,
    calls,
    describe: async () => (shape === undefined ? { contextTokens } : { contextTokens, shape }),
    async countTokens(texts) {
      calls.countTokens.push(texts);
      return texts.map((text) => tokenize(text).length);
    },
    async generate(request, { signal }): Promise<GenerateResult> {
      calls.generate.push(request);
      const prompt = promptText(request.prompt);
      const promptTokens = tokenize(prompt).length;
      checkFits(promptTokens + request.maxTokens, contextTokens);
      const whole = tokenize(await abortable(replyTo(options.reply, request, prompt, calls.generate.length - 1), signal));
      const tokens = whole.slice(0, request.maxTokens);
      return {
        text: tokens.join(''),
        tokenIds: tokens.map(vocabulary),
        tokenCount: tokens.length,
        finishReason: tokens.length < whole.length ? 'length' : 'stop',
        usage: usageOf({ promptTokens, outputTokens: tokens.length }),
      };
    },
    async scoreContinuations(request, { signal }): Promise<ScoreContinuationsResult> {
      calls.score.push(request);
      const promptTokens = tokenize(promptText(request.prompt)).length;
      const score = options.score ?? overlapLogProbs;
      const tokenLogProbs = request.continuations.map((continuation) => score(request.prompt, continuation));
      const longest = Math.max(0, ...tokenLogProbs.map((values) => values.length));
      checkFits(promptTokens + longest, contextTokens);
      await abortable('', signal);
      const scoredTokens = tokenLogProbs.reduce((sum, values) => sum + values.length, 0);
      return { tokenLogProbs, usage: usageOf({ promptTokens, scoredTokens }) };
    },
    async scoreMarkers(request, { signal }): Promise<ScoreMarkersResult> {
      calls.markers.push(request);
      const promptTokens = tokenize(promptText(request.prompt)).length;
      checkFits(promptTokens, contextTokens);
      await abortable('', signal);
      const logProbs = (options.scoreMarkers ?? overlapOfMarkers)(request.prompt, request.markers);
      return { logProbs, usage: usageOf({ promptTokens, scoredTokens: 1 }) };
    },
  };
}

const ALL_BUT_EMBED: readonly Capability[] = ['generate', 'score-continuation', 'score-markers'];

/** A marker is the likelier, the more words the text behind it shares with the last text, the question; one without a text is likely when none does. */
export function overlapOfMarkers(prompt: Prompt, markers: readonly string[]): readonly number[] {
  const parts = prompt.type === 'chat' ? [] : prompt.parts;
  const texts = new Map(parts.map((part, i) => [JSON.stringify(part), textOf(parts[i + 1])]));
  const question = new Set(wordsOf(textOf(parts.findLast((part) => 'text' in part))));
  const weights = markers.map((marker) => {
    const text = texts.get(JSON.stringify({ marker }));
    return text === undefined ? 0.5 : 0.01 + new Set(wordsOf(text).filter((word) => question.has(word))).size;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.log(weight / total));
}

function textOf(part: PromptPart | undefined): string {
  return part !== undefined && 'text' in part ? part.text : '';
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words seen in the prompt are likely, others are not; the end token is. Additive over tokens, and particular to the context. */
export function overlapLogProbs(prompt: Prompt, { text, ended }: Continuation): readonly number[] {
  const known = new Set(tokenize(promptText(prompt)).map((token) => token.trim().toLowerCase()));
  const words = tokenize(text).map((token) => Math.log(known.has(token.trim().toLowerCase()) ? 0.5 : 0.01));
  return ended ? [...words, Math.log(0.9)] : words;
}

/** All text of a prompt, markers and roles included. */
export function promptText(prompt: Prompt): string {
  if (prompt.type === 'chat') return prompt.messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
  return prompt.parts.map((part) => ('marker' in part ? ` ${part.marker} ` : part.text)).join('');
}

function tokenize(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** One id per distinct token, in the order met. */
function createVocabulary(): (token: string) => number {
  const ids = new Map<string, number>();
  return (token) => {
    const id = ids.get(token) ?? ids.size + 1;
    ids.set(token, id);
    return id;
  };
}

function replyTo(reply: ScriptedModelOptions['reply'], request: GenerateRequest, prompt: string, index: number): ScriptedReply {
  if (typeof reply === 'function') return reply(request, prompt);
  return reply?.[Math.min(index, reply.length - 1)] ?? '';
}

function checkFits(needed: number, contextTokens: number): void {
  if (needed <= contextTokens) return;
  const message = `Prompt and output need ${needed} tokens; the context of the scripted model holds ${contextTokens}.`;
  throw new IsthmusError('context-overflow', message, { details: { needed, contextTokens } });
}

/** Rejects as soon as the signal fires, also while the script is still thinking. */
async function abortable<Value>(work: Value | Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = () => new IsthmusError('aborted', 'The call was cancelled.', { cause: signal.reason });
  if (signal.aborted) throw aborted();
  let stop = () => {};
  const cancelled = new Promise<never>((_resolve, reject) => {
    stop = () => reject(aborted());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
