import { z } from 'zod';

/**
 * What parent and model process say to each other. Both sides parse what they receive: the channel carries structured
 * clones (`serialization: 'advanced'`), and a process that loads foreign weights is not trusted to keep to types.
 */

const promptSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('marked'),
    parts: z.array(z.union([z.object({ marker: z.string() }), z.object({ text: z.string() })])),
  }),
  z.object({
    type: z.literal('chat'),
    messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  }),
]);

const continuationSchema = z.object({
  text: z.string(),
  tokenIds: z.array(z.int().nonnegative()).exactOptional(),
  ended: z.boolean(),
});

const gpuSchema = z.union([z.enum(['auto', 'cuda', 'vulkan', 'metal']), z.literal(false)]);

/** How a model process loads its one file; sent once, before any call. */
const loadSchema = z.object({
  path: z.string(),
  contextTokens: z.int().positive(),
  sequences: z.int().positive(),
  /** What the contexts may take; fewer sequences are opened where they would take more, but not fewer than are kept. */
  memory: z.object({ limitMiB: z.number().positive(), keptSequences: z.int().nonnegative() }).exactOptional(),
  gpu: gpuSchema,
  kvType: z.enum(['f16', 'f32']),
  batching: z.enum(['auto', 'alone', 'in-step', 'together']),
  /** Absent: measured when the model is loaded. */
  threads: z.int().positive().exactOptional(),
  /** To embed, and for nothing else; sequences, cache type and batching then mean nothing. */
  embeds: z.literal(true).exactOptional(),
});

const copySchema = z.object({
  sources: z.array(z.object({ marker: z.string(), text: z.string() })),
  none: z.string(),
  avoid: z.object({ words: z.array(z.string()), nats: z.number() }).exactOptional(),
});

const generateSchema = z.object({
  prompt: promptSchema,
  maxTokens: z.int().nonnegative(),
  temperature: z.number().nonnegative(),
  seed: z.number(),
  schema: z.record(z.string(), z.unknown()).exactOptional(),
  copy: copySchema.exactOptional(),
});

const scoreSchema = z.object({ prompt: promptSchema, continuations: z.array(continuationSchema), withTexts: z.boolean().exactOptional() });

const markersSchema = z.object({ prompt: promptSchema, markers: z.array(z.string()) });

/** One call; `op` decides the shape of `input` and of the answer. */
const callSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('count'), input: z.array(z.string()) }),
  z.object({ op: z.literal('tokenize'), input: promptSchema }),
  z.object({ op: z.literal('generate'), input: generateSchema }),
  z.object({ op: z.literal('score'), input: scoreSchema }),
  z.object({ op: z.literal('markers'), input: markersSchema }),
  z.object({ op: z.literal('embed'), input: z.array(z.string()) }),
  z.object({ op: z.literal('status') }),
]);

export const toChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('load'), load: loadSchema }),
  z.object({ type: z.literal('call'), id: z.int(), call: callSchema }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  z.object({ type: z.literal('close') }),
]);

const count = z.int().nonnegative();
const duration = z.number().nonnegative();

const threadTrialSchema = z.object({ threads: count, prefillTokensPerSecond: duration, decodeTokensPerSecond: duration });

/** What a running model process tells about itself. */
const statusSchema = z.object({
  pid: count,
  /** Resident memory of the process, bytes. */
  rssBytes: count,
  /** Device memory that the process holds, bytes; 0 on the CPU. */
  vramBytes: count,
  /** What the contexts take by estimate, wherever they are, bytes: keys, values and working memory. */
  contextBytes: count,
  /** Tokens that went through the model since the process started, in prompts, outputs and scorings; by the library's own count. */
  evaluatedTokens: count,
  /** The compute layer in use, `cpu` included. */
  device: z.enum(['cpu', 'cuda', 'vulkan', 'metal']),
  gpuLayers: count,
  threads: count,
  /** The measurements by which `threads` was chosen; empty when it was given or the model runs on a GPU. */
  threadTrials: z.array(threadTrialSchema),
  contextTokens: count,
  sequences: count,
  busySequences: count,
  loadMs: duration,
  /** Means over the life of the process; absent before the first call. */
  prefillTokensPerSecond: duration.exactOptional(),
  decodeTokensPerSecond: duration.exactOptional(),
  scoredTokensPerSecond: duration.exactOptional(),
});

export const generatedSchema = z.object({
  text: z.string(),
  tokenIds: z.array(count),
  markers: z.array(z.object({ marker: z.string(), at: count })),
  finishReason: z.enum(['stop', 'length']),
  promptTokens: count,
  cachedTokens: count,
  /** The end token included, when one was sampled. */
  sampledTokens: count,
  durationMs: duration,
});

export const scoredSchema = z.object({
  tokenLogProbs: z.array(z.array(z.number().max(0))),
  tokenTexts: z.array(z.array(z.string())).exactOptional(),
  promptTokens: count,
  cachedTokens: count,
  scoredTokens: count,
  durationMs: duration,
});

export const scoredMarkersSchema = z.object({
  logProbs: z.array(z.number().max(0)),
  promptTokens: count,
  cachedTokens: count,
  durationMs: duration,
});

export const embeddedSchema = z.object({
  /** Each of unit length, in the order given. */
  vectors: z.array(z.instanceof(Float32Array)),
  promptTokens: count,
  durationMs: duration,
});

export const countsSchema = z.array(count);

const errorSchema = z.object({
  code: z.enum(['aborted', 'context-overflow', 'internal', 'invalid-input', 'model-load-failed', 'output-unparseable']),
  message: z.string(),
  isRetryable: z.boolean(),
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

export const fromChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), status: statusSchema }),
  z.object({ type: z.literal('load-failed'), error: errorSchema }),
  z.object({ type: z.literal('result'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.int(), error: errorSchema }),
]);

export { statusSchema };
export type LoadOptions = z.infer<typeof loadSchema>;
export type GpuChoice = z.infer<typeof gpuSchema>;
export type Call = z.infer<typeof callSchema>;
export type GenerateInput = z.infer<typeof generateSchema>;
export type ScoreInput = z.infer<typeof scoreSchema>;
export type MarkersInput = z.infer<typeof markersSchema>;
export type ToChild = z.infer<typeof toChildSchema>;
export type FromChild = z.infer<typeof fromChildSchema>;
export type ProcessStatus = z.infer<typeof statusSchema>;
export type ThreadTrial = z.infer<typeof threadTrialSchema>;
export type Generated = z.infer<typeof generatedSchema>;
export type Scored = z.infer<typeof scoredSchema>;
export type ScoredMarkers = z.infer<typeof scoredMarkersSchema>;
export type Embedded = z.infer<typeof embeddedSchema>;
