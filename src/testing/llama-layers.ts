import type { GgufTensor } from './gguf-writer.ts';

interface LayerShape {
  readonly layers: number;
  readonly dim: number;
  readonly kvDim: number;
  readonly feedForward: number;
}

interface TensorMakers {
  readonly norm: (name: string) => GgufTensor;
  readonly matrix: (name: string, inputs: number, outputs: number) => GgufTensor;
}

/** The tensors of the layers of a model of the architecture `llama`, under the names that llama.cpp looks for. */
export function llamaLayers({ layers, dim, kvDim, feedForward }: LayerShape, { norm, matrix }: TensorMakers): GgufTensor[] {
  return Array.from({ length: layers }, (_, layer) => [
    norm(`blk.${layer}.attn_norm`),
    matrix(`blk.${layer}.attn_q`, dim, dim),
    matrix(`blk.${layer}.attn_k`, dim, kvDim),
    matrix(`blk.${layer}.attn_v`, dim, kvDim),
    matrix(`blk.${layer}.attn_output`, dim, dim),
    norm(`blk.${layer}.ffn_norm`),
    matrix(`blk.${layer}.ffn_gate`, dim, feedForward),
    matrix(`blk.${layer}.ffn_up`, dim, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, dim),
  ]).flat();
}
