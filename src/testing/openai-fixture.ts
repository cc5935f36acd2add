import { createOpenAiModel } from '../adapters/openai/openai-model.ts';
import type { OpenAiModelOptions } from '../adapters/openai/options.ts';
import type { IsthmusError } from '../domain/errors.ts';
import type { GenerateRequest, GenerateResult, LanguageModel } from '../ports/language-model.ts';
import type { OpenAiServer } from './openai-server.ts';

export const KEY = 'sk-test-1234567890';

export const REQUEST: GenerateRequest = {
  prompt: {
    type: 'chat',
    messages: [
      { role: 'system', content: 'Answer briefly.' },
      { role: 'user', content: 'How long is the bridge?' },
    ],
  },
  maxTokens: 50,
  temperature: 0,
  seed: 7,
};

interface Attempt {
  readonly options?: Partial<OpenAiModelOptions>;
  readonly request?: Partial<GenerateRequest>;
  readonly signal?: AbortSignal;
}

/** The adapter pointed at a test server, with what every test says left out. */
export function modelAt(server: { readonly baseUrl: string }, options: Partial<OpenAiModelOptions> = {}): LanguageModel {
  return createOpenAiModel({ name: 'big', model: 'gpt-4o', profileId: 'instruct', baseUrl: server.baseUrl, apiKey: KEY, ...options });
}

export function generateAt(server: Pick<OpenAiServer, 'baseUrl'>, { options, request, signal }: Attempt = {}): Promise<GenerateResult> {
  const context = { signal: signal ?? new AbortController().signal, record: () => {} };
  return modelAt(server, options).generate({ ...REQUEST, ...request }, context);
}

export async function failureAt(server: Pick<OpenAiServer, 'baseUrl'>, attempt: Attempt = {}): Promise<IsthmusError> {
  const outcome = await generateAt(server, attempt).catch((error: IsthmusError) => error);
  if (outcome instanceof Error) return outcome;
  throw new Error(`Expected a failure, but got "${outcome.text}".`);
}
