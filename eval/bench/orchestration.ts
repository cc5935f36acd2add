import { type EnginePlaces, measureEngine, openServers } from './engine-load.ts';
import type { BenchRow } from './row.ts';

const CHUNKS = 50;
const LATENCIES = { compressMs: 40, predictMs: 60 } as const;
/** Twice the configuration's default, so that the engine has twice as little time for each step. */
const CONCURRENCY = 8;

interface Place {
  readonly name: string;
  readonly servers?: EnginePlaces;
  /** What a step may take of the processor, ms. */
  readonly stepMs: number;
}

/**
 * Many runs at once over scripted models that take a fixed time: the wall clock against the ideal schedule, and the engine's own processor
 * time for each step. Once on the embedded engines, and once on Redis and Postgres where they are installed.
 */
export async function orchestrationBench({ runs = 200 }: { readonly runs?: number | undefined }): Promise<BenchRow[]> {
  const rows = await measurePlace({ name: 'PGlite', stepMs: 4 }, runs);
  await using servers = await openServers();
  if (servers !== undefined) return [...rows, ...(await measurePlace({ name: 'Redis and Postgres', servers, stepMs: 1.5 }, runs))];
  process.stderr.write('orchestration: PGlite only, since Redis or Postgres is missing (apt-get install redis-server postgresql)\n');
  return rows;
}

async function measurePlace({ name, servers, stepMs }: Place, runs: number): Promise<BenchRow[]> {
  const { databaseUrl, redisUrl } = servers ?? {};
  const places = databaseUrl === undefined || redisUrl === undefined ? {} : { databaseUrl, redisUrl };
  const figures = await measureEngine({ runs, chunks: CHUNKS, concurrency: CONCURRENCY, panel: 0, ...LATENCIES, ...places });
  const overIdeal = figures.wallMs / idealMs(runs);
  const cpu = (figures.cpuMs - figures.scriptedCpuMs) / figures.steps;
  const what = `orchestration: ${runs} runs × ${CHUNKS} chunks, ${CONCURRENCY} at a time (${name})`;
  return [
    {
      name: `${what}: wall clock over the ideal schedule`,
      value: overIdeal,
      unit: 'times',
      target: 'at most 1.10',
      holds: overIdeal <= 1.1,
    },
    { name: `${what}: engine's processor time a step`, value: cpu, unit: 'ms', target: `at most ${stepMs}`, holds: cpu <= stepMs },
    { name: `${what}: ideal schedule`, value: idealMs(runs) / 1000, unit: 's', target: 'reported', holds: null },
    { name: `${what}: most memory held`, value: figures.maxRssBytes / 2 ** 20, unit: 'MiB', target: 'reported', holds: null },
  ];
}

/**
 * No schedule is shorter: the compressions fill their places without a gap and the last of them is followed by its run's prediction; or, for
 * few runs, the longest chain of one run. Planning and searching are free.
 */
function idealMs(runs: number): number {
  const { compressMs, predictMs } = LATENCIES;
  const compressing = Math.ceil((runs * CHUNKS) / CONCURRENCY) * compressMs + predictMs;
  const predicting = compressMs + Math.ceil(runs / CONCURRENCY) * predictMs;
  return Math.max(compressing, predicting);
}
