import type { Chunk, Document } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { chunks, documents } from './schema-documents.ts';

export function chunkFromRow({ id, documentId, spanStart, spanEnd, text }: typeof chunks.$inferSelect): Chunk {
  return { id, documentId, span: { start: spanStart, end: spanEnd }, text };
}

export function documentFromRow({ id, uri, title, text, format, marks }: typeof documents.$inferSelect): Document {
  return { id, uri, title, text, ...(format === null ? {} : { format }), ...(marks === null ? {} : { marks }) };
}

/** Postgres cannot hold these in text; replacing them would move spans and break `id = SHA-256 of the text`. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** @throws IsthmusError `invalid-input` */
export function assertStorable({ uri, title, text }: Document): void {
  const bad = UNSTORABLE.exec(`${uri}\n${title}\n${text}`);
  if (bad === null) return;
  const what = bad[0] === '\0' ? 'a NUL character' : 'half of a surrogate pair';
  throw new IsthmusError(
    'invalid-input',
    `The document ${JSON.stringify(uri)} contains ${what}, which is no text. Remove it from the source.`,
    { details: { uri } },
  );
}
