import { terms } from '../domain/text.ts';
import { toUnitVector } from '../domain/vectors.ts';
import { type CallContext, throwIfAborted } from '../ports/call-context.ts';
import type { EmbeddingModel } from '../ports/embedding-model.ts';

/** As many dimensions as a test corpus has words, or nearly: two words seldom share one. */
const DIMENSIONS = 256;

/** A bag of words as a vector: each word counts in a dimension of its own choosing, and a text without words lies apart from all others. */
export function wordVector(text: string, dimensions: number, synonyms: Readonly<Record<string, string>> = {}): Float32Array {
  const counts = new Float64Array(dimensions);
  for (const word of terms(text)) {
    const meaning = Object.hasOwn(synonyms, word) ? (synonyms[word] ?? word) : word;
    const place = 1 + (hash(meaning) % (dimensions - 1));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  if (counts.every((count) => count === 0)) counts[0] = 1;
  return toUnitVector(counts);
}

/** FNV-1a. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

export interface ScriptedEmbeddingOptions {
  readonly name?: string;
  readonly dimensions?: number;
  /** Words that the model knows to mean another word: what BM25 cannot. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

export interface ScriptedEmbedding extends EmbeddingModel {
  /** The texts of every call, in order. */
  readonly calls: readonly { readonly texts: readonly string[]; readonly purpose: 'query' | 'passage' }[];
}

/** An embedding model that knows words, and the synonyms it is told. */
export function createScriptedEmbedding(options: ScriptedEmbeddingOptions = {}): ScriptedEmbedding {
  const { name = 'scripted-embedding', dimensions = DIMENSIONS, synonyms = {} } = options;
  const calls: { texts: readonly string[]; purpose: 'query' | 'passage' }[] = [];
  const identity = { provider: 'scripted', name, settings: { dimensions } } as const;
  return {
    identity,
    calls,
    dimensions: async () => dimensions,
    async embed(texts, { purpose }, context: CallContext) {
      throwIfAborted(context);
      calls.push({ texts: [...texts], purpose });
      const promptTokens = texts.reduce((sum, text) => sum + terms(text).length, 0);
      const usage = { model: identity, promptTokens, cachedTokens: 0, outputTokens: 0, scoredTokens: 0, durationMs: 0 };
      return { vectors: texts.map((text) => wordVector(text, dimensions, synonyms)), usage };
    },
  };
}
