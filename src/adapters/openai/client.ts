import OpenAI from 'openai';
import { IsthmusError } from '../../domain/errors.ts';
import type { OpenAiSettings } from './options.ts';

export function createClient(settings: OpenAiSettings): OpenAI {
  const { apiKey, baseUrl, timeoutMs } = settings;
  return new OpenAI({
    baseURL: baseUrl,
    // Everything the SDK would read from the environment is given, so that the configuration is read in one place only.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    // A local server without keys gets no header; some refuse a wrong one.
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    ...(settings.fetch === undefined ? {} : { fetch: settings.fetch }),
    maxRetries: 0,
    timeout: Math.ceil(timeoutMs),
    logLevel: 'off',
  });
}

/** @throws IsthmusError `provider-rejected` where OpenAI itself would be asked without a key */
export function requireKey({ isOpenAi, apiKey, apiKeyVariable, name }: OpenAiSettings): void {
  if (!isOpenAi || apiKey) return;
  throw new IsthmusError(
    'provider-rejected',
    `Model ${name} needs a key: set ${apiKeyVariable}, or give the model a baseUrl that needs none.`,
    {
      details: { billed: 'no' },
    },
  );
}
