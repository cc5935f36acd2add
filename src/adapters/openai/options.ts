import type { ModelIdentity } from '../../domain/model.ts';

/** Request fields that some servers or models refuse (reasoning models: temperature; small servers: seed, stream_options). */
export type OptionalField = 'temperature' | 'seed' | 'stream_options';

export interface OpenAiModelOptions {
  /** The name in the configuration. */
  readonly name: string;
  /** The provider's name of the model. */
  readonly model: string;
  /** Part of the identity, since prompt and model together make a result. */
  readonly profileId: string;
  /** Up to and including `/v1`. Default: OpenAI's own. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** The environment variable that the key comes from; only named in messages. */
  readonly apiKeyVariable?: string;
  /** Default: 128,000 at OpenAI, else 8,192, since a server that is not asked cannot be trusted with more. */
  readonly contextTokens?: number;
  /** Repetitions of a call that the provider certainly did not carry out; others are for the caller to decide. Default 3. */
  readonly maxRetries?: number;
  /** For the whole call with all repetitions and waits. Default 600,000. */
  readonly timeoutMs?: number;
  /** Until the response begins. Default 120,000: a local server may load its model first. */
  readonly connectTimeoutMs?: number;
  /** Between two pieces of the stream. Default 120,000: a reasoning model is silent while it thinks. */
  readonly idleTimeoutMs?: number;
  /** False for servers that refuse `response_format: json_schema`; the profile's prompt then has to do. Default true. */
  readonly structuredOutputs?: boolean;
  /** Default: `max_completion_tokens` at OpenAI (its reasoning models refuse the old name), else `max_tokens`. */
  readonly tokenLimitField?: 'max_tokens' | 'max_completion_tokens';
  readonly omit?: readonly OptionalField[];
  readonly fetch?: typeof fetch;
}

/** The options with every default filled in. */
export type OpenAiSettings = Required<Omit<OpenAiModelOptions, 'apiKey' | 'fetch'>> &
  Pick<OpenAiModelOptions, 'apiKey' | 'fetch'> & { readonly isOpenAi: boolean };

const OPENAI_BASE_URL = 'https://api.openai.com/v1';

export function toSettings(options: OpenAiModelOptions): OpenAiSettings {
  const baseUrl = (options.baseUrl ?? OPENAI_BASE_URL).replace(/\/+$/, '');
  const isOpenAi = baseUrl === OPENAI_BASE_URL;
  return {
    apiKeyVariable: 'OPENAI_API_KEY',
    contextTokens: isOpenAi ? 128_000 : 8_192,
    maxRetries: 3,
    timeoutMs: 600_000,
    connectTimeoutMs: 120_000,
    idleTimeoutMs: 120_000,
    structuredOutputs: true,
    tokenLimitField: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
    omit: [],
    ...withoutUndefined(options),
    baseUrl,
    isOpenAi,
  };
}

export function identityOf(settings: OpenAiSettings): ModelIdentity {
  const { name, model, baseUrl, profileId, structuredOutputs, omit } = settings;
  const url = new URL(baseUrl);
  // Identities are stored and shown; a password in an address is neither's business.
  const place = `${url.origin}${url.pathname}`;
  return {
    provider: 'openai',
    name,
    settings: {
      model,
      baseUrl: place,
      profile: profileId,
      structuredOutputs,
      ...(omit.length === 0 ? {} : { omit: [...omit].sort().join(',') }),
    },
  };
}

/** `{ maxRetries: undefined }` must not undo a default. */
function withoutUndefined(options: OpenAiModelOptions): OpenAiModelOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as unknown as OpenAiModelOptions;
}
