import { Engine } from '../../src/adapters/llama/engine.ts';
import { bundledModelPath } from '../../src/bundled-model.ts';
import { writeRandomLlama } from './random-llama.ts';
import { forget, loadOnOneThread, median, promptOf, readTexts, timed } from './reading.ts';
import type { BenchRow } from './row.ts';

const QUESTIONS = ['when was it opened?', 'who paid for it?', 'where does it lie?', 'why was it closed?', 'what does it hold?'] as const;
/** All arms one after the other, as often; each figure is the median of the ratios within a repetition. */
const REPETITIONS = 5;
const MOST = 1.3;
const never = new AbortController().signal;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly words: number;
  readonly contextTokens: number;
}

/**
 * Five questions over one document, against reading the document with one of them: the document stands first in a prompt, so its keys and
 * values serve all five. Each question is answered with a single token: what is measured is reading.
 */
export async function prefixBench(): Promise<BenchRow[]> {
  const nano = await measureCase({ name: 'nano 3M', path: bundledModelPath(), words: 450, contextTokens: 960 });
  await using random = await writeRandomLlama();
  // A token a character: fewer words.
  return [...nano, ...(await measureCase({ name: 'random 135M', path: random.path, words: 60, contextTokens: 960 }))];
}

async function measureCase({ name, path, words, contextTokens }: Case): Promise<BenchRow[]> {
  const loaded = await loadOnOneThread(path, { contextTokens, sequences: 8 });
  await using engine = new Engine(loaded);
  const [text = ''] = await readTexts(1, words);
  const ask = (question: string) => engine.generate({ prompt: promptOf(text, question), maxTokens: 1, temperature: 0, seed: 1 }, never);
  const inTurn: number[] = [];
  const atOnce: number[] = [];
  let promptTokens = 0;
  for (let i = 0; i < REPETITIONS; i += 1) {
    await forget(loaded);
    const one = await timed(async () => {
      promptTokens = (await ask(QUESTIONS[0])).promptTokens;
    });
    await forget(loaded);
    const turns = await timed(async () => {
      for (const question of QUESTIONS) await ask(question);
    });
    await forget(loaded);
    const once = await timed(() => Promise.all(QUESTIONS.map(ask)));
    inTurn.push(turns / one);
    atOnce.push(once / one);
  }
  const what = `prefix: ${QUESTIONS.length} questions over one document of ${promptTokens} tokens, against one`;
  return [row(`${what}, in turn (${name})`, median(inTurn)), row(`${what}, at once (${name})`, median(atOnce))];
}

function row(name: string, value: number): BenchRow {
  return { name, value, unit: 'times', target: `at most ${MOST}`, holds: value <= MOST };
}
