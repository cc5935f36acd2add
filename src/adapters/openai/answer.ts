import { utf8Bytes } from '../../domain/information.ts';
import type { ModelIdentity } from '../../domain/model.ts';
import type { Usage } from '../../domain/usage.ts';
import type { ChatMessage, GenerateResult } from '../../ports/language-model.ts';
import type { StreamedAnswer } from './chat-stream.ts';
import { providerError } from './errors.ts';
import type { OpenAiSettings } from './options.ts';

/** Tokens of a chat template around one message, generously: role, markers, line ends. */
const MESSAGE_OVERHEAD = 16;

interface AnswerContext {
  readonly settings: OpenAiSettings;
  readonly identity: ModelIdentity;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly contentType: string;
  readonly durationMs: number;
}

/** A finished stream as a result. What is not a whole answer is an error: half a sentence must not pass for a summary. */
export function toResult(answer: StreamedAnswer, context: AnswerContext): GenerateResult {
  const { reasoningTokens, ...tokens } = answer.usage ?? upperBound(answer, context);
  const usage: Usage = {
    model: context.identity,
    ...tokens,
    scoredTokens: 0,
    durationMs: context.durationMs,
    ...(answer.usage === undefined ? { isEstimated: true } : {}),
  };
  const finishReason = finishReasonOf(answer, { usage, context });
  return { text: answer.text, tokenCount: usage.outputTokens - reasoningTokens, finishReason, usage };
}

/**
 * What a call can have consumed at most, for servers that do not say: a byte-level vocabulary never makes more tokens than
 * UTF-8 bytes. (Not so for a server that hides both its usage and its model's reasoning; `maxTokens` still bounds the output.)
 */
function upperBound({ text, reasoning }: StreamedAnswer, { messages, maxTokens }: AnswerContext) {
  const promptTokens = messages.reduce((sum, { content }) => sum + utf8Bytes(content) + MESSAGE_OVERHEAD, MESSAGE_OVERHEAD);
  const outputTokens = Math.min(maxTokens, utf8Bytes(reasoning) + utf8Bytes(text));
  return { promptTokens, cachedTokens: 0, outputTokens, reasoningTokens: Math.min(outputTokens, utf8Bytes(reasoning)) };
}

/** Servers spell a natural end in many ways (`stop`, `eos`, `eos_token`, `end_turn`); what is no end is listed here. */
function finishReasonOf(
  { finishReason, chunks }: StreamedAnswer,
  { usage, context }: { usage: Usage; context: AnswerContext },
): 'stop' | 'length' {
  const { settings, contentType } = context;
  // A call that was answered is billed, also when the answer is of no use; the usage goes with the error.
  const answered = { settings, billed: 'yes', details: { usage } } as const;
  switch (finishReason) {
    case undefined:
      throw contentType.includes('text/event-stream') ? brokenOff(settings, chunks) : notAStream(settings, contentType);
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      throw providerError('provider-rejected', {
        ...answered,
        what: 'withheld its answer (content_filter)',
        advice: 'Look at what the sources contain, or choose another model.',
      });
    case 'error':
      throw providerError('provider-unavailable', { ...answered, what: 'broke off its answer with an error' });
    case 'tool_calls':
    case 'function_call':
      throw providerError('provider-rejected', { ...answered, what: `called a tool (${finishReason}), though none was offered` });
    default:
      return 'stop';
  }
}

function brokenOff(settings: OpenAiSettings, chunks: number): Error {
  return providerError('provider-unavailable', {
    settings,
    what: `ended its stream after ${chunks} pieces without a finish reason, so the answer is not whole`,
    billed: 'unknown',
    advice: 'It is worth another try.',
  });
}

function notAStream(settings: OpenAiSettings, contentType: string): Error {
  return providerError('provider-rejected', {
    settings,
    what: `answered 200 with ${contentType} where an event stream was expected`,
    billed: 'unknown',
    advice: 'Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1) which can stream.',
  });
}
