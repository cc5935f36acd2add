import { type Chunk, type Document, whatIsNoText } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { chunks, documents } from './schema-documents.ts';

export function chunkFromRow({ id, documentId, spanStart, spanEnd, text }: typeof chunks.$inferSelect): Chunk {
  return { id, documentId, span: { start: spanStart, end: spanEnd }, text };
}

export function documentFromRow({ id, uri, title, text, format, marks }: typeof documents.$inferSelect): Document {
  return { id, uri, title, text, ...(format === null ? {} : { format }), ...(marks === null ? {} : { marks }) };
}

/** @throws IsthmusError `invalid-input` */
export function assertStorable(document: Document): void {
  const what = whatIsNoText(document);
  if (what === undefined) return;
  const { uri } = document;
  throw new IsthmusError(
    'invalid-input',
    `The document ${JSON.stringify(uri)} contains ${what}, which is no text. Remove it from the source.`,
    { details: { uri } },
  );
}
