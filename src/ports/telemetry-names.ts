/**
 * The names under which Isthmus is watched: of spans, of their attributes, of metrics. Attributes have these keys and no others, so that whoever
 * reviews this file knows all that can leave the process: ids, kinds, counts and codes, never a text, a question, a file or a key.
 */
export const SPAN = {
  request: 'http.request',
  /** One process's hold on one run. */
  advance: 'run.advance',
  /** What the engine does itself, or one work of a job. */
  step: 'run.step',
  job: 'queue.job',
  model: 'gen_ai.call',
  retrieve: 'run.retrieve',
  web: 'web.request',
} as const;
export type SpanName = (typeof SPAN)[keyof typeof SPAN];

/** OpenTelemetry's semantic conventions where they have a name (HTTP, messaging, GenAI), `isthmus.` where they have none. */
export const ATTRIBUTE = {
  httpMethod: 'http.request.method',
  /** The template, `/v1/research/{id}`. */
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  requestId: 'isthmus.request.id',
  errorType: 'error.type',
  runId: 'isthmus.run.id',
  runStatus: 'isthmus.run.status',
  strategy: 'isthmus.run.strategy',
  stepKey: 'isthmus.step.key',
  stepRole: 'isthmus.step.role',
  /** Steps that one evaluation serves. */
  stepCount: 'isthmus.step.count',
  plugin: 'isthmus.plugin',
  chunkCount: 'isthmus.chunk.count',
  selection: 'isthmus.selection',
  queue: 'messaging.destination.name',
  jobId: 'messaging.message.id',
  attempt: 'isthmus.job.attempt',
  operation: 'gen_ai.operation.name',
  requestModel: 'gen_ai.request.model',
  provider: 'gen_ai.provider.name',
  maxTokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  scoredTokens: 'isthmus.usage.scored_tokens',
  webKind: 'isthmus.web.kind',
  webProvider: 'isthmus.web.provider',
  bytes: 'isthmus.bytes',
  hits: 'isthmus.hits',
  /** Of a process. */
  role: 'isthmus.process.role',
  url: 'url.full',
  queues: 'isthmus.queues',
} as const;
export type AttributeName = (typeof ATTRIBUTE)[keyof typeof ATTRIBUTE];

/** Under these names in `GET /metrics`. */
export const METRIC = {
  httpDuration: 'isthmus_http_request_duration_seconds',
  jobDuration: 'isthmus_job_duration_seconds',
  modelDuration: 'isthmus_model_call_duration_seconds',
  steps: 'isthmus_steps_total',
  runs: 'isthmus_runs',
  queueJobs: 'isthmus_queue_jobs',
  queueOldest: 'isthmus_queue_oldest_age_seconds',
  tokens: 'isthmus_ledger_tokens',
  microUsd: 'isthmus_ledger_micro_usd',
  calls: 'isthmus_ledger_calls',
  unpriced: 'isthmus_ledger_unpriced_calls',
  cacheHits: 'isthmus_ledger_cache_hits',
  modelOpen: 'isthmus_model_open',
  modelContext: 'isthmus_model_context_bytes',
} as const;
export type CounterName = typeof METRIC.steps;

/** A model as it may be told of: its configured name, but never the path of a file that was named instead. */
export function modelLabel(name: string): string {
  return /[/\\]|\.gguf$/i.test(name) ? 'gguf-file' : name;
}
