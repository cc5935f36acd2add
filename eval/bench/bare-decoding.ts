import type { LlamaContextSequence } from 'node-llama-cpp';
import type { LoadedModel } from '../../src/adapters/llama/loading.ts';
import { slices } from '../../src/adapters/llama/prefill.ts';

/** What one sequence reads, and then writes token by token. */
export interface Script {
  readonly prompt: readonly number[];
  readonly output: readonly number[];
}

/** The parts of llama.cpp's context that its batched bench uses; node-llama-cpp has them inside. */
interface BareContext {
  initBatch(size: number): void;
  addToBatch(sequenceId: number, from: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  removeTokenCellsFromSequence(sequenceId: number, start: number, end: number): boolean;
}

/** Milliseconds. */
export interface BareTimes {
  readonly readMs: number;
  readonly writtenMs: number;
}

/**
 * The same tokens as llama.cpp's own batched bench would evaluate them, without our engine and without the library's queue: prompts one after the
 * other in the same slices, then a step of all sequences in a batch. Nothing is sampled. The package ships no `llama-batched-bench`.
 */
export async function evaluateBare({ sequences }: LoadedModel, scripts: readonly Script[]): Promise<BareTimes> {
  const [first] = sequences;
  if (first === undefined || sequences.length < scripts.length) throw new Error(`Expected ${scripts.length} sequences.`);
  const context = bareContextOf(first.inner);
  const ids = sequences.slice(0, scripts.length).map(({ inner }) => sequenceIdOf(inner));
  const startedAt = performance.now();
  for (const [i, { prompt }] of scripts.entries()) await readBare(context, ids[i] ?? 0, prompt);
  const readAt = performance.now();
  const longest = Math.max(...scripts.map(({ output }) => output.length));
  // The first token comes with the prompt, and the last is never evaluated.
  for (let step = 0; step < longest - 1; step += 1) {
    const active = scripts.flatMap(({ prompt, output }, i) => {
      const token = output[step];
      return token === undefined || step >= output.length - 1 ? [] : [{ id: ids[i] ?? 0, at: prompt.length + step, token }];
    });
    context.initBatch(active.length);
    for (const { id, at, token } of active) context.addToBatch(id, at, Uint32Array.of(token), Uint32Array.of(0));
    await context.decodeBatch();
  }
  const writtenAt = performance.now();
  for (const id of ids) context.removeTokenCellsFromSequence(id, 0, -1);
  return { readMs: readAt - startedAt, writtenMs: writtenAt - readAt };
}

async function readBare(context: BareContext, id: number, prompt: readonly number[]): Promise<void> {
  let at = 0;
  for (const size of slices(prompt.length)) {
    context.initBatch(size);
    const isLast = at + size === prompt.length;
    context.addToBatch(id, at, Uint32Array.from(prompt.slice(at, at + size)), isLast ? Uint32Array.of(size - 1) : new Uint32Array());
    await context.decodeBatch();
    at += size;
  }
}

function bareContextOf({ context }: LlamaContextSequence): BareContext {
  return (context as unknown as { readonly _ctx: BareContext })._ctx;
}

function sequenceIdOf(sequence: LlamaContextSequence): number {
  return (sequence as unknown as { readonly _sequenceId: number })._sequenceId;
}
