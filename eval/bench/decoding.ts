import { Engine } from '../../src/adapters/llama/engine.ts';
import type { Generated } from '../../src/adapters/llama/protocol.ts';
import { bundledModelPath } from '../../src/bundled-model.ts';
import { evaluateBare } from './bare-decoding.ts';
import { writeRandomLlama } from './random-llama.ts';
import { forget, loadOnOneThread, median, promptOf, readTexts, timed, tokensOf } from './reading.ts';
import type { BenchRow } from './row.ts';

const CHUNKS = 8;
const QUESTION = 'what is said about it?';
/** All arms one after the other, as often; each figure is the median of the ratios within a repetition. */
const REPETITIONS = 3;
const LEAST = 0.9;
const never = new AbortController().signal;

interface Case {
  readonly name: string;
  readonly path: string;
  /** Of a chunk. */
  readonly words: number;
  readonly outputTokens: number;
}

/** Milliseconds of each way to compress the same chunks, in one repetition. */
interface Times {
  readonly together: number;
  readonly oneByOne: number;
  readonly bare: number;
  /** Of `bare`, what came after the prompts. */
  readonly bareWritten: number;
}

/**
 * Eight chunks compressed at a time against one by one, and against the same tokens through llama.cpp's own batches, with nothing of ours around
 * them. Runs in this process, so it measures the engine and not the channel.
 */
export async function decodingBench(): Promise<BenchRow[]> {
  const rows = [
    ...(await measureCase({ name: 'nano 1M', path: bundledModelPath('nano-1m'), words: 120, outputTokens: 40 })),
    ...(await measureCase({ name: 'nano 3M', path: bundledModelPath(), words: 120, outputTokens: 40 })),
  ];
  await using random = await writeRandomLlama();
  // A token a character: fewer words.
  return [...rows, ...(await measureCase({ name: 'random 135M', path: random.path, words: 16, outputTokens: 24 }))];
}

async function measureCase({ name, path, words, outputTokens }: Case): Promise<BenchRow[]> {
  const loaded = await loadOnOneThread(path, { contextTokens: 512, sequences: CHUNKS });
  await using engine = new Engine(loaded);
  const prompts = (await readTexts(CHUNKS, words)).map((text) => promptOf(text, QUESTION));
  const compress = (prompt: (typeof prompts)[number]): Promise<Generated> =>
    engine.generate({ prompt, maxTokens: outputTokens, temperature: 0, seed: 1 }, never);
  const read = await Promise.all(prompts.map((prompt) => tokensOf(engine, prompt)));
  const times: Times[] = [];
  let written = 0;
  for (let i = 0; i < REPETITIONS; i += 1) {
    process.stderr.write(`  ${name}, repetition ${i + 1} of ${REPETITIONS}…\n`);
    let outputs: readonly Generated[] = [];
    await forget(loaded);
    const together = await timed(async () => {
      outputs = await Promise.all(prompts.map(compress));
    });
    await forget(loaded);
    const oneByOne = await timed(async () => {
      for (const prompt of prompts) await compress(prompt);
    });
    await forget(loaded);
    const scripts = outputs.map(({ tokenIds }, chunk) => ({ prompt: read[chunk] ?? [], output: tokenIds }));
    const { readMs, writtenMs } = await evaluateBare(loaded, scripts);
    written = outputs.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    times.push({ together, oneByOne, bare: readMs + writtenMs, bareWritten: writtenMs });
  }
  return toRows(name, times, { read: read.flat().length, written });
}

function toRows(name: string, times: readonly Times[], tokens: { readonly read: number; readonly written: number }): BenchRow[] {
  const of = (figure: (one: Times) => number) => median(times.map(figure));
  const share = of(({ bare, together }) => bare / together);
  const what = `decoding (${name}): ${CHUNKS} chunks, ${tokens.read} tokens read and ${tokens.written} written`;
  const reported = (measured: string, value: number, unit: string): BenchRow => {
    return { name: `${what}: ${measured}`, value, unit, target: 'reported', holds: null };
  };
  return [
    reported(
      'together against one by one',
      of(({ oneByOne, together }) => oneByOne / together),
      'times',
    ),
    {
      name: `${what}: speed against llama.cpp's own batches`,
      value: share,
      unit: 'share',
      target: `at least ${LEAST}`,
      holds: share >= LEAST,
    },
    reported(
      'tokens written a second, all told',
      of(({ together }) => (tokens.written * 1000) / together),
      'tokens/s',
    ),
    reported(
      "tokens written a second, llama.cpp's batches alone, prompts read",
      of(({ bareWritten }) => (tokens.written * 1000) / bareWritten),
      'tokens/s',
    ),
  ];
}
