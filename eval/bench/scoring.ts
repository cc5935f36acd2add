import { cpus } from 'node:os';
import { bundledModelPath } from '../../src/bundled-model.ts';
import { writeRandomLlama } from './random-llama.ts';
import type { BenchRow } from './row.ts';
import { type ArmTimes, ScoringArms } from './scoring-arms.ts';
import { readMaterial, type ScoringMaterial, type ScoringShape } from './scoring-material.ts';

/** All arms one after the other, as often; each figure is the median of the ratios within a repetition. */
const REPETITIONS = 3;

interface Case extends ScoringShape {
  readonly name: string;
  /** Of how many cells one is read again; the time of all is its mean times their number. Odd, or neighbours would share a context. */
  readonly rereadEvery: number;
}

/** The paper's shape. The bundled model's context of 1,024 tokens leaves 960 for a text beside a summary of 60. */
const NANO: Case = { name: 'nano 3M', contexts: 16, summariesEach: 3, contextTokens: 960, summaryTokens: 60, rereadEvery: 13 };
/** Fewer contexts, since it reads 250 tokens a second on a core: at N = 16 reading again alone would take an hour. */
const RANDOM: Case = { name: 'random 135M', contexts: 4, summariesEach: 3, contextTokens: 1000, summaryTokens: 60, rereadEvery: 13 };

/**
 * Measures what prefix roll-back gains over reading each context again for each score, and what reading log-probabilities
 * costs against evaluating the same batches. Runs in this process, so it measures the engine and not the channel.
 */
export async function scoringBench(): Promise<BenchRow[]> {
  const nano = await measureCase(bundledModelPath(), NANO);
  await using random = await writeRandomLlama();
  return [...nano, ...(await measureCase(random.path, RANDOM))];
}

async function measureCase(path: string, shape: Case): Promise<BenchRow[]> {
  await using arms = await ScoringArms.open(path, shape.contextTokens + shape.summaryTokens, shape.contexts);
  const material = await readMaterial(arms.engine, shape);
  const times: ArmTimes[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    process.stderr.write(`  ${shape.name}, repetition ${repetition + 1} of ${REPETITIONS}…\n`);
    const taken = await arms.measure(material, { rereadEvery: shape.rereadEvery, repetition });
    const { evaluatedTokens: _, ...spent } = taken;
    const seconds = Object.entries(spent).map(([arm, ms]) => `${arm} ${(ms / 1000).toFixed(1)}`);
    process.stderr.write(`  seconds: ${seconds.join(', ')}\n`);
    times.push(taken);
  }
  return toRows(shape, material, times);
}

function toRows(shape: Case, { promptTokens, summaries }: ScoringMaterial, times: readonly ArmTimes[]): BenchRow[] {
  const { name, contexts, summariesEach, summaryTokens, rereadEvery } = shape;
  const cells = contexts * summaries.length;
  const wanted = promptTokens + cells * summaryTokens;
  // Each cell alone reads a context and a summary.
  const tokenRatio = (summaries.length * promptTokens + cells * summaryTokens) / wanted;
  const of = (figure: (one: ArmTimes) => number): number => median(times.map(figure));
  const spent = of(({ evaluatedTokens }) => evaluatedTokens) / wanted;
  const gain = of((one) => one.reread / (one.prefill + one.scored));
  const unread = of((one) => one.unread / one.scored);
  const bare = of((one) => one.bare / one.scored);
  const inStep = of((one) => one.serial / one.scored);
  const rate = of(({ scored }) => (cells * summaryTokens * 1000) / scored);
  const sizes = `N = ${contexts}, M = ${summariesEach}, |x| = ${Math.round(promptTokens / contexts)}, |z| = ${summaryTokens}`;
  const rows: BenchRow[] = [
    reported(`${sizes}; 1 thread of ${cpus()[0]?.model}`, cpus().length, 'cores'),
    { name: 'tokens evaluated over N·|x| + N²·M·|z|', value: spent, unit: 'times', target: 'at most 1.15', holds: spent <= 1.15 },
    reported(`gain over reading again for each cell (one of ${rereadEvery} read, the rest by it)`, gain, 'times'),
    demanded(`that gain over the tokens' ratio of ${tokenRatio.toFixed(1)}`, gain / tokenRatio, 0.6),
    demanded('speed against the same batches, logits unread', unread, 0.9),
    reported('speed against the same tokens without logits', bare, 'share'),
    reported('gain of four contexts in step over one by one', inStep, 'times'),
    reported('scored tokens, contexts read already', rate, 'tokens/s'),
  ];
  return rows.map((row) => ({ ...row, name: `${name}: ${row.name}` }));
}

function reported(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, target: 'reported', holds: null };
}

function demanded(name: string, value: number, atLeast: number): BenchRow {
  return { name, value, unit: 'share', target: `at least ${atLeast}`, holds: value >= atLeast };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
