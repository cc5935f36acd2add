import type OpenAI from 'openai';
import { z } from 'zod';
import { utf8Bytes } from '../../domain/information.ts';
import type { ModelIdentity } from '../../domain/model.ts';
import type { Usage } from '../../domain/usage.ts';
import { checkVectors, toUnitVector } from '../../domain/vectors.ts';
import type { EmbeddingModel } from '../../ports/embedding-model.ts';
import { createClient, requireKey } from './client.ts';
import { providerError, toIsthmusError } from './errors.ts';
import { identityOf, type OpenAiModelOptions, type OpenAiSettings, toSettings } from './options.ts';
import { withRetries } from './retry.ts';
import { startWatchdog } from './watchdog.ts';

/** Texts of one request: 64 chunks of 1,024 tokens stay under what providers take at once (OpenAI: 300,000 tokens). */
const TEXTS_PER_REQUEST = 64;
/** Start and end of a text, for servers that do not say what they counted. */
const TEXT_OVERHEAD = 2;

export interface OpenAiEmbeddingOptions
  extends Pick<OpenAiModelOptions, 'name' | 'model' | 'baseUrl' | 'apiKey' | 'apiKeyVariable' | 'maxRetries' | 'timeoutMs' | 'fetch'> {
  /** Asked of the provider, which shortens its vectors; only some models can. Default: the model's own. */
  readonly dimensions?: number;
  /** Put before questions and before passages, as the model was trained. Default: nothing. */
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
}

/** A model behind any OpenAI-compatible `/embeddings`. Vectors come out at unit length, whatever the server sends. */
export function createOpenAiEmbeddingModel(options: OpenAiEmbeddingOptions): EmbeddingModel {
  const { dimensions, queryPrefix = '', passagePrefix = '', ...rest } = options;
  const settings = toSettings({ ...rest, profileId: 'embedding' });
  const caller: Caller = { client: createClient(settings), settings, identity: toIdentity(settings, options), dimensions };
  let found: Promise<number> | undefined;
  const findDimensions = (signal: AbortSignal): Promise<number> => {
    if (dimensions !== undefined) return Promise.resolve(dimensions);
    // Only the model knows; one word is asked of it, once.
    found ??= request(caller, ['.'], signal)
      .then(({ vectors }) => vectors[0]?.length ?? 0)
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      });
    return found;
  };
  return {
    identity: caller.identity,
    dimensions: () => findDimensions(new AbortController().signal),
    async embed(texts, { purpose }, { signal }) {
      const prefix = purpose === 'query' ? queryPrefix : passagePrefix;
      const expected = await findDimensions(signal);
      const answers: Answer[] = [];
      for (let start = 0; start < texts.length; start += TEXTS_PER_REQUEST) {
        const input = texts.slice(start, start + TEXTS_PER_REQUEST).map((text) => `${prefix}${text}`);
        answers.push(await request(caller, input, signal));
      }
      const vectors = answers.flatMap((answer) => answer.vectors);
      return {
        vectors: checkVectors(vectors, { texts: texts.length, expected, model: settings.name }),
        usage: sumUsages(
          answers.map(({ usage }) => usage),
          caller.identity,
        ),
      };
    },
  };
}

function toIdentity(settings: OpenAiSettings, { dimensions, queryPrefix = '', passagePrefix = '' }: OpenAiEmbeddingOptions): ModelIdentity {
  const { provider, name, settings: named } = identityOf(settings);
  const { model = settings.model, baseUrl = settings.baseUrl } = named;
  return {
    provider,
    name,
    settings: { model, baseUrl, queryPrefix, passagePrefix, ...(dimensions === undefined ? {} : { dimensions }) },
  };
}

interface Caller {
  readonly client: OpenAI;
  readonly settings: OpenAiSettings;
  readonly identity: ModelIdentity;
  readonly dimensions: number | undefined;
}

interface Answer {
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage;
}

async function request(caller: Caller, input: readonly string[], signal: AbortSignal): Promise<Answer> {
  const { settings } = caller;
  requireKey(settings);
  const deadline = performance.now() + settings.timeoutMs;
  return withRetries(() => requestOnce(caller, input, { signal, deadline }), { maxRetries: settings.maxRetries, signal, deadline });
}

async function requestOnce(
  caller: Caller,
  input: readonly string[],
  { signal, deadline }: { readonly signal: AbortSignal; readonly deadline: number },
): Promise<Answer> {
  const { client, settings, dimensions } = caller;
  const startedAt = performance.now();
  using watchdog = startWatchdog(signal, { remainingMs: deadline - startedAt, limitMs: settings.timeoutMs });
  try {
    watchdog.expect('the vectors', settings.connectTimeoutMs);
    const body = {
      model: settings.model,
      input: [...input],
      encoding_format: 'float',
      ...(dimensions === undefined ? {} : { dimensions }),
    };
    const response = await client.embeddings.create(body as OpenAI.EmbeddingCreateParams, { signal: watchdog.signal });
    return toAnswer(response, { caller, input, durationMs: performance.now() - startedAt });
  } catch (error) {
    throw toIsthmusError(error, { settings, stopped: watchdog.cause });
  }
}

/** Only what is read; servers add and leave out the rest. */
const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.int().nonnegative() }).nullish(),
});

function toAnswer(
  response: unknown,
  { caller, input, durationMs }: { readonly caller: Caller; readonly input: readonly string[]; readonly durationMs: number },
): Answer {
  const { settings, identity, dimensions } = caller;
  const parsed = answerSchema.safeParse(response);
  if (!parsed.success) {
    throw providerError('output-unparseable', {
      settings,
      what: `answered with something that is no list of vectors: ${z.prettifyError(parsed.error)}`,
      billed: 'unknown',
      advice: 'Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1) with /embeddings.',
    });
  }
  const { data, usage } = parsed.data;
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]));
  // By their numbers: a server may answer in another order. A number that is missing leaves one vector too few.
  const vectors = input.flatMap((_, i) => {
    const values = byIndex.get(i);
    return values === undefined ? [] : [toUnitVector(values)];
  });
  const promptTokens = usage?.prompt_tokens ?? input.reduce((sum, text) => sum + utf8Bytes(text) + TEXT_OVERHEAD, 0);
  return {
    vectors: checkVectors(vectors, { texts: input.length, expected: dimensions, model: settings.name }),
    usage: {
      ...{ model: identity, promptTokens, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs },
      ...(usage == null ? { isEstimated: true } : {}),
    },
  };
}

function sumUsages(usages: readonly Usage[], model: ModelIdentity): Usage {
  const promptTokens = usages.reduce((sum, usage) => sum + usage.promptTokens, 0);
  const durationMs = usages.reduce((sum, usage) => sum + usage.durationMs, 0);
  const isEstimated = usages.some((usage) => usage.isEstimated === true);
  return { model, promptTokens, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs, ...(isEstimated ? { isEstimated } : {}) };
}
