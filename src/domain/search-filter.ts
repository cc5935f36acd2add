import type { Document } from './document.ts';
import { globPattern } from './glob.ts';

/** What a search is restricted to; every part given must hold. */
export type SearchFilter = {
  /** Word sequences that a chunk must hold, in any case, whatever stands between the words. */
  readonly phrases?: readonly string[];
  /** A pattern over the document's address: `*` is any run of characters but `/`, `**` any at all. */
  readonly uri?: string;
  /** Words of the document's title, all of them, in any case. */
  readonly title?: string;
  /** As in `Document.format`. */
  readonly format?: string;
  /** An ISO 639-1 code, as detected when the document was indexed. */
  readonly language?: string;
};

/** Whether a document fits all parts of a filter but its phrases, which are looked for in chunks. */
export function fitsFilter(document: Omit<Document, 'text'> & { readonly language?: string }, filter: SearchFilter): boolean {
  const { uri, title, format, language } = filter;
  const words = title?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  return (
    (uri === undefined || new RegExp(globPattern(uri), 'i').test(document.uri)) &&
    words.every((word) => document.title.toLowerCase().includes(word)) &&
    (format === undefined || document.format === format) &&
    (language === undefined || document.language === language)
  );
}
