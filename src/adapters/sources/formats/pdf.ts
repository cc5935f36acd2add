import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { getDocument, type PDFDocumentProxy, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type Extracted, type FormatInput, unreadable } from './format.ts';
import { joinLines, type TextRun, toParagraphs, wordsOf } from './pdf-lines.ts';
import { readOutline } from './pdf-outline.ts';
import { TextBuilder, toLabel } from './text-builder.ts';

const MAX_PAGES = 20_000;

/** The text of all pages, each with its number as printed, and the outline's headings where it has one. */
export async function readPdf({ bytes, maxTextLength }: FormatInput): Promise<Extracted> {
  const pdf = await open(bytes);
  try {
    if (pdf.numPages > MAX_PAGES) throw unreadable(`says that it has ${pdf.numPages} pages, and the limit is ${MAX_PAGES}`);
    const pages = await readPages(pdf, maxTextLength);
    if (pages.every((paragraphs) => paragraphs.length === 0)) {
      throw unreadable(`has ${pdf.numPages} ${pdf.numPages === 1 ? 'page' : 'pages'} and no text: it is a scan; run OCR first`);
    }
    const labels = await pdf.getPageLabels().catch(() => null);
    const { text, starts, marks } = putTogether(pages, { labels, maxTextLength });
    const headings = await readOutline(pdf, { text, starts });
    const title = await titleOf(pdf);
    return { text, marks: [...marks, ...headings], ...(title !== undefined && { title }) };
  } finally {
    await pdf.destroy();
  }
}

/** No scripts, no fonts, no network: only what text extraction needs, from the package itself. */
async function open(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const loading = getDocument({
    // A copy: the library takes the memory away from whoever gives it, and refuses a Buffer.
    data: new Uint8Array(bytes),
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    cMapUrl: join(root, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(root, 'standard_fonts/'),
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    return await loading.promise;
  } catch (error) {
    await loading.destroy();
    if (error instanceof Error && error.name === 'PasswordException')
      throw unreadable('is encrypted with a password; save a copy without one');
    throw error;
  }
}

async function readPages(pdf: PDFDocumentProxy, maxTextLength: number): Promise<string[][][]> {
  const pages: string[][][] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent({ includeMarkedContent: false });
    const runs: TextRun[] = items.flatMap((item) => ('str' in item ? [item] : []));
    length += runs.reduce((sum, { str }) => sum + str.length, 0);
    if (length > maxTextLength) throw unreadable(`holds too much text: more than ${maxTextLength} characters`);
    pages.push(toParagraphs(runs));
    page.cleanup();
  }
  return pages;
}

interface Together extends Extracted {
  /** Where each page begins in the text; a page without text begins where the next one does. */
  readonly starts: readonly number[];
}

function putTogether(
  pages: readonly string[][][],
  { labels, maxTextLength }: { readonly labels: readonly string[] | null; readonly maxTextLength: number },
): Together {
  const known = wordsOf(pages.flat(2));
  const builder = new TextBuilder(maxTextLength);
  const starts: number[] = [];
  for (const [index, paragraphs] of pages.entries()) {
    const label = labels?.[index]?.trim() || String(index + 1);
    starts.push(builder.length === 0 ? 0 : builder.length + 2);
    for (const [place, lines] of paragraphs.entries()) {
      builder.paragraph(joinLines(lines, known), place === 0 ? [{ kind: 'page', label }] : []);
    }
  }
  return { ...builder.done(), starts };
}

async function titleOf(pdf: PDFDocumentProxy): Promise<string | undefined> {
  const metadata = await pdf.getMetadata().catch(() => undefined);
  const title = (metadata?.info as { readonly Title?: unknown } | undefined)?.Title;
  return typeof title === 'string' && title.trim() !== '' ? toLabel(title) : undefined;
}
