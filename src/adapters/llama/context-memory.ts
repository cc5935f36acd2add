import { GgmlType, type LlamaModel } from 'node-llama-cpp';
import type { LoadOptions } from './protocol.ts';

const MIB = 2 ** 20;

interface ContextShape {
  /** Of each sequence, tokens. */
  readonly contextSize: number;
  readonly batchSize: number;
}

/**
 * How many sequences to open: as many as asked for and as fit the memory. Each keeps what it read last, so with more of them the
 * texts that were summarised are still there when their summaries are scored. The library's estimate was 1 to 25 MiB above what
 * the process grew by (models of 1 M, 3 M and 135 M parameters, 1 to 32 sequences).
 *
 * @throws Error when not even one fits
 */
export async function countSequences(model: LlamaModel, { sequences, memory, kvType }: LoadOptions, shape: ContextShape): Promise<number> {
  if (memory === undefined) return sequences;
  const type = kvType === 'f32' ? GgmlType.F32 : GgmlType.F16;
  const estimateMiB = async (count: number): Promise<number> => {
    const options = { ...shape, sequences: count, modelGpuLayers: model.gpuLayers, flashAttention: false, swaFullCache: true };
    const kinds = { kvCacheKeyType: type, kvCacheValueType: type };
    const { cpuRam, gpuVram } = await model.fileInsights.estimateContextResourceRequirementsV2({ ...options, ...kinds });
    return (cpuRam + gpuVram) / MIB;
  };
  const one = await estimateMiB(1);
  const each = (await estimateMiB(2)) - one;
  const count = Math.max(memory.keptSequences, Math.floor((memory.limitMiB - one) / each) + 1);
  if (count < 1) {
    const wanted = `A context of ${shape.contextSize} tokens takes ${Math.ceil(one)} MiB`;
    throw new Error(`${wanted}, but contextMiB allows ${memory.limitMiB}. Allow more, or set fewer contextTokens.`);
  }
  return Math.min(sequences, count);
}
