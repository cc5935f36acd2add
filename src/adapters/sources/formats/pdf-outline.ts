import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PlaceMark } from '../../../domain/document.ts';
import { toLabel } from './text-builder.ts';

const MAX_DEPTH = 10;
const MAX_ENTRIES = 5_000;

type Entry = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>[number];

interface Pages {
  readonly text: string;
  /** Where each page begins in the text. */
  readonly starts: readonly number[];
}

/** Headings from the file's own outline: each where its words stand on its page, else where the page begins. A broken outline is none. */
export async function readOutline(pdf: PDFDocumentProxy, pages: Pages): Promise<PlaceMark[]> {
  const outline = await pdf.getOutline().catch(() => null);
  const marks: PlaceMark[] = [];
  const open: { entry: Entry; level: number }[] = [...(outline ?? [])].reverse().map((entry) => ({ entry, level: 1 }));
  for (let next = open.pop(); next !== undefined && marks.length < MAX_ENTRIES; next = open.pop()) {
    const { entry, level } = next;
    const label = toLabel(entry.title);
    const page = await pageOf(pdf, entry);
    if (page !== undefined && label !== '') marks.push({ start: find(label, page, pages), kind: 'heading', label, level });
    if (level < MAX_DEPTH) for (const inner of [...entry.items].reverse()) open.push({ entry: inner, level: level + 1 });
  }
  return marks;
}

/** Zero-based. */
async function pageOf(pdf: PDFDocumentProxy, { dest }: Entry): Promise<number | undefined> {
  try {
    const place: unknown = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
    const target: unknown = Array.isArray(place) ? place[0] : undefined;
    if (typeof target === 'number') return target;
    return target === undefined || target === null ? undefined : await pdf.getPageIndex(target as Parameters<typeof pdf.getPageIndex>[0]);
  } catch {
    return undefined;
  }
}

/** Its words at the beginning of a paragraph are the heading; elsewhere on the page they may be a mention. */
function find(label: string, page: number, { text, starts }: Pages): number {
  const start = starts[page] ?? 0;
  const words = text.slice(start, starts[page + 1] ?? text.length);
  if (words.startsWith(label)) return start;
  const atParagraph = words.indexOf(`\n\n${label}`);
  const at = atParagraph === -1 ? words.indexOf(label) : atParagraph + 2;
  return Math.min(start + Math.max(0, at), Math.max(0, text.length - 1));
}
