import type { Chunk, Document } from '../document.ts';
import { terms } from '../text.ts';
import { FALLBACK_LANGUAGE, indexForm, type TextAnalyser } from './analyser.ts';
import { PostingsWriter } from './postings.ts';

/** A segment with everything in it, as it is stored. */
export interface BuiltSegment {
  readonly documentIds: readonly string[];
  readonly documents: Uint32Array;
  readonly lengths: Uint32Array;
  /** Chunks in each language. */
  readonly languages: Readonly<Record<string, number>>;
  readonly words: ReadonlyMap<string, PostingsWriter>;
}

/** Chunks between two pauses: some 10 ms. */
const SLICE = 50;

/** Enough of a document to tell its language. UTF-16 units. */
const LANGUAGE_SAMPLE = 1_000;

/** The language under which a document is indexed. */
export function languageOf({ text }: Pick<Document, 'text'>, analyser: TextAnalyser): string {
  return analyser.detect(text.slice(0, LANGUAGE_SAMPLE)) ?? FALLBACK_LANGUAGE;
}

/**
 * Indexes chunks in their order; those of one document must stand together. Time is linear in the text. `languages`: by document id; a
 * document that is not in it is indexed in the fallback language.
 */
export async function buildSegment(
  chunks: readonly Chunk[],
  languages: ReadonlyMap<string, string>,
  { analyser, pause = async () => {} }: { readonly analyser: TextAnalyser; readonly pause?: () => Promise<void> },
): Promise<BuiltSegment> {
  const documentIds: string[] = [];
  const documents = new Uint32Array(chunks.length);
  const lengths = new Uint32Array(chunks.length);
  const sizes: Record<string, number> = {};
  const words = createWordTable(analyser);
  for (const [position, chunk] of chunks.entries()) {
    if (position % SLICE === SLICE - 1) await pause();
    if (chunk.documentId !== documentIds.at(-1)) documentIds.push(chunk.documentId);
    documents[position] = documentIds.length - 1;
    const language = languages.get(chunk.documentId) ?? FALLBACK_LANGUAGE;
    sizes[language] = (sizes[language] ?? 0) + 1;
    const found = terms(chunk.text);
    lengths[position] = found.length;
    words.add(position, found, language);
  }
  return { documentIds, documents, lengths, languages: sizes, words: words.finish() };
}

interface Entry {
  readonly writer: PostingsWriter;
  /** Of the chunk that is being read. */
  count: number;
}

/** One look-up for each word of the text: forms are found by the words themselves, so that each is stemmed once. */
function createWordTable(analyser: TextAnalyser) {
  const byForm = new Map<string, Entry>();
  const byWord = new Map<string, Map<string, Entry>>();
  const enter = (word: string, language: string, known: Map<string, Entry>): Entry => {
    const form = indexForm(word, language, analyser);
    const entry = byForm.get(form) ?? { writer: new PostingsWriter(), count: 0 };
    byForm.set(form, entry);
    known.set(word, entry);
    return entry;
  };
  return {
    add(position: number, found: readonly string[], language: string): void {
      const known = byWord.get(language) ?? new Map<string, Entry>();
      byWord.set(language, known);
      const touched: Entry[] = [];
      for (const word of found) {
        const entry = known.get(word) ?? enter(word, language, known);
        if (entry.count === 0) touched.push(entry);
        entry.count++;
      }
      for (const entry of touched) {
        entry.writer.add(position, entry.count);
        entry.count = 0;
      }
    },
    finish: (): ReadonlyMap<string, PostingsWriter> => new Map([...byForm].map(([form, { writer }]) => [form, writer])),
  };
}
