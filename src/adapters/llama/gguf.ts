import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { GgufFileInfo } from 'node-llama-cpp';
import { IsthmusError } from '../../domain/errors.ts';
import type { ModelShape } from '../../domain/model.ts';

export interface GgufFacts {
  /** SHA-256 of the file, lower-case hex. */
  readonly fileHash: string;
  readonly shape: ModelShape;
  /** The context length that the file names, tokens. */
  readonly trainedContextTokens: number;
}

/** Facts by path, size and time of change; hashing a large file takes seconds. */
const known = new Map<string, Promise<GgufFacts>>();

/** Reads a GGUF file's header and hash without loading it. Throws `model-load-failed`. */
export async function readGguf(path: string): Promise<GgufFacts> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => fail(path, cause));
  const key = `${path}\n${size}\n${mtimeMs}`;
  const facts = known.get(key) ?? read(path).catch((cause: unknown) => fail(path, cause));
  known.set(key, facts);
  facts.catch(() => known.delete(key));
  return facts;
}

function fail(path: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new IsthmusError('model-load-failed', `Expected a readable GGUF file at ${path}: ${reason}`, { cause });
}

async function read(path: string): Promise<GgufFacts> {
  // Imported late: whoever never opens a local model does not pay for the library.
  const { readGgufFileInfo } = await import('node-llama-cpp');
  const [fileHash, info] = await Promise.all([hashFile(path), readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false })]);
  return { fileHash, shape: toShape(info), trainedContextTokens: info.architectureMetadata.context_length ?? 0 };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Layers of some architectures differ in width; the first one stands for all. */
function first(value: number | readonly number[] | undefined): number | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function toShape(info: GgufFileInfo): ModelShape {
  const { block_count, embedding_length, feed_forward_length, attention } = info.architectureMetadata;
  const heads = first(attention?.head_count) ?? 1;
  const modelDim = embedding_length ?? 0;
  const tensors = info.fullTensorInfo ?? info.tensorInfo ?? [];
  return {
    parameters: tensors.reduce((sum, { dimensions }) => sum + dimensions.reduce<number>((product, size) => product * Number(size), 1), 0),
    layers: block_count ?? 0,
    modelDim,
    feedForwardDim: first(feed_forward_length) ?? 0,
    heads,
    kvHeads: first(attention?.head_count_kv) ?? heads,
    headDim: attention?.key_length ?? modelDim / heads,
    vocabulary: info.metadata.tokenizer.ggml.tokens.length,
  };
}
