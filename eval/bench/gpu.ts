import { Engine } from '../../src/adapters/llama/engine.ts';
import { type LoadedModel, loadModel, openBackend } from '../../src/adapters/llama/loading.ts';
import type { Generated } from '../../src/adapters/llama/protocol.ts';
import { evaluateBare } from './bare-decoding.ts';
import { SHAPE_3B, writeRandomLlama } from './random-llama.ts';
import { forget, median, promptOf, readTexts, timed, tokensOf } from './reading.ts';
import type { BenchRow } from './row.ts';

const CONTEXT_TOKENS = 2048;
/** Asked for; fewer are opened where their caches do not fit. */
const SEQUENCES = 64;
const CACHE_MIB = 16_384;
/** A token a character, with the random vocabulary. */
const WORDS = 120;
const OUTPUT_TOKENS = 64;
const SUMMARY_TOKENS = 60;
const SUMMARIES = 8;
const REPETITIONS = 3;
const QUESTION = 'what is said about it?';
const never = new AbortController().signal;

/** A model of 3 B parameters with random weights on an accelerator. Where there is none, or a processor that poses as one, a row says so. */
export async function gpuBench(): Promise<BenchRow[]> {
  const device = await findDevice();
  if (device === undefined) return [{ name: 'gpu: no GPU at hand', value: 0, unit: 'devices', target: 'reported', holds: null }];
  await using random = await writeRandomLlama(SHAPE_3B);
  const memory = { limitMiB: CACHE_MIB, keptSequences: 1 };
  const options = {
    path: random.path,
    contextTokens: CONTEXT_TOKENS,
    sequences: SEQUENCES,
    memory,
    kvType: 'f16',
    batching: 'auto',
  } as const;
  const loaded = await loadModel({ ...options, gpu: 'auto' });
  await using engine = new Engine(loaded);
  return measure(engine, loaded, `gpu (${device}, random 3B)`);
}

/** The accelerator's name; Mesa's drivers that compute on the processor call themselves llvmpipe. */
async function findDevice(): Promise<string | undefined> {
  try {
    const llama = await openBackend('auto');
    try {
      const names = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
      return names.find((name) => !/llvmpipe|lavapipe|swiftshader/i.test(name));
    } finally {
      await llama.dispose();
    }
  } catch {
    return undefined;
  }
}

async function measure(engine: Engine, loaded: LoadedModel, what: string): Promise<BenchRow[]> {
  const count = loaded.sequences.length;
  const [text = ''] = await readTexts(1, WORDS);
  const prompts = Array.from({ length: count }, (_, i) => promptOf(`${i} ${text}`, QUESTION));
  const read = await Promise.all(prompts.map((prompt) => tokensOf(engine, prompt)));
  const shares: number[] = [];
  const rates: number[] = [];
  const scored: number[] = [];
  for (let i = 0; i < REPETITIONS; i += 1) {
    let outputs: readonly Generated[] = [];
    await forget(loaded);
    const ours = await timed(async () => {
      const compress = (prompt: (typeof prompts)[number]) =>
        engine.generate({ prompt, maxTokens: OUTPUT_TOKENS, temperature: 0, seed: 1 }, never);
      outputs = await Promise.all(prompts.map(compress));
    });
    const continuations = outputs
      .slice(0, SUMMARIES)
      .map(({ tokenIds }) => ({ text: '', tokenIds: tokenIds.slice(0, SUMMARY_TOKENS), ended: false }));
    const scoring = await timed(() => Promise.all(prompts.map((prompt) => engine.score({ prompt, continuations }, never))));
    await forget(loaded);
    const bare = await evaluateBare(
      loaded,
      outputs.map(({ tokenIds }, at) => ({ prompt: read[at] ?? [], output: tokenIds })),
    );
    const written = outputs.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    const scoredTokens = continuations.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0) * count;
    shares.push((bare.readMs + bare.writtenMs) / ours);
    rates.push((written * 1000) / ours);
    scored.push((scoredTokens * 1000) / scoring);
  }
  const share = median(shares);
  return [
    reported(`${what}: sequences of ${CONTEXT_TOKENS} tokens in ${CACHE_MIB} MiB of caches`, count, 'sequences'),
    reported(`${what}: ${count} chunks compressed at once, tokens written a second`, median(rates), 'tokens/s'),
    {
      name: `${what}: the same, speed against llama.cpp's own batches`,
      value: share,
      unit: 'share',
      target: 'at least 0.9',
      holds: share >= 0.9,
    },
    reported(`${what}: ${SUMMARIES} summaries scored under ${count} contexts, contexts read already`, median(scored), 'tokens/s'),
  ];
}

function reported(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, target: 'reported', holds: null };
}
