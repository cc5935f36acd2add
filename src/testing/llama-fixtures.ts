import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LlamaModel, type LlamaModelOptions, openLlamaModel } from '../adapters/llama/llama-model.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { Prompt } from '../ports/language-model.ts';
import { type TinyLlamaOptions, tinyLlama } from './tiny-llama.ts';

export const NANO_PATH = fileURLToPath(new URL('../../models/nano/isthmus-nano-6m-f16.gguf', import.meta.url));

export const DOCUMENT =
  'The Royal Society was founded in 1660 by Isaac Newton and friends. It is the oldest scientific academy in continuous ' +
  'existence. The society moved to Carlton House Terrace in 1967. Its library holds over 70,000 titles and many manuscripts.';

export const QUESTION = 'When did the society move?';

/** The bundled model on one thread, so that tests do not measure. */
export function openNano(options: Partial<LlamaModelOptions> = {}): Promise<LlamaModel> {
  return openLlamaModel({ name: 'nano', path: NANO_PATH, profileId: 'nano-1', contextTokens: 256, threads: 1, ...options });
}

export function nanoPrompt(question = QUESTION, text = DOCUMENT): Prompt {
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, { text }, { marker: '<|q|>' }, { text: question }, { marker: '<|sum|>' }] };
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
