import { bm25Share } from '../domain/bm25.ts';
import type { Chunk } from '../domain/document.ts';
import { checkFaithfulness, readSource } from '../domain/faithfulness.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Summary } from '../domain/summary.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import { statisticsOf } from './compress-text.ts';
import type { RankOutcome } from './rank-figures.ts';
import type { RankPair } from './rank-questions.ts';

/** Equal summaries of one pair are one item, whoever wrote them. */
export function itemId(pair: number, text: string): string {
  return `${pair}\n${text}`;
}

export function isScorable(summary: Summary | undefined): summary is Summary {
  return summary?.status === 'text' && summary.text.trim() !== '';
}

interface MadeAndScored {
  /** By arm, then by pair; undefined where the compressor failed. */
  readonly summaries: readonly (readonly (Summary | undefined)[])[];
  /** By `itemId`. */
  readonly bits: ReadonlyMap<string, number>;
}

/** What is known of every summary, by arm and pair. Tokens are those of the counter, for all arms alike. */
export async function measureAll(
  { pairs, chunks }: { readonly pairs: readonly RankPair[]; readonly chunks: readonly Chunk[] },
  { summaries, bits }: MadeAndScored,
  counter: LanguageModel,
): Promise<readonly (readonly RankOutcome[])[]> {
  const texts = [...new Set(summaries.flat().flatMap((summary) => (isScorable(summary) ? [summary.text] : [])))];
  const counts = texts.length === 0 ? [] : await counter.countTokens(texts);
  const tokens = new Map(texts.map((text, i) => [text, counts[i] ?? 0]));
  const measures = pairs.map((pair, place) => {
    const source = readSource(pair.chunk.text);
    const statistics = statisticsOf(chunks, pair.query);
    return (text: string) => {
      const value = bits.get(itemId(place, text));
      const { claims, unsupported } = checkFaithfulness(text, source);
      return {
        ...{ tokens: tokens.get(text) ?? 0, bytes: utf8Bytes(text), relevance: bm25Share(pair.query, text, statistics) },
        ...{ claims: claims.length, unsupported: unsupported.length },
        ...(value === undefined ? {} : { bits: value }),
      };
    };
  });
  return summaries.map((own) =>
    pairs.map(({ chunk: { documentId } }, place): RankOutcome => {
      const summary = own[place];
      const measure = measures[place];
      const nothing = { documentId, tokens: 0, bytes: 0, relevance: 0, claims: 0, unsupported: 0 };
      if (summary === undefined || measure === undefined) return { ...nothing, status: 'failed' };
      if (!isScorable(summary)) return { ...nothing, status: 'none', bits: 0 };
      return { documentId, status: 'text', ...measure(summary.text) };
    }),
  );
}
