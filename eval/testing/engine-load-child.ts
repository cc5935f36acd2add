/**
 * The engine under load, in a process of its own, so that its processor time and memory are nobody else's: the whole service as
 * `isthmus serve` composes it, with scripted models. Given an {@link EngineLoad} as JSON, it says one {@link EngineLoadFigures} as JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Isthmus, openIsthmus, openTools, type Tools } from '../../src/compose/compose.ts';
import { parseConfig } from '../../src/config.ts';
import type { Corpus } from '../../src/domain/document.ts';
import { doJob } from '../../src/pipeline/do-work.ts';
import { buildCorpus } from '../../src/testing/builders.ts';
import { createPool } from '../../src/testing/engine-bench.ts';
import { createReader, isPrediction, readerReply } from '../../src/testing/research.ts';

export interface EngineLoad {
  readonly runs: number;
  /** Read in each run. */
  readonly chunks: number;
  /** Jobs at a time, of each kind. */
  readonly concurrency: number;
  /** Of each scripted call. */
  readonly compressMs: number;
  readonly predictMs: number;
  /** Contexts that each summary is scored against beside its own; 0 scores nothing. */
  readonly panel: number;
  /** Absent: PGlite, in a folder of its own. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

export interface EngineLoadFigures {
  /** From the first submission to the last run's end. */
  readonly wallMs: number;
  /** Of this process in that time, user and system. */
  readonly cpuMs: number;
  /** Of the scripted models and what plugins do around them, measured without the engine; in `cpuMs` too. */
  readonly scriptedCpuMs: number;
  /** Steps that ended well. */
  readonly steps: number;
  readonly completed: number;
  /** The most that the process has held. */
  readonly maxRssBytes: number;
}

const CALLER = { tenant: 'bench' };
/** Ends are read from the runs' own rows, so it may be coarse; each look is a statement that the engine is charged with. */
const POLL_MS = 500;
const WARM_RUNS = 4;
const WARM_CHUNKS = 40;
/** Compressions done again for {@link EngineLoadFigures.scriptedCpuMs}, which is proportional to them. */
const MOST_ALONE = 1_000;

async function main(load: EngineLoad): Promise<EngineLoadFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-engine-load-'));
  const tools = await openScripted(load, dataDir);
  const isthmus = await openIsthmus(tools.config, { tools, onError: (error) => process.stderr.write(`${String(error)}\n`) });
  try {
    // Code that has run a few hundred times is compiled: the first runs of a process say nothing of the later ones.
    const warm = await saveCorpus(isthmus, { chunks: WARM_CHUNKS, id: 'warm' });
    await finishRuns(isthmus, { corpus: warm, runs: WARM_RUNS });
    return await measure(isthmus, load, await saveCorpus(isthmus, { chunks: load.chunks, id: 'bench' }));
  } finally {
    await isthmus[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function saveCorpus({ documents }: Isthmus, { chunks, id }: { readonly chunks: number; readonly id: string }): Promise<Corpus> {
  const corpus = corpusOf(chunks, id);
  await documents.saveCorpus(corpus);
  await documents.grantCorpus(corpus.id, CALLER.tenant);
  return corpus;
}

/** Submits runs and waits until none is left; returns their ids. */
async function finishRuns({ service, runs }: Isthmus, wanted: { readonly corpus: Corpus; readonly runs: number }): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < wanted.runs; i += 1) {
    // Another question makes other steps: nothing is shared between runs.
    const { runId } = await service.submit(CALLER, { question: `What was the toll at the lock ${i}?`, corpusId: wanted.corpus.id });
    ids.push(runId);
  }
  while ((await runs.countUnfinished(CALLER.tenant, 1)) > 0) await delay(POLL_MS);
  return ids;
}

async function measure(isthmus: Isthmus, load: EngineLoad, corpus: Corpus): Promise<EngineLoadFigures> {
  const startedAt = Date.now();
  const before = process.cpuUsage();
  const ids = await finishRuns(isthmus, { corpus, runs: load.runs });
  const { user, system } = process.cpuUsage(before);
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  const summaries = await Promise.all(ids.map((id) => isthmus.service.summary(CALLER, id)));
  const endedAt = Math.max(...summaries.map(({ updatedAt }) => updatedAt));
  return {
    wallMs: endedAt - startedAt,
    cpuMs: (user + system) / 1000,
    scriptedCpuMs: await aloneCpuMs(isthmus, load, { corpus, runId: ids[0] ?? '' }),
    steps: summaries.reduce((sum, { progress }) => sum + progress.done, 0),
    completed: summaries.filter(({ status }) => status === 'completed').length,
    maxRssBytes,
  };
}

/** The compressions alone, by the same workers' code, without store, queue and engine: as many at a time, and as slow. */
async function aloneCpuMs(isthmus: Isthmus, load: EngineLoad, { corpus, runId }: { readonly corpus: Corpus; readonly runId: string }) {
  const { spec } = await isthmus.service.read(CALLER, runId);
  const { compressor: plugin, question: query, seed } = spec;
  const count = Math.min(MOST_ALONE, load.runs * load.chunks);
  let next = 0;
  const before = process.cpuUsage();
  const work = async (): Promise<void> => {
    while (next < count) {
      const { text } = corpus.chunks[next++ % corpus.chunks.length] ?? { text: '' };
      const works = [{ stepKey: 'alone', work: { kind: 'compress', plugin, text, query, seed } as const }];
      await doJob({ version: 1, runId, works }, isthmus, { signal: new AbortController().signal, lostAttempts: 0 });
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, work));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000) * ((load.runs * load.chunks) / count);
}

async function openScripted(load: EngineLoad, dataDir: string): Promise<Tools> {
  const { chunks, concurrency, panel, databaseUrl, redisUrl } = load;
  const reader = { model: 'reader' } as const;
  const config = parseConfig(
    {
      strategy: { use: 'map-reduce', options: { chunks } },
      planner: { use: 'single', ...reader },
      compressor: { use: 'abstractive', ...reader },
      predictor: { use: 'openai', ...reader },
      ...(panel === 0 ? { scorer: null } : { scorer: 'reader', estimator: { use: 'panel', options: { contexts: panel } } }),
      concurrency: { compress: concurrency, score: concurrency, predict: concurrency },
    },
    'The bench',
  );
  const places = { ...(databaseUrl === undefined ? {} : { databaseUrl }), ...(redisUrl === undefined ? {} : { redisUrl }) };
  const model = createReader({
    contextTokens: 1_000_000,
    reply: async (_request, prompt) => {
      const ms = isPrediction(prompt) ? load.predictMs : load.compressMs;
      if (ms > 0) await delay(ms);
      return readerReply(prompt);
    },
  });
  return { ...(await openTools({ ...config, ...places, dataDir })), models: createPool({ reader: model }) };
}

/** No two chunks have the same words, and all have some of every question's. */
function corpusOf(chunks: number, id: string): Corpus {
  const texts = Array.from(
    { length: chunks },
    (_, i) =>
      `The ${id} lock ${spell(i)} took a toll of ${i} pence. It lay on the canal at Brackwater, and was opened in ${1700 + (i % 200)}.`,
  );
  return buildCorpus(texts, id);
}

/** A name of letters for a number. */
function spell(number: number): string {
  return `of ${[...String(number)].map((digit) => 'bdfgklmnpr'[Number(digit)]).join('a')}ow`;
}

process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.argv[2] ?? '{}')))}\n`);
