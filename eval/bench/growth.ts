import type { EngineLoadFigures } from '../testing/engine-load-child.ts';
import { measureEngine } from './engine-load.ts';
import type { BenchRow } from './row.ts';

/** Chunks of one run. The first says what a process costs, and is not compared. */
const SIZES = [10, 100, 1_000, 10_000] as const;
/** From here on the costs of a chunk are compared. */
const COMPARED_FROM = 100;
const CONCURRENCY = 8;
/** Contexts that each summary is scored against. */
const PANEL = 3;
const MOST_GROWTH = 1.2;

/**
 * One run over more and more chunks, with scripted models that take no time, on the embedded engines: what a chunk costs, compressed and scored
 * in four contexts, should not grow with the run. Each size in a process of its own; small ones several times, for they are soon over.
 */
export async function growthBench(): Promise<BenchRow[]> {
  const measured: { readonly chunks: number; readonly cpuMs: number; readonly wallMs: number; readonly maxRssBytes: number }[] = [];
  for (const chunks of SIZES) {
    const runs = Math.max(1, Math.round(500 / chunks));
    const load = { runs: 1, chunks, concurrency: CONCURRENCY, compressMs: 0, predictMs: 0, panel: PANEL } as const;
    const figures: EngineLoadFigures[] = [];
    for (let i = 0; i < Math.min(runs, 5); i += 1) figures.push(await measureEngine(load));
    const perChunk = (figure: (one: EngineLoadFigures) => number) => median(figures.map(figure)) / chunks;
    const row = {
      chunks,
      cpuMs: perChunk(({ cpuMs, scriptedCpuMs }) => cpuMs - scriptedCpuMs),
      wallMs: perChunk(({ wallMs }) => wallMs),
      maxRssBytes: Math.max(...figures.map(({ maxRssBytes }) => maxRssBytes)),
    };
    process.stderr.write(`  ${chunks} chunks: ${row.cpuMs.toFixed(1)} ms of processor time and ${row.wallMs.toFixed(1)} ms a chunk\n`);
    measured.push(row);
  }
  const compared = measured.filter(({ chunks }) => chunks >= COMPARED_FROM);
  const growth = (costs: readonly number[]) => (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN);
  return [
    ...measured.flatMap(({ chunks, cpuMs, wallMs, maxRssBytes }): BenchRow[] => [
      reported(`growth: engine's processor time a chunk, ${count(chunks)} chunks (PGlite, scored in ${PANEL + 1} contexts)`, cpuMs, 'ms'),
      reported(`growth: wall clock a chunk, ${count(chunks)} chunks`, wallMs, 'ms'),
      reported(`growth: most memory held, ${count(chunks)} chunks`, maxRssBytes / 2 ** 20, 'MiB'),
    ]),
    demanded('growth: processor time a chunk, 10,000 chunks over 100', growth(compared.map(({ cpuMs }) => cpuMs))),
    demanded('growth: wall clock a chunk, 10,000 chunks over 100', growth(compared.map(({ wallMs }) => wallMs))),
  ];
}

function count(chunks: number): string {
  return chunks.toLocaleString('en-US');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function reported(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, target: 'reported', holds: null };
}

function demanded(name: string, value: number): BenchRow {
  return { name, value, unit: 'times', target: `at most ${MOST_GROWTH}`, holds: value <= MOST_GROWTH };
}
