import { compressorAt } from '../domain/cascade.ts';
import type { Chunk } from '../domain/document.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { RunSpec } from '../domain/run.ts';
import { isEngineStep, type NamedStep } from '../domain/step.ts';
import type { Prompt } from '../ports/language-model.ts';
import type { ModelPool } from './models.ts';

/** Role and separators around a message of a chat, by the formats in use. */
const TOKENS_PER_MESSAGE = 4;

/** Counts each text once, many in one question: a count is a message to another process. */
export interface TokenCounter {
  /** Counts what a round of steps will ask for, all at once. */
  prepare(steps: readonly NamedStep[], run: { readonly spec: RunSpec; readonly chunks: ReadonlyMap<string, Chunk> }): Promise<void>;
  count(model: string, text: string): Promise<number>;
  countPrompt(model: string, prompt: Prompt): Promise<number>;
}

export function createTokenCounter(models: ModelPool): TokenCounter {
  const counts = new Map<string, Map<string, number>>();
  const known = (model: string): Map<string, number> => {
    const texts = counts.get(model) ?? new Map<string, number>();
    counts.set(model, texts);
    return texts;
  };

  async function countAll(name: string, texts: readonly string[]): Promise<void> {
    const missing = [...new Set(texts)].filter((text) => !known(name).has(text));
    if (missing.length === 0) return;
    const { model } = await models.open(name);
    const numbers = await model.countTokens(missing);
    missing.forEach((text, i) => {
      known(name).set(text, numbers[i] ?? 0);
    });
  }

  async function count(model: string, text: string): Promise<number> {
    await countAll(model, [text]);
    return known(model).get(text) ?? 0;
  }

  return {
    count,
    async countPrompt(model, prompt) {
      const texts = textsOf(prompt);
      await countAll(model, texts);
      const words = texts.reduce((sum, text) => sum + (known(model).get(text) ?? 0), 0);
      return words + (prompt.type === 'marked' ? prompt.parts.length - texts.length + 1 : prompt.messages.length * TOKENS_PER_MESSAGE);
    },
    async prepare(steps, { spec, chunks }) {
      const wanted = new Map<string, string[]>();
      for (const named of steps) {
        const reading = readingOf(named, spec);
        const text = chunks.get(reading?.chunkId ?? '')?.text;
        if (reading?.model === undefined || text === undefined) continue;
        const { profile } = await models.open(reading.model.name);
        const texts = wanted.get(reading.model.name) ?? [];
        texts.push(text, ...textsOf(profile.scorePrompt(text, reading.query)));
        wanted.set(reading.model.name, texts);
      }
      for (const [name, texts] of wanted) await countAll(name, texts);
    },
  };
}

/** Which chunk which model is shown, and for what. */
function readingOf({ step }: NamedStep, spec: RunSpec): { model: ModelIdentity | undefined; chunkId: string; query: string } | undefined {
  if (step.kind === 'score') return { model: spec.scorer, chunkId: step.contextId, query: step.query };
  if (isEngineStep(step) || step.role !== 'compress') return undefined;
  return { model: compressorAt(spec, step.tier).model, chunkId: step.chunkId, query: step.query };
}

function textsOf(prompt: Prompt): string[] {
  if (prompt.type === 'chat') return prompt.messages.map(({ content }) => content);
  return prompt.parts.flatMap((part) => ('text' in part ? [part.text] : []));
}
