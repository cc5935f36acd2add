import { type GgufTensor, type GgufValue, writeGguf } from './gguf-writer.ts';
import { llamaLayers } from './llama-layers.ts';

export interface TinyLlamaOptions {
  readonly seed: number;
  /** Standard deviation of the weights; larger ones make sharper, harder distributions. */
  readonly deviation: number;
  readonly contextTokens: number;
  readonly chatTemplate?: string;
  /** Without all byte tokens llama.cpp aborts its process: without the line feed while loading, without others at an unknown character. */
  readonly byteTokens?: 'all' | 'line-feed' | 'none';
  /** True gives control tokens a logit of 0, so that greedy decoding practically never ends. Default false. */
  readonly endless?: boolean;
}

const SIZE = { dim: 32, layers: 2, heads: 4, kvHeads: 2, feedForward: 64 } as const;
const END = '<|end|>';
const MARKERS = ['<|ctx|>', '<|q|>', '<|sum|>', END];
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** Mulberry32: a seeded uniform source on [0, 1). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normal draws by Box and Muller. */
function normals(next: () => number, length: number, deviation: number): Float32Array {
  return Float32Array.from({ length }, () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

interface Piece {
  readonly text: string;
  readonly kind: number;
}

/** A SentencePiece vocabulary: specials, bytes, single characters. */
function vocabulary(byteTokens: 'all' | 'line-feed' | 'none'): Piece[] {
  const all = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const bytes = { all, 'line-feed': all.slice(10, 11), none: [] }[byteTokens];
  const letters = [...'▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?'];
  return [
    { text: '<unk>', kind: KIND.unknown },
    { text: '<s>', kind: KIND.control },
    { text: '</s>', kind: KIND.control },
    ...MARKERS.map((text) => ({ text, kind: KIND.control })),
    ...bytes.map((text) => ({ text, kind: KIND.byte })),
    ...letters.map((text) => ({ text, kind: KIND.normal })),
  ];
}

function header(pieces: readonly Piece[], { contextTokens, chatTemplate }: TinyLlamaOptions): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const string = (value: string): GgufValue => ({ type: 'string', value });
  return {
    'general.architecture': string('llama'),
    'general.name': string('tiny-random'),
    'general.file_type': u32(0),
    'llama.block_count': u32(SIZE.layers),
    'llama.context_length': u32(contextTokens),
    'llama.embedding_length': u32(SIZE.dim),
    'llama.feed_forward_length': u32(SIZE.feedForward),
    'llama.vocab_size': u32(pieces.length),
    'llama.attention.head_count': u32(SIZE.heads),
    'llama.attention.head_count_kv': u32(SIZE.kvHeads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.dimension_count': u32(SIZE.dim / SIZE.heads),
    'llama.rope.freq_base': { type: 'f32', value: 10_000 },
    'tokenizer.ggml.model': string('llama'),
    'tokenizer.ggml.pre': string('default'),
    'tokenizer.ggml.tokens': { type: 'strings', value: pieces.map(({ text }) => text) },
    'tokenizer.ggml.scores': { type: 'f32s', value: pieces.map((_, index) => -index) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: pieces.map(({ kind }) => kind) },
    'tokenizer.ggml.bos_token_id': u32(1),
    'tokenizer.ggml.eos_token_id': u32(pieces.findIndex(({ text }) => text === END)),
    'tokenizer.ggml.unknown_token_id': u32(0),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: true },
    ...(chatTemplate !== undefined && { 'tokenizer.chat_template': string(chatTemplate) }),
  };
}

/** A Llama model of two layers with grouped queries and random F32 weights, as GGUF bytes: real code paths in milliseconds. */
export function tinyLlama(options: TinyLlamaOptions): Uint8Array {
  const pieces = vocabulary(options.byteTokens ?? 'all');
  const next = uniform(options.seed);
  const { dim, feedForward } = SIZE;
  const kvDim = (dim / SIZE.heads) * SIZE.kvHeads;
  const matrix = (name: string, inputs: number, outputs: number): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [inputs, outputs],
    values: normals(next, inputs * outputs, options.deviation),
  });
  const norm = (name: string): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [dim],
    values: normals(next, dim, 0.1).map((value) => 1 + value),
  });
  const layers = llamaLayers({ layers: SIZE.layers, dim, kvDim, feedForward }, { norm, matrix });
  const embedding = matrix('token_embd', dim, pieces.length);
  pieces.forEach(({ kind }, id) => {
    if (options.endless === true && kind === KIND.control) embedding.values.fill(0, id * dim, (id + 1) * dim);
  });
  return writeGguf(header(pieces, options), [embedding, norm('output_norm'), ...layers]);
}
