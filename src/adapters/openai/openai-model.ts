import type OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { IsthmusError } from '../../domain/errors.ts';
import type { ModelIdentity } from '../../domain/model.ts';
import type { ChatMessage, GenerateRequest, GenerateResult, LanguageModel } from '../../ports/language-model.ts';
import { toResult } from './answer.ts';
import { readStream } from './chat-stream.ts';
import { createClient, requireKey } from './client.ts';
import { toIsthmusError } from './errors.ts';
import { identityOf, type OpenAiModelOptions, type OpenAiSettings, toSettings } from './options.ts';
import { toResponseFormat } from './response-format.ts';
import { withRetries } from './retry.ts';
import { countTokens } from './token-counter.ts';
import { startWatchdog } from './watchdog.ts';

/**
 * A model behind any OpenAI-compatible `/chat/completions`. Always streamed: a silent connection can then be told from a slow
 * model, and an abort reaches the provider between two tokens. Log-probabilities of a given text cannot be had there, so it
 * generates only.
 */
export function createOpenAiModel(options: OpenAiModelOptions): LanguageModel {
  const settings = toSettings(options);
  const identity = identityOf(settings);
  const client = createClient(settings);
  return {
    identity,
    capabilities: ['generate'],
    countTokens,
    async describe() {
      requireKey(settings);
      return { contextTokens: settings.contextTokens };
    },
    async generate(request, { signal }) {
      requireKey(settings);
      const messages = messagesOf(request, settings);
      const body = toBody(request, { settings, messages });
      const deadline = performance.now() + settings.timeoutMs;
      const call = () => callOnce({ client, settings, identity, messages, body, maxTokens: request.maxTokens, signal, deadline });
      return withRetries(call, { maxRetries: settings.maxRetries, signal, deadline });
    },
  };
}

function toBody(
  request: GenerateRequest,
  { settings, messages }: { readonly settings: OpenAiSettings; readonly messages: ChatMessage[] },
): ChatCompletionCreateParamsStreaming {
  const { temperature, seed, maxTokens, schema } = request;
  const isSent = (field: (typeof settings.omit)[number]): boolean => !settings.omit.includes(field);
  return {
    model: settings.model,
    messages,
    stream: true,
    [settings.tokenLimitField]: maxTokens,
    ...(isSent('stream_options') ? { stream_options: { include_usage: true } } : {}),
    ...(isSent('temperature') ? { temperature } : {}),
    ...(isSent('seed') ? { seed } : {}),
    ...(schema !== undefined && settings.structuredOutputs ? { response_format: toResponseFormat(schema, settings) } : {}),
  };
}

function messagesOf({ prompt }: GenerateRequest, { name, profileId }: OpenAiSettings): ChatMessage[] {
  if (prompt.type === 'chat') return prompt.messages.map(({ role, content }) => ({ role, content }));
  throw new IsthmusError(
    'capability-missing',
    `Model ${name} is spoken to in chat messages, but profile ${profileId} writes marked prompts. Choose a chat profile for it, such as instruct.`,
  );
}

interface Call {
  readonly client: OpenAI;
  readonly settings: OpenAiSettings;
  readonly identity: ModelIdentity;
  readonly messages: readonly ChatMessage[];
  readonly body: ChatCompletionCreateParamsStreaming;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  readonly deadline: number;
}

async function callOnce(call: Call): Promise<GenerateResult> {
  const { client, settings, body, signal, deadline } = call;
  const startedAt = performance.now();
  using watchdog = startWatchdog(signal, { remainingMs: deadline - startedAt, limitMs: settings.timeoutMs });
  try {
    watchdog.expect('the response to begin', settings.connectTimeoutMs);
    const { data: stream, response } = await client.chat.completions.create(body, { signal: watchdog.signal }).withResponse();
    const alive = (): void => watchdog.expect('the next piece of the answer', settings.idleTimeoutMs);
    alive();
    const answer = await readStream(stream, alive);
    // The SDK ends an aborted stream as if it were complete.
    if (watchdog.cause !== undefined) throw watchdog.signal.reason;
    const contentType = response.headers.get('content-type') ?? 'no content type';
    return toResult(answer, { ...call, contentType, durationMs: performance.now() - startedAt });
  } catch (error) {
    throw toIsthmusError(error, { settings, stopped: watchdog.cause });
  }
}
