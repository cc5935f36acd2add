import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GgufTensor, type GgufValue, writeGguf } from '../../src/testing/gguf-writer.ts';
import { llamaLayers } from '../../src/testing/llama-layers.ts';

interface Shape {
  readonly name: string;
  readonly layers: number;
  readonly dim: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

/** The shape of the usual models of 135 M parameters (SmolLM's), embeddings tied. */
const SHAPE_135M: Shape = { name: 'random-135m', layers: 30, dim: 576, heads: 9, kvHeads: 3, feedForward: 1536, vocabulary: 49_152 };
/** That of the usual models of 3 B parameters (Llama 3.2's, with the small vocabulary): 3 GB as Q8_0. */
export const SHAPE_3B: Shape = { name: 'random-3b', layers: 28, dim: 3072, heads: 24, kvHeads: 8, feedForward: 8192, vocabulary: 49_152 };
const CONTEXT_TOKENS = 2048;
const DEVIATION = 0.04;
const SPECIALS = ['<s>', '</s>', '<|ctx|>', '<|s1|>', '<|q|>', '<|txt|>', '<|end|>'];
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
/** A Q8_0 block: an f16 scale and as many int8 values. */
const BLOCK = { values: 32, bytes: 34 } as const;

/**
 * A Llama with random Q8_0 weights, of 135 M parameters unless another shape is given, in a folder of its own; disposing removes it. It says
 * nothing of worth and takes as long as one that does. Its vocabulary are bytes, letters and words that no text holds, so that a text has a token a character.
 */
export async function writeRandomLlama(shape = SHAPE_135M): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-random-'));
  const path = join(folder, `${shape.name}.gguf`);
  await writeFile(path, writeGguf(header(shape), tensors(shape)));
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function header(shape: Shape): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const string = (value: string): GgufValue => ({ type: 'string', value });
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const kinds = [KIND.unknown, ...SPECIALS.map(() => KIND.control), ...bytes.map(() => KIND.byte)];
  const known = ['<unk>', ...SPECIALS, ...bytes, ...'▁abcdefghijklmnopqrstuvwxyz0123456789.,'];
  const pieces = Array.from({ length: shape.vocabulary }, (_, id) => known[id] ?? `▁@${id}`);
  return {
    'general.architecture': string('llama'),
    'general.name': string(shape.name),
    'llama.block_count': u32(shape.layers),
    'llama.context_length': u32(CONTEXT_TOKENS),
    'llama.embedding_length': u32(shape.dim),
    'llama.feed_forward_length': u32(shape.feedForward),
    'llama.vocab_size': u32(shape.vocabulary),
    'llama.attention.head_count': u32(shape.heads),
    'llama.attention.head_count_kv': u32(shape.kvHeads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.dimension_count': u32(shape.dim / shape.heads),
    'llama.rope.freq_base': { type: 'f32', value: 10_000 },
    'tokenizer.ggml.model': string('llama'),
    'tokenizer.ggml.pre': string('default'),
    'tokenizer.ggml.tokens': { type: 'strings', value: pieces },
    'tokenizer.ggml.scores': { type: 'f32s', value: pieces.map((_, id) => -id) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: pieces.map((_, id) => kinds[id] ?? KIND.normal) },
    'tokenizer.ggml.bos_token_id': u32(1),
    'tokenizer.ggml.eos_token_id': u32(SPECIALS.length),
    'tokenizer.ggml.unknown_token_id': u32(0),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: true },
  };
}

function tensors(shape: Shape): GgufTensor[] {
  const { dim, feedForward, vocabulary } = shape;
  const kvDim = (dim / shape.heads) * shape.kvHeads;
  const next = xorshift(135);
  const matrix = (name: string, inputs: number, outputs: number): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [inputs, outputs],
    values: randomBlocks((inputs * outputs) / BLOCK.values, next),
  });
  const norm = (name: string): GgufTensor => ({ name: `${name}.weight`, dimensions: [dim], values: new Float32Array(dim).fill(1) });
  const layers = llamaLayers({ layers: shape.layers, dim, kvDim, feedForward }, { norm, matrix });
  return [matrix('token_embd', dim, vocabulary), norm('output_norm'), ...layers];
}

/** Marsaglia's generator on 32 bits. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/** Values uniform on both sides of zero, all under one scale. */
function randomBlocks(count: number, next: () => number): Uint8Array {
  const bytes = new Uint8Array(count * BLOCK.bytes);
  const view = new DataView(bytes.buffer);
  // A uniform int8 deviates by 256 / √12.
  const scale = halfFloat(DEVIATION / (256 / Math.sqrt(12)));
  for (let block = 0; block < count; block += 1) {
    const at = block * BLOCK.bytes;
    view.setUint16(at, scale, true);
    for (let i = 2; i < BLOCK.bytes; i += 4) view.setInt32(at + i, next(), true);
  }
  return bytes;
}

/** The bits of a positive normal f16. */
function halfFloat(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
}
