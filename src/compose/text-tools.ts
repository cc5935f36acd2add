import { IsthmusError } from '../domain/errors.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import { toLedgerEntry } from '../domain/ledger.ts';
import { type LedgerSummary, summariseLedger } from '../domain/ledger-summary.ts';
import type { Usage } from '../domain/usage.ts';
import { type CompressedText, compressText } from '../pipeline/compress-text.ts';
import { checkQuestion } from '../pipeline/ingest.ts';
import { type ScoredRows, scoreRows } from '../pipeline/score-rows.ts';
import type { ScoreRow } from '../pipeline/score-rows-input.ts';
import { selectPlugin } from '../pipeline/select-plugin.ts';
import { readersOf, type Selected } from '../pipeline/submit.ts';
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
  score(request: ScoreTextsRequest, signal: AbortSignal): Promise<{ readonly result: ScoredRows; readonly ledger: LedgerSummary }>;
}

const USUAL_CHUNKS = 12;

/** Compressing and scoring in this process, with its models: no run, no queue, no database. */
export function createTextTools(tools: Tools): TextTools {
  const { config, registry, models } = tools;
  return {
    compress: async ({ text, question, compressor, scorer = config.scorer, chunks = USUAL_CHUNKS, seed = config.seed }, signal) => {
      const meter = createMeter(tools);
      const chosen = selectPlugin(config.compressor, compressor);
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
        context: { signal, record: meter.record },
      };
      const result = await compressText({ text, query: question, seed, limit: chunks }, deps);
      return { result, ledger: meter.summary() };
    },
    score: async ({ rows, scorer = config.scorer ?? undefined, estimator, seed = config.seed }, signal) => {
      if (scorer === undefined)
        throw new IsthmusError('invalid-input', 'Expected a scorer, but the configuration says null; name a model as `scorer`.');
      const meter = createMeter(tools);
      const chosen = estimator === undefined ? config.estimator : { use: estimator, options: {} };
      const deps = {
        scorer: metered(await models.open(scorer)),
        estimator: registry.create('estimator', registry.choose('estimator', chosen.use, chosen.options), undefined),
        context: { signal, record: meter.record },
      };
      return { result: await scoreRows({ rows, seed }, deps), ledger: meter.summary() };
    },
  };
}

function createMeter({ pricing }: Tools): { record(used: Usage): void; summary(): LedgerSummary } {
  const entries: LedgerEntry[] = [];
  return {
    record: (used) => {
      entries.push(toLedgerEntry(used, { stepKey: '', role: used.scoredTokens > 0 ? 'score' : 'compress' }, pricing));
    },
    summary: () => summariseLedger(entries),
  };
}

function metered({ model, profile }: ModelHandle): ModelHandle {
  return { model: withUsage(model), profile };
}

function required({ use, model }: Selected): string {
  if (model !== undefined) return model;
  throw new IsthmusError('invalid-input', `Expected a model for compressor "${use}", if only to count tokens: write ${use}@<model>.`);
}
