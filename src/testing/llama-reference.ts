import { type GgufFile, readGgufFile } from './gguf-reader.ts';

/** y = W·x for a tensor of [inputs, outputs]. */
function multiply(
  { values, dimensions }: { readonly values: Float64Array; readonly dimensions: readonly number[] },
  x: Float64Array,
): Float64Array {
  const [inputs = 0, outputs = 0] = dimensions;
  const y = new Float64Array(outputs);
  for (let row = 0; row < outputs; row += 1) {
    let sum = 0;
    for (let i = 0, at = row * inputs; i < inputs; i += 1, at += 1) sum += (values[at] as number) * (x[i] as number);
    y[row] = sum;
  }
  return y;
}

/** x / sqrt(mean(x²) + ε) · weight. */
function rmsNorm(x: Float64Array, weight: Float64Array, epsilon: number): Float64Array {
  const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + epsilon);
  return x.map((value, i) => value * scale * (weight[i] as number));
}

/** Rotates neighbouring pairs of each head, as llama.cpp does for the `llama` architecture. */
function rotate(x: Float64Array, position: number, headDim: number, base: number): Float64Array {
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const angle = position * base ** (-(i % headDim) / headDim);
    const [a, b] = [x[i] as number, x[i + 1] as number];
    result[i] = a * Math.cos(angle) - b * Math.sin(angle);
    result[i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
  }
  return result;
}

function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function logSoftmax(logits: Float64Array): Float64Array {
  const top = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - top), 0);
  return logits.map((logit) => logit - top - Math.log(sum));
}

function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + (b[i] as number));
}

/**
 * The Llama architecture in 64-bit floats, straight from the weights and by the textbook: RMSNorm, interleaved rotary
 * positions, grouped queries, causal attention, SwiGLU, tied embeddings. Slow, and independent of everything it is used to test.
 */
export class LlamaReference {
  readonly #file: GgufFile;
  readonly #tensors = new Map<string, ReturnType<GgufFile['tensor']>>();

  constructor(path: string) {
    this.#file = readGgufFile(path);
  }

  /** log p(tokens[i] | tokens[0..i−1]) for i ≥ from, nats. */
  logProbs(tokens: readonly number[], from: number): number[] {
    const hidden = this.#hidden(tokens.slice(0, -1));
    const embedding = this.#tensor('token_embd.weight');
    return tokens.slice(from).map((token, i) => {
      const state = this.#norm(hidden[from + i - 1] as Float64Array, 'output_norm.weight');
      return logSoftmax(multiply(embedding, state))[token] as number;
    });
  }

  #number(key: string): number {
    const value = this.#file.metadata.get(`llama.${key}`);
    if (typeof value !== 'number') throw new Error(`Expected a number for llama.${key}.`);
    return value;
  }

  #tensor(name: string): ReturnType<GgufFile['tensor']> {
    const tensor = this.#tensors.get(name) ?? this.#file.tensor(name);
    this.#tensors.set(name, tensor);
    return tensor;
  }

  #norm(x: Float64Array, name: string): Float64Array {
    return rmsNorm(x, this.#tensor(name).values, this.#number('attention.layer_norm_rms_epsilon'));
  }

  #hidden(tokens: readonly number[]): Float64Array[] {
    const { values, dimensions } = this.#tensor('token_embd.weight');
    const [dim = 0] = dimensions;
    let states: Float64Array[] = tokens.map((token) => values.slice(token * dim, (token + 1) * dim));
    for (let layer = 0; layer < this.#number('block_count'); layer += 1) {
      const attended = this.#attention(states, layer);
      states = states.map((state, i) => {
        const residual = add(state, attended[i] as Float64Array);
        return add(residual, this.#feedForward(residual, layer));
      });
    }
    return states;
  }

  #attention(states: readonly Float64Array[], layer: number): Float64Array[] {
    const weight = (name: string) => this.#tensor(`blk.${layer}.${name}.weight`);
    const heads = this.#number('attention.head_count');
    const group = heads / this.#number('attention.head_count_kv');
    const headDim = (states[0]?.length ?? 0) / heads;
    const base = this.#number('rope.freq_base');
    const normed = states.map((state) => this.#norm(state, `blk.${layer}.attn_norm.weight`));
    const queries = normed.map((x, position) => rotate(multiply(weight('attn_q'), x), position, headDim, base));
    const keys = normed.map((x, position) => rotate(multiply(weight('attn_k'), x), position, headDim, base));
    const values = normed.map((x) => multiply(weight('attn_v'), x));
    return queries.map((query, position) => {
      const mixed = new Float64Array(query.length);
      for (let head = 0; head < heads; head += 1) {
        const shared = Math.floor(head / group) * headDim;
        const scores = keys.slice(0, position + 1).map((key) => dot(query, head * headDim, key, shared, headDim) / Math.sqrt(headDim));
        softmax(scores).forEach((share, at) => {
          const value = values[at] as Float64Array;
          for (let i = 0; i < headDim; i += 1)
            mixed[head * headDim + i] = (mixed[head * headDim + i] as number) + share * (value[shared + i] as number);
        });
      }
      return multiply(weight('attn_output'), mixed);
    });
  }

  #feedForward(x: Float64Array, layer: number): Float64Array {
    const weight = (name: string) => this.#tensor(`blk.${layer}.${name}.weight`);
    const normed = this.#norm(x, `blk.${layer}.ffn_norm.weight`);
    const up = multiply(weight('ffn_up'), normed);
    const gated = multiply(weight('ffn_gate'), normed).map((gate, i) => (gate / (1 + Math.exp(-gate))) * (up[i] as number));
    return multiply(weight('ffn_down'), gated);
  }
}

function dot(a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += (a[aAt + i] as number) * (b[bAt + i] as number);
  return sum;
}
