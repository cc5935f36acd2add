import { readdir, readFile } from 'node:fs/promises';
import type { Engine } from '../../src/adapters/llama/engine.ts';
import { type LoadedModel, loadModel } from '../../src/adapters/llama/loading.ts';
import type { GenerateInput } from '../../src/adapters/llama/protocol.ts';
import { packagePath } from '../../src/bundled-model.ts';

type Prompt = GenerateInput['prompt'];

const CORPUS = packagePath('samples/corpus/');
const never = new AbortController().signal;

/** A model as the engine opens it on this machine's processor, on one thread: on busy cores calibration may choose two, which wait for each other. */
export function loadOnOneThread(path: string, shape: { readonly contextTokens: number; readonly sequences: number }): Promise<LoadedModel> {
  return loadModel({ path, ...shape, gpu: false, kvType: 'f16', batching: 'auto', threads: 1 });
}

/** As many texts of the sample corpus, in lower case, as the bundled models read; no two begin alike. */
export async function readTexts(count: number, words: number): Promise<readonly string[]> {
  const files = (await readdir(CORPUS)).filter((file) => file.endsWith('.md')).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${CORPUS}${file}`, 'utf8')));
  const all = texts.flatMap((text) => text.replace(/^#.*$/gm, '').toLowerCase().trim().split(/\s+/));
  return Array.from({ length: count }, (_, i) => all.slice(i * words, (i + 1) * words).join(' '));
}

/** The document first and the question behind it, as the bundled models are asked. */
export function promptOf(text: string, question: string): Prompt {
  const asked = [{ marker: '<|q|>' }, { text: question }, { marker: '<|end|>' }];
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, { marker: '<|s1|>' }, { text }, ...asked] };
}

/** Ids of a prompt's tokens. */
export async function tokensOf(engine: Engine, prompt: Prompt): Promise<number[]> {
  return (await engine.run({ op: 'tokenize', input: prompt }, never)) as number[];
}

/** Forgets whatever the sequences hold. */
export async function forget({ sequences }: LoadedModel): Promise<void> {
  for (const sequence of sequences) await sequence.rollBack(0);
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
