import { bm25Share } from '../domain/bm25.ts';
import { checkFaithfulness, readSource } from '../domain/faithfulness.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Summary } from '../domain/summary.ts';
import { terms } from '../domain/text.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import type { RankOutcome } from './rank-figures.ts';
import type { RankPair } from './rank-questions.ts';
import type { WordIndex } from './rank-words.ts';

/** Equal summaries of one pair are one item, whoever wrote them. */
export function itemId(pair: number, text: string): string {
  return `${pair}\n${text}`;
}

export function isScorable(summary: Summary | undefined): summary is Summary {
  return summary?.status === 'text' && summary.text.trim() !== '';
}

/** Whether a text holds one of the strings as whole words in their order, case and punctuation aside. */
export function holdsAny(text: string, strings: readonly string[]): boolean {
  const words = ` ${terms(text).join(' ')} `;
  return strings.some((string) => {
    const sought = terms(string).join(' ');
    return sought === '' ? text.includes(string) : words.includes(` ${sought} `);
  });
}

interface MadeAndScored {
  /** By arm, then by pair; undefined where the compressor failed. */
  readonly summaries: readonly (readonly (Summary | undefined)[])[];
  /** By scorer, the one that ranks first; then by `itemId`. */
  readonly bits: readonly ReadonlyMap<string, number>[];
}

/** What is known of every summary, by arm and pair. Tokens are those of the counter, for all arms alike. */
export async function measureAll(
  { pairs, words }: { readonly pairs: readonly RankPair[]; readonly words: WordIndex },
  { summaries, bits }: MadeAndScored,
  counter: LanguageModel,
): Promise<readonly (readonly RankOutcome[])[]> {
  const texts = [...new Set(summaries.flat().flatMap((summary) => (isScorable(summary) ? [summary.text] : [])))];
  const counts = texts.length === 0 ? [] : await counter.countTokens(texts);
  const tokens = new Map(texts.map((text, i) => [text, counts[i] ?? 0]));
  const measures = pairs.map((pair, place) => {
    const source = readSource(pair.chunk.text);
    return (text: string) => {
      const [value, ...others] = bits.map((scored) => scored.get(itemId(place, text)));
      const { claims, unsupported } = checkFaithfulness(text, source);
      return {
        ...{ tokens: tokens.get(text) ?? 0, bytes: utf8Bytes(text), relevance: bm25Share(pair.query, text, words.statistics) },
        ...{ claims: claims.length, unsupported: unsupported.length, others },
        ...(value === undefined ? {} : { bits: value }),
        ...(pair.answers === undefined ? {} : { hasGold: holdsAny(text, pair.answers) }),
      };
    };
  });
  const zeros = bits.slice(1).map(() => 0);
  return summaries.map((own) =>
    pairs.map(({ chunk: { documentId }, answers }, place): RankOutcome => {
      const summary = own[place];
      const measure = measures[place];
      const nothing = { documentId, tokens: 0, bytes: 0, relevance: 0, claims: 0, unsupported: 0 };
      if (summary === undefined || measure === undefined) return { ...nothing, status: 'failed', others: zeros.map(() => undefined) };
      if (isScorable(summary)) return { documentId, status: 'text', ...measure(summary.text) };
      return { ...nothing, status: 'none', bits: 0, others: zeros, ...(answers === undefined ? {} : { hasGold: false }) };
    }),
  );
}
