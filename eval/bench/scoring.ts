import { readdir, readFile } from 'node:fs/promises';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { Engine } from '../../src/adapters/llama/engine.ts';
import { loadModel } from '../../src/adapters/llama/loading.ts';
import { prefill, rollBack } from '../../src/adapters/llama/prefill.ts';
import type { GenerateInput } from '../../src/adapters/llama/protocol.ts';
import { bundledModelPath, packagePath } from '../../src/bundled-model.ts';
import type { BenchRow } from './row.ts';

const CORPUS = packagePath('samples/corpus/');
/** In lower case, as the bundled models read. */
const QUESTION = 'what is said about it?';
/** The paper's shape at the size of the bundled model: N contexts, M summaries of each, all scored under all. */
const CONTEXTS = 8;
const SUMMARIES = 3;
/** Words of a context: about 160 tokens, the longest 200, so that prompt and summary fit 256. */
const CONTEXT_WORDS = 95;
/** The fastest of several repetitions: the others measure the neighbours. */
const REPETITIONS = 3;

interface Material {
  readonly prompts: readonly GenerateInput['prompt'][];
  readonly texts: readonly string[];
}

/**
 * Measures what prefix roll-back gains over reading each context again for each score, and what reading log-probabilities
 * costs against evaluating the same tokens. Runs in this process, so it measures the engine and not the channel.
 */
export async function scoringBench(): Promise<BenchRow[]> {
  const loaded = await loadModel({
    path: bundledModelPath(),
    contextTokens: 256,
    sequences: 1,
    gpu: false,
    kvType: 'f16',
    batching: 'auto',
  });
  await using engine = new Engine(loaded);
  const material = await readMaterial();
  const continuations = material.texts.map((text) => ({ text, ended: true }));
  const signal = new AbortController().signal;

  const rolledBackMs = await fastest(async () => {
    for (const prompt of material.prompts) await engine.score({ prompt, continuations }, signal);
  });
  const rereadMs = await fastest(async () => {
    // Neighbouring calls have different contexts, so nothing but the first tokens is shared.
    for (const continuation of continuations) {
      for (const prompt of material.prompts) await engine.score({ prompt, continuations: [continuation] }, signal);
    }
  });
  const batches = await tokenBatches(engine, material);
  const bareMs = await fastest(() => engine.useSequence(signal, (sequence) => evaluateBatches(sequence, batches, signal)));
  const scoredTokens = batches.reduce((sum, { tails }) => sum + tails.reduce((total, tail) => total + tail.length, 0), 0);
  const rate = (scoredTokens * 1000) / rolledBackMs;
  const gain = rereadMs / rolledBackMs;
  const share = bareMs / rolledBackMs;
  return [
    row(`scoring ${CONTEXTS} contexts × ${CONTEXTS * SUMMARIES} summaries: gain of prefix roll-back over reading again`, gain, 'times', 3),
    { name: 'scoring: scored tokens, prefill of the contexts included', value: rate, unit: 'tokens/s', target: 'reported', holds: null },
    row('scoring: speed against evaluating the same tokens unread', share, 'share', 0.5),
    { name: 'scoring: threads chosen by calibration', value: engine.status().threads, unit: 'threads', target: 'reported', holds: null },
  ];
}

function row(name: string, value: number, unit: string, atLeast: number): BenchRow {
  return { name, value, unit, target: `at least ${atLeast}`, holds: value >= atLeast };
}

/** Opening words of sample documents as contexts, and later sentences of them as the summaries. */
async function readMaterial(): Promise<Material> {
  const files = (await readdir(CORPUS)).filter((file) => file.endsWith('.md')).sort();
  const documents = await Promise.all(files.slice(0, CONTEXTS).map((file) => readFile(new URL(file, `file://${CORPUS}`), 'utf8')));
  const bodies = documents.map((document) => document.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').trim().toLowerCase());
  return {
    prompts: bodies.map((body) => ({
      type: 'marked',
      parts: [
        { marker: '<|ctx|>' },
        { marker: '<|s1|>' },
        { text: body.split(' ').slice(0, CONTEXT_WORDS).join(' ') },
        { marker: '<|q|>' },
        { text: QUESTION },
        { marker: '<|txt|>' },
      ],
    })),
    texts: bodies.flatMap((body) => body.split(/(?<=\.) /).slice(0, SUMMARIES)),
  };
}

interface TokenBatch {
  readonly prefix: readonly Token[];
  /** What scoring evaluates for each summary: the prompt's last token and the summary without its last. */
  readonly tails: readonly (readonly Token[])[];
}

async function tokenBatches(engine: Engine, { prompts, texts }: Material): Promise<TokenBatch[]> {
  const never = new AbortController().signal;
  const tokenize = async (prompt: GenerateInput['prompt']) => (await engine.run({ op: 'tokenize', input: prompt }, never)) as Token[];
  const summaries = await Promise.all(texts.map((text) => tokenize({ type: 'marked', parts: [{ text }] })));
  return Promise.all(
    prompts.map(async (prompt) => {
      const tokens = await tokenize(prompt);
      // A summary's start token is replaced by the prompt's last one; the end token that is scored too is never evaluated.
      return { prefix: tokens.slice(0, -1), tails: summaries.map((summary) => [...tokens.slice(-1), ...summary.slice(1)]) };
    }),
  );
}

async function evaluateBatches(sequence: LlamaContextSequence, batches: readonly TokenBatch[], signal: AbortSignal): Promise<void> {
  for (const { prefix, tails } of batches) {
    await rollBack(sequence, 0);
    await prefill(sequence, prefix, signal);
    for (const tail of tails) {
      await prefill(sequence, tail, signal);
      await rollBack(sequence, prefix.length);
    }
  }
}

async function fastest(work: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPETITIONS; i += 1) {
    const startedAt = performance.now();
    await work();
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}
