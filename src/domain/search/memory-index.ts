import type { Corpus } from '../document.ts';
import type { TextAnalyser } from './analyser.ts';
import { buildSegment, languageOf } from './build-segment.ts';
import type { CorpusIndex } from './corpus-index.ts';

/** The index of a corpus at hand, for a search without a database. */
export async function indexInMemory(corpus: Pick<Corpus, 'documents' | 'chunks'>, analyser: TextAnalyser): Promise<CorpusIndex> {
  const languages = new Map(corpus.documents.map((document) => [document.id, languageOf(document, analyser)]));
  const { documents, lengths, words, languages: sizes } = await buildSegment(corpus.chunks, languages, { analyser });
  const pick = <Value>(forms: readonly string[], value: (form: string) => Value | undefined): Map<string, Value> =>
    new Map(
      forms.flatMap((form) => {
        const found = value(form);
        return found === undefined ? [] : [[form, found] as const];
      }),
    );
  return {
    segments: corpus.chunks.length === 0 ? [] : [{ documents, lengths, removed: new Set(), offset: 0 }],
    languages: byCount(sizes),
    analyser,
    postings: async (forms) => (corpus.chunks.length === 0 ? [] : [pick(forms, (form) => words.get(form)?.finish())]),
    frequencies: async (forms) => (corpus.chunks.length === 0 ? [] : [pick(forms, (form) => words.get(form)?.frequency)]),
  };
}

/** Languages, that of most chunks first; ties by their codes. */
export function byCount(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(sizes)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([language]) => language);
}
