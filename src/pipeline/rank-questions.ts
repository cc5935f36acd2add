import type { Chunk, Document } from '../domain/document.ts';
import { groupBy } from '../domain/group.ts';
import { splitSentences } from '../domain/text.ts';
import type { WordIndex } from './rank-words.ts';

/** A question and the chunk that it is put to: the same for every compressor. */
export interface RankPair {
  readonly query: string;
  readonly chunk: Chunk;
  /** Gold strings, any of which is a right answer; absent where none is known. They only judge a ranking; no compressor sees them. */
  readonly answers?: readonly string[];
}

/** A question of a person, before a chunk is found for it. */
export interface RankQuestion {
  readonly query: string;
  readonly answers?: readonly string[];
  /** File names of the documents that may be read for it; all where absent. */
  readonly documents?: readonly string[];
}

/**
 * Questions out of the documents themselves, for want of any: of each document so many headings, spread evenly, as "<title>: <heading>";
 * of one with too few headings, first words of chunks. No model writes them, so they favour none; but they use the words of the text,
 * as questions of people often do not, which flatters compressors that go by words. The form matters to small models: put as "What is
 * said about <heading> (<title>)?" the bundled one declined 15 of 16 chunks that hold the section, and none of them in this form.
 */
export function makeQuestions(documents: readonly Document[], chunks: readonly Chunk[], each: number): readonly RankPair[] {
  const byDocument = groupBy(chunks, ({ documentId }) => documentId);
  return documents.flatMap((document) => {
    const own = byDocument.get(document.id) ?? [];
    const headed = headingsOf(document, own);
    return spread(headed.length >= each ? headed : opensOf(document, own), each);
  });
}

/**
 * Each question with the chunk nearest to it (BM25 over all chunks), of its documents if it names any; one that shares no word with
 * any, or whose documents are not there, is left over.
 */
export function placeQuestions(
  questions: readonly RankQuestion[],
  documents: readonly Document[],
  words: WordIndex,
): { readonly pairs: readonly RankPair[]; readonly unplaced: readonly string[] } {
  const uris = new Map(documents.map(({ id, uri }) => [id, uri]));
  const placed = questions.map(({ query, answers, documents: named }) => {
    const isAllowed = ({ documentId }: Chunk) => named?.some((name) => isNamed(uris.get(documentId) ?? '', name)) ?? true;
    const chunk = words.nearest(query).find(isAllowed);
    return { query, pair: chunk === undefined ? undefined : { query, chunk, ...(answers === undefined ? {} : { answers }) } };
  });
  return {
    pairs: placed.flatMap(({ pair }) => (pair === undefined ? [] : [pair])),
    unplaced: placed.flatMap(({ query, pair }) => (pair === undefined ? [query] : [])),
  };
}

/** A file may be named with less of its path than the user gave. */
function isNamed(uri: string, name: string): boolean {
  return uri === name || uri.endsWith(`/${name}`);
}

/** Headings but for the title, which all chunks of the document would answer. */
function headingsOf(document: Document, chunks: readonly Chunk[]): RankPair[] {
  const title = plain(document.title);
  return splitSentences(document.text).flatMap(({ start, end }): RankPair[] => {
    const sentence = document.text.slice(start, end);
    const heading = plain(sentence);
    if (!/^#{1,6}\s/.test(sentence) || heading === title || heading === '') return [];
    const chunk = chunks.find(({ span }) => span.start <= start && start < span.end);
    return chunk === undefined ? [] : [{ query: `${title}: ${heading}`, chunk }];
  });
}

/** Words of a sentence that are enough to know it by. */
const OPENING_WORDS = 12;

function opensOf({ title }: Document, chunks: readonly Chunk[]): RankPair[] {
  return chunks.flatMap((chunk): RankPair[] => {
    const sentences = splitSentences(chunk.text).map(({ start, end }) => chunk.text.slice(start, end));
    const opening = sentences.find((sentence) => !sentence.startsWith('#')) ?? sentences[0];
    if (opening === undefined) return [];
    const words = plain(opening).split(/\s+/).slice(0, OPENING_WORDS).join(' ');
    return [{ query: `${plain(title)}: ${words.replace(/[.,;:!?]+$/, '')}`, chunk }];
  });
}

function plain(heading: string): string {
  return heading.replace(/^#{1,6}\s+/, '').trim();
}

/** So many of the items at even distances, the first one among them. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as Item);
}
