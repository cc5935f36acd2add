import { IsthmusError } from '../domain/errors.ts';
import { type LedgerEntry, toLedgerEntry } from '../domain/ledger.ts';
import { type LedgerSummary, summariseLedger } from '../domain/ledger-summary.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { PluginChoice } from '../domain/run.ts';
import type { Usage } from '../domain/usage.ts';
import { type CompressedText, compressText } from '../pipeline/compress-text.ts';
import { checkQuestion } from '../pipeline/ingest.ts';
import type { Selected } from '../pipeline/run-request.ts';
import { type ScoredRows, scoreRows } from '../pipeline/score-rows.ts';
import type { ScoreRow } from '../pipeline/score-rows-input.ts';
import { selectPlugin } from '../pipeline/select-plugin.ts';
import { readersOf } from '../pipeline/submit.ts';
import { withUsage } from '../pipeline/with-usage.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { Tools } from './compose.ts';

/** A text for a question; what is absent is the configuration's. */
export interface CompressRequest {
  /** Or several texts, read as one. */
  readonly text: string | readonly string[];
  readonly question: string;
  /** `<plugin>` or `<plugin>@<model>`. */
  readonly compressor?: string | undefined;
  /** A model's name; null scores nothing. */
  readonly scorer?: string | null | undefined;
  /** At most so many chunks are read, those nearest to the question. */
  readonly chunks?: number | undefined;
  readonly seed?: number | undefined;
  /** Told after each chunk. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** Summaries of any origin, to be measured. */
export interface ScoreTextsRequest {
  readonly rows: readonly ScoreRow[];
  readonly scorer?: string | undefined;
  readonly estimator?: string | undefined;
  readonly seed?: number | undefined;
}

export interface TextTools {
  compress(request: CompressRequest, signal: AbortSignal): Promise<{ readonly result: CompressedText; readonly ledger: LedgerSummary }>;
  score(request: ScoreTextsRequest, signal: AbortSignal): Promise<ScoredTexts>;
}

export interface ScoredTexts {
  readonly result: ScoredRows;
  readonly ledger: LedgerSummary;
  /** Who scored, and by which estimator: what the figures depend on. */
  readonly scorer: ModelIdentity;
  readonly estimator: PluginChoice;
}

const USUAL_CHUNKS = 12;

/** Compressing and scoring in this process, with its models: no run, no queue, no database. */
export function createTextTools(tools: Tools): TextTools {
  return { compress: (request, signal) => compress(tools, request, signal), score: (request, signal) => score(tools, request, signal) };
}

async function compress(tools: Tools, request: CompressRequest, signal: AbortSignal): ReturnType<TextTools['compress']> {
  const { config, registry, models } = tools;
  const { text, question, scorer = config.scorer, chunks = USUAL_CHUNKS, seed = config.seed, onProgress } = request;
  const meter = createMeter(tools);
  const chosen = selectPlugin(config.compressor, request.compressor);
  const reader = await models.open(required(chosen));
  await checkQuestion(question, reader);
  const choice = registry.choose('compressor', chosen.use, chosen.options, reader.model.identity);
  const scoring = scorer === null ? undefined : await models.open(scorer);
  const deps = {
    readers: await readersOf({ plugins: { ...config, compressor: chosen }, scorer }, { models }),
    compressor: registry.create('compressor', choice, metered(reader)),
    estimator: registry.create('estimator', registry.choose('estimator', config.estimator.use, config.estimator.options), undefined),
    gate: registry.create('gate', registry.choose('gate', config.gate.use, config.gate.options), undefined),
    ...(scoring === undefined ? {} : { scorer: metered(scoring) }),
    ...(onProgress === undefined ? {} : { onProgress }),
    context: { signal, record: meter.record },
  };
  const result = await compressText({ text, query: question, seed, limit: chunks }, deps);
  return { result, ledger: meter.summary() };
}

async function score(tools: Tools, request: ScoreTextsRequest, signal: AbortSignal): Promise<ScoredTexts> {
  const { config, registry, models } = tools;
  const { rows, scorer = config.scorer ?? undefined, seed = config.seed } = request;
  if (scorer === undefined)
    throw new IsthmusError('invalid-input', 'Expected a scorer, but the configuration says null; name a model as `scorer`.');
  const meter = createMeter(tools);
  const handle = await models.open(scorer);
  const chosen = request.estimator === undefined ? config.estimator : { use: request.estimator, options: {} };
  const estimator = registry.choose('estimator', chosen.use, chosen.options);
  const deps = {
    scorer: metered(handle),
    estimator: registry.create('estimator', estimator, undefined),
    context: { signal, record: meter.record },
  };
  const result = await scoreRows({ rows, seed }, deps);
  return { result, ledger: meter.summary(), scorer: handle.model.identity, estimator };
}

export function createMeter({ pricing }: Tools): { record(used: Usage): void; summary(): LedgerSummary } {
  const entries: LedgerEntry[] = [];
  return {
    record: (used) => {
      entries.push(toLedgerEntry(used, { stepKey: '', role: used.scoredTokens > 0 ? 'score' : 'compress' }, pricing));
    },
    summary: () => summariseLedger(entries),
  };
}

export function metered({ model, profile }: ModelHandle): ModelHandle {
  return { model: withUsage(model), profile };
}

export function required({ use, model }: Selected): string {
  if (model !== undefined) return model;
  throw new IsthmusError('invalid-input', `Expected a model for compressor "${use}", if only to count tokens: write ${use}@<model>.`);
}
