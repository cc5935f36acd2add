import { IsthmusError } from '../../../domain/errors.ts';
import type { Extracted, Format, FormatInput, FormatReader } from './format.ts';

/** Loaded when one is met: most folders need two of them. */
const READERS: Readonly<Record<Format, () => Promise<FormatReader>>> = {
  code: async () => (await import('./code.ts')).readCode,
  csv: async () => (await import('./csv.ts')).readCsv,
  docx: async () => (await import('./docx.ts')).readDocx,
  email: async () => (await import('./email.ts')).readEmail,
  html: async () => (await import('./html.ts')).readHtml,
  json: async () => (await import('./json.ts')).readJson,
  jsonl: async () => (await import('./json.ts')).readJsonLines,
  markdown: async () => (await import('./markdown.ts')).readMarkdown,
  mbox: async () => (await import('./mbox.ts')).readMbox,
  pdf: async () => (await import('./pdf.ts')).readPdf,
  text: async () => (await import('./markdown.ts')).readText,
};

/** Runs the reader of a format; whatever it throws is a reason. */
export async function extract(format: Format, input: FormatInput): Promise<Extracted | { readonly reason: string }> {
  const read = await READERS[format]();
  try {
    const extracted = await read(input, extract);
    return extracted.text.trim() === '' ? { reason: 'is empty: it holds no text' } : extracted;
  } catch (error) {
    if (error instanceof IsthmusError && error.code === 'invalid-input') return { reason: error.message };
    if (error instanceof RangeError) return { reason: 'is broken or nested too deeply to be read' };
    return { reason: `is broken: it cannot be read as ${format} (${causeOf(error)})` };
  }
}

/** What must not reach a terminal or a database: the library's words may quote the file. */
const UNPRINTABLE = /[\s\p{Cc}\p{Surrogate}]+/gu;

/** The library's own words, on one line. */
function causeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(UNPRINTABLE, ' ').trim().slice(0, 200) || 'no cause was given';
}
