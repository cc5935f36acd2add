import mammoth from 'mammoth';
import { type Extracted, type FormatInput, unreadable } from './format.ts';
import { readPage } from './html.ts';
import { checkArchive } from './zip.ts';

/** Other archives that carry a document, by a file in them. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^xl\/workbook/, 'an Excel workbook; save its sheets as CSV'],
  [/^ppt\/presentation/, 'a PowerPoint presentation; save it as PDF'],
  [/^META-INF\/container\.xml$/, 'an EPUB book; convert it to HTML or PDF'],
  [/^content\.xml$/, 'an OpenDocument file; save it as DOCX or PDF'],
];

/** Paragraphs, headings by their styles, and tables; pictures are left out. */
export async function readDocx({ bytes, maxTextLength }: FormatInput): Promise<Extracted> {
  const names = checkArchive(bytes);
  if (!names.includes('word/document.xml')) {
    const other = OTHERS.find(([pattern]) => names.some((name) => pattern.test(name)));
    throw unreadable(`is ${other?.[1] ?? 'a ZIP archive; unpack it first'}`);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer }, { convertImage, externalFileAccess: false, includeEmbeddedStyleMap: false });
  if (value.trim() === '') throw unreadable('is empty: it holds no text');
  return readPage(value, { maxTextLength, isArticle: false });
}
