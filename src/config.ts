import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { BUNDLED_MODELS, DEFAULT_MODEL, packagePath } from './bundled-model.ts';
import { loadSettings } from './config-load.ts';
import { telemetrySettings, tracesAt, tracesFrom } from './config-telemetry.ts';
import { saysYes, webSettings } from './config-web.ts';
import { IsthmusError } from './domain/errors.ts';
import { present } from './domain/present.ts';

export const CONFIG_FILE = 'isthmus.config.yaml';

const llamaEntry = z.strictObject({
  provider: z.literal('llama'),
  /** A GGUF file, relative to the configuration file. */
  path: z.string(),
  profile: z.enum(['nano', 'nano-1m', 'instruct']).default('instruct'),
  contextTokens: z.number().int().positive().optional(),
  /** Generations decoded together. */
  sequences: z.number().int().positive().optional(),
  /** What the contexts of these sequences may take in memory, MiB. */
  contextMiB: z.number().positive().optional(),
  /** What the model takes while it is loaded, MiB, where `memoryMiB` of the whole bounds that. */
  memoryMiB: z.number().positive().optional(),
  /** Its process is replaced once it has grown by so much, MiB. */
  recycleMiB: z.number().positive().optional(),
  threads: z.number().int().positive().optional(),
  gpu: z.union([z.enum(['auto', 'cuda', 'vulkan', 'metal']), z.literal(false)]).default('auto'),
});

const openAiEntry = z.strictObject({
  provider: z.literal('openai'),
  /** The provider's name of the model. */
  model: z.string(),
  baseUrl: z.url().optional(),
  /** The environment variable that holds the key. */
  apiKeyEnv: z.string().default('OPENAI_API_KEY'),
  contextTokens: z.number().int().positive().default(128_000),
  structuredOutputs: z.boolean().default(true),
  timeoutMs: z.number().int().positive().default(600_000),
});

/** Put before questions and before passages, as an embedding model was trained (e5: `query: ` and `passage: `). */
const prefixes = { queryPrefix: z.string().optional(), passagePrefix: z.string().optional() };

const embeddingEntry = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('llama'),
    /** A GGUF file, relative to the configuration file. */
    path: z.string(),
    ...prefixes,
    /** Read at once; longer texts are read in parts. */
    contextTokens: z.number().int().positive().optional(),
    threads: z.number().int().positive().optional(),
    gpu: llamaEntry.shape.gpu,
  }),
  z.strictObject({
    provider: z.literal('openai'),
    model: z.string(),
    baseUrl: z.url().optional(),
    apiKeyEnv: z.string().default('OPENAI_API_KEY'),
    /** Asked of the provider; only some models can shorten their vectors. */
    dimensions: z.number().int().positive().optional(),
    ...prefixes,
    timeoutMs: z.number().int().positive().default(600_000),
  }),
]);

export type EmbeddingEntry = z.output<typeof embeddingEntry>;

export type ModelEntry = z.output<typeof llamaEntry> | z.output<typeof openAiEntry>;

const plugin = (id: string, model?: string) =>
  z
    .strictObject({ use: z.string().default(id), model: z.string().optional(), options: z.record(z.string(), z.json()).default({}) })
    .prefault(model === undefined ? { use: id } : { use: id, model });

const schema = z.strictObject({
  dataDir: z.string().default('.isthmus'),
  /** A Redis to queue jobs in; without one they are queued in the database. */
  queue: z.url({ protocol: /^rediss?$/, error: 'expected redis://… or rediss://…' }).optional(),
  /** The certificate authority of a Redis with TLS, if it is none that the system knows: a PEM file, relative to this one. */
  queueCa: z.string().optional(),
  /** A Postgres to keep runs in; without one they are kept in the data directory, by one process at a time. */
  database: z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://…' }).optional(),
  models: z.record(z.string(), z.discriminatedUnion('provider', [llamaEntry, openAiEntry])).default({}),
  strategy: plugin('map-reduce'),
  planner: plugin('single', DEFAULT_MODEL),
  retriever: plugin('bm25'),
  /** What the retrievers `dense` and `hybrid` search by; without one there are no vectors. */
  embedding: embeddingEntry.optional(),
  compressor: plugin('select', DEFAULT_MODEL),
  estimator: plugin('panel'),
  gate: plugin('relevant'),
  predictor: plugin('local', DEFAULT_MODEL),
  /** What a chunk is given next, in this order, when the gate asks for it: plugins as `compressor` is one. */
  cascade: z
    .array(
      z.strictObject({ use: z.string(), model: z.string().default(DEFAULT_MODEL), options: z.record(z.string(), z.json()).default({}) }),
    )
    .default([]),
  /** A model's name, or null to score nothing. */
  scorer: z.string().nullable().default(DEFAULT_MODEL),
  /** Packages whose plugins may be named beside the built-in ones: names, or paths relative to this file. Their code is run. */
  plugins: z.array(z.string().min(1)).default([]),
  seed: z.number().int().min(0).default(7),
  /** A price file in LiteLLM's format; without one, the few bundled prices. */
  prices: z.string().optional(),
  /** What a second of this machine costs; without it local work is `unpriced`. */
  localUsdPerSecond: z.number().min(0).optional(),
  /** No page is read, no search made, no model asked at another machine. A queue and a database elsewhere are used as configured. */
  offline: z.boolean().default(false),
  web: webSettings.prefault({}),
  ...loadSettings,
  telemetry: telemetrySettings.prefault({}),
});

