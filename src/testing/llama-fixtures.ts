import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LlamaModel, type LlamaModelOptions, openLlamaModel } from '../adapters/llama/llama-model.ts';
import { bundledModelPath } from '../bundled-model.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { Prompt } from '../ports/language-model.ts';
import { type TinyLlamaOptions, tinyLlama } from './tiny-llama.ts';

export const NANO_PATH = bundledModelPath();

/** In lower case, as the bundled models read. */
export const SENTENCES = [
  'the royal society was founded in 1660 by isaac newton and friends.',
  'it is the oldest scientific academy in continuous existence.',
  'the society moved to carlton house terrace in 1967.',
  'its library holds over 70,000 titles and many manuscripts.',
] as const;

export const QUESTION = 'when did the society move?';

/** The bundled model on one thread, so that tests do not measure, and with a short context, so that tests can fill it. */
export function openNano(options: Partial<LlamaModelOptions> = {}): Promise<LlamaModel> {
  return openLlamaModel({ name: 'nano', path: NANO_PATH, profileId: 'nano@2', contextTokens: 256, threads: 1, ...options });
}

export function nanoPrompt(question = QUESTION, sentences: readonly string[] = SENTENCES): Extract<Prompt, { type: 'marked' }> {
  const numbered = sentences.flatMap((text, i) => [{ marker: `<|s${i + 1}|>` }, { text }]);
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, ...numbered, { marker: '<|q|>' }, { text: question }, { marker: '<|sum|>' }] };
}

export function callContext(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, record: () => undefined };
}

/** Writes a tiny random model into a folder of its own; disposing removes it. */
export async function writeTinyLlama(options: TinyLlamaOptions): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-tiny-'));
  const path = join(folder, 'tiny.gguf');
  await writeFile(path, tinyLlama(options));
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
