/** A half-open range [start, end) of UTF-16 code units in a document's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One source, whole. `id` names its content: the SHA-256 of a file's text, so equal texts are one document; or of tenant, address
 * and text where a caller sent it, so that no tenant is shown another's address.
 */
export interface Document {
  readonly id: string;
  /** Where it came from, as the user would name it: a path relative to the folder given, or an address. */
  readonly uri: string;
  readonly title: string;
  readonly text: string;
  /** What it was read from: `pdf`, `html`, `docx`, `csv`, `jsonl`, `code`, `email`, `markdown`, `text`. Absent where nobody knows. */
  readonly format?: string;
  /** Where the pages and headings of the original begin, in order; absent where the text is all there is. */
  readonly marks?: readonly PlaceMark[];
}

/** A place in the original that a reader can find again; it begins at `start` of the document's text and lasts to the next of its kind. */
export interface PlaceMark {
  /** In UTF-16 units of the document's text. */
  readonly start: number;
  /** `row` of a table, `record` of JSON lines, `part` of a message, `line` of code. */
  readonly kind: 'page' | 'heading' | 'row' | 'record' | 'part' | 'line';
  /** As a reader sees it: the page's number, the heading's words. */
  readonly label: string;
  /** Of a heading: 1 is the outermost. */
  readonly level?: number;
}

/** A span of a document, sized to fit the models that will read it (X in the papers). `text` equals the slice. */
export interface Chunk {
  /** SHA-256 of document id and span. */
  readonly id: string;
  readonly documentId: string;
  readonly span: Span;
  readonly text: string;
}

/** What a run reads: documents cut into chunks by one recorded rule. Its id changes when any of these do. */
export interface Corpus {
  readonly id: string;
  readonly documents: readonly Document[];
  readonly chunks: readonly Chunk[];
}

/** A source that was not read, and why; the run goes on without it. */
export interface SkippedSource {
  readonly uri: string;
  readonly reason: string;
}

/** `inner`, counted from the start of `outer`, as a span of what `outer` is a span of. */
export function shiftSpan(inner: Span, outer: Span): Span {
  return { start: outer.start + inner.start, end: outer.start + inner.end };
}

/** Postgres cannot hold these in text; replacing them would move spans and break `id = SHA-256 of the text`. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** What of a document is no text and cannot be stored, in words; undefined where all of it can. */
export function whatIsNoText({ uri, title, text }: Pick<Document, 'uri' | 'title' | 'text'>): string | undefined {
  const bad = UNSTORABLE.exec(`${uri}\n${title}\n${text}`);
  if (bad === null) return undefined;
  return bad[0] === '\0' ? 'a NUL character' : 'half of a surrogate pair';
}