export type PluginSetting = z.output<typeof schema>['compressor'];
type Parsed = z.output<typeof schema>;
/** What a configuration may say; everything has a default. */
export type ConfigInput = z.input<typeof schema>;

export interface Config extends Omit<Parsed, 'queue' | 'queueCa' | 'database' | 'telemetry'> {
  /** The whole address, from OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, or `telemetry` in the file. */
  readonly tracesUrl?: string;
  /** Where packages are looked up from; absent: the working directory. */
  readonly pluginDir?: string;
  /** From REDIS_URL, or `queue` in the file. It may hold a password. */
  readonly redisUrl?: string;
  /** A PEM file, from REDIS_CA_FILE, or `queueCa` in the file. */
  readonly redisCaFile?: string;
  /** From DATABASE_URL, or `database` in the file. It may hold a password. */
  readonly databaseUrl?: string;
}

/** The configuration of one process: the file's values over the defaults. Paths come out absolute. */
export async function loadConfig(options: { readonly file?: string; readonly cwd: string }): Promise<Config> {
  const path = resolve(options.cwd, options.file ?? CONFIG_FILE);
  const text = await readOptional(path, options.file !== undefined);
  const config = parseConfig(text === undefined ? {} : parseText(text, path), path);
  const base = text === undefined ? options.cwd : dirname(path);
  const named = environment('ISTHMUS_DATA_DIR');
  const caFile = environment('REDIS_CA_FILE');
  return {
    ...resolvePaths(withEnvironment(config), base),
    ...present({ redisCaFile: caFile === undefined ? undefined : absolute(caFile, options.cwd) }),
    dataDir: named === undefined ? absolute(config.dataDir, base) : absolute(named, options.cwd),
  };
}

/** A configuration that a program gives: paths are relative to `cwd`, and the environment does not go before it. */
export function resolveConfig(value: ConfigInput, cwd: string): Config {
  return resolvePaths(parseConfig(value, 'The configuration'), cwd);
}

/** @throws IsthmusError `invalid-input` naming the key, what was expected, and what came */
export function parseConfig(value: unknown, path: string): Config {
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw new IsthmusError('invalid-input', `${path} is not as expected:\n${z.prettifyError(parsed.error)}`);
  const { queue, queueCa, database, telemetry, ...rest } = parsed.data;
  return {
    ...rest,
    ...tracesAt(telemetry.endpoint),
    ...present({ redisUrl: queue, redisCaFile: queueCa, databaseUrl: database }),
    models: { ...bundledEntries(), ...parsed.data.models },
  };
}

/** On the CPU: models of this size gain nothing from a GPU. Their contexts are those they were trained with, as their files say. */
function bundledEntries(): Record<string, ModelEntry> {
  const entry = ({ file, profile }: (typeof BUNDLED_MODELS)[keyof typeof BUNDLED_MODELS]): ModelEntry => ({
    provider: 'llama',
    path: packagePath(file),
    profile,
    gpu: false,
  });
  return Object.fromEntries(Object.entries(BUNDLED_MODELS).map(([name, model]) => [name, entry(model)]));
}

/** The environment's addresses, under the names that every platform sets, go before those of the file. */
function withEnvironment(config: Config): Config {
  const redisUrl = checkUrl('REDIS_URL', schema.shape.queue);
  const databaseUrl = checkUrl('DATABASE_URL', schema.shape.database);
  const offline = config.offline || saysYes(environment('ISTHMUS_OFFLINE'));
  const { tracesUrl, ...rest } = config;
  const traced = { ...rest, ...tracesFrom((name, shape) => (shape === undefined ? environment(name) : checkUrl(name, shape)), tracesUrl) };
  return { ...traced, offline, ...present({ redisUrl, databaseUrl }) };
}

/** The value is not repeated in the message, since it may hold a password. */
function checkUrl(name: string, shape: z.ZodType<string | undefined>): string | undefined {
  const parsed = shape.safeParse(environment(name));
  if (parsed.success) return parsed.data;
  throw new IsthmusError('invalid-input', `${name} is not as expected: ${z.prettifyError(parsed.error)}`);
}

async function readOptional(path: string, isRequired: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!isRequired) return undefined;
    throw new IsthmusError(
      'invalid-input',
      `Expected a configuration file at ${path}, but it cannot be read. \`isthmus init\` writes one.`,
      { cause },
    );
  }
}

function parseText(text: string, path: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    // What follows the first line is the file's own text, in which a password may stand; so is the cause.
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new IsthmusError('invalid-input', `Expected YAML in ${path}, but ${reason}`);
  }
}

function resolvePaths(config: Config, base: string): Config {
  const models = Object.fromEntries(
    Object.entries(config.models).map(([name, entry]) => [
      name,
      entry.provider === 'llama' ? { ...entry, path: absolute(entry.path, base) } : entry,
    ]),
  );
  const { embedding } = config;
  return {
    ...config,
    models,
    ...(embedding?.provider === 'llama' ? { embedding: { ...embedding, path: absolute(embedding.path, base) } } : {}),
    pluginDir: base,
    dataDir: absolute(config.dataDir, base),
    ...(config.redisCaFile === undefined ? {} : { redisCaFile: absolute(config.redisCaFile, base) }),
    ...(config.prices === undefined ? {} : { prices: absolute(config.prices, base) }),
  };
}

function absolute(path: string, base: string): string {
  return isAbsolute(path) ? path : resolve(base, path);
}

/** The one place that reads the environment: an unset or empty variable is undefined. */
export function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}
