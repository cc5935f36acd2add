import { readdir, readFile } from 'node:fs/promises';
import type { Engine } from '../../src/adapters/llama/engine.ts';
import type { GenerateInput } from '../../src/adapters/llama/protocol.ts';
import { packagePath } from '../../src/bundled-model.ts';

const CORPUS = packagePath('samples/corpus/');
/** In lower case, as the bundled models read. */
const QUESTION = 'what is said about it?';

/** N contexts, M summaries of each, every summary to be scored under every context. */
export interface ScoringShape {
  readonly contexts: number;
  readonly summariesEach: number;
  /** Of a prompt, question and markers included; at most. */
  readonly contextTokens: number;
  /** Of each summary, exactly. */
  readonly summaryTokens: number;
}

export interface ScoringMaterial {
  readonly prompts: readonly GenerateInput['prompt'][];
  /** Tokens of the prompts together. */
  readonly promptTokens: number;
  /** Token ids. */
  readonly summaries: readonly (readonly number[])[];
}

/** The sample corpus, read on from another document for each context; the summaries are stretches of it. */
export async function readMaterial(engine: Engine, shape: ScoringShape): Promise<ScoringMaterial> {
  const files = (await readdir(CORPUS)).filter((file) => file.endsWith('.md')).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${CORPUS}${file}`, 'utf8')));
  const words = texts.map((text) => text.replace(/^#.*$/gm, '').toLowerCase().trim().split(/\s+/));
  const bodies = Array.from({ length: shape.contexts }, (_, i) => [...words.slice(i), ...words.slice(0, i)].flat());
  const tokenize = async (prompt: GenerateInput['prompt']): Promise<number[]> =>
    (await engine.run({ op: 'tokenize', input: prompt }, new AbortController().signal)) as number[];
  const count = async (body: readonly string[]): Promise<number> => (await tokenize(promptOf(body))).length;
  const cut = await Promise.all(bodies.map((body) => longest(body, shape.contextTokens, count)));
  const summaries = await Promise.all(
    bodies.map(async (body) => {
      const wanted = shape.summariesEach * shape.summaryTokens;
      const [, ...tokens] = await tokenize({ type: 'marked', parts: [{ text: body.slice(0, wanted).join(' ') }] });
      return Array.from({ length: shape.summariesEach }, (_, i) => tokens.slice(i * shape.summaryTokens, (i + 1) * shape.summaryTokens));
    }),
  );
  const counts = await Promise.all(cut.map(count));
  return { prompts: cut.map(promptOf), promptTokens: counts.reduce((sum, tokens) => sum + tokens, 0), summaries: summaries.flat() };
}

function promptOf(body: readonly string[]): GenerateInput['prompt'] {
  const text = { text: body.join(' ') };
  const question = [{ marker: '<|q|>' }, { text: QUESTION }, { marker: '<|txt|>' }];
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, { marker: '<|s1|>' }, text, ...question] };
}

/** As many words as have at most `limit` tokens, by halving. */
async function longest(words: readonly string[], limit: number, count: (words: readonly string[]) => Promise<number>) {
  let [fits, above] = [0, limit];
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if ((await count(words.slice(0, middle))) <= limit) fits = middle;
    else above = middle;
  }
  return words.slice(0, fits);
}
