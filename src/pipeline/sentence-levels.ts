import type { JsonObject } from '../domain/json.ts';
import type { Plugin } from '../ports/plugin.ts';

/**
 * Where options limit tokens too, the limit grows with the sentences. A sentence of prose seldom has more than 40; what has no usual
 * limit writes JSON, quotations included, and needs more.
 */
const TOKENS_PER_SENTENCE = { copied: 40, written: 150 } as const;

/** A compressor's options at a number of sentences, or undefined for want of an option `sentences`. */
export function atSentences(plugin: Plugin<'compressor'>, options: JsonObject, sentences: number): JsonObject | undefined {
  const counted = { ...options, sentences };
  if (!takes(plugin, counted, 'sentences', sentences)) return undefined;
  const usual = plugin.options.safeParse({}).data as JsonObject | undefined;
  const hasUsual = usual?.['maxTokens'] !== undefined;
  const maxTokens = options['maxTokens'] ?? sentences * (hasUsual ? TOKENS_PER_SENTENCE.copied : TOKENS_PER_SENTENCE.written);
  const limited = { ...counted, maxTokens };
  return takes(plugin, limited, 'maxTokens', maxTokens) ? limited : counted;
}

/** Whether the option is known and kept, rather than refused or dropped. */
function takes({ options: schema }: Plugin<'compressor'>, options: JsonObject, key: string, value: unknown): boolean {
  const parsed = schema.safeParse(options);
  return parsed.success && (parsed.data as JsonObject)[key] === value;
}
