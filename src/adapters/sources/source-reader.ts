import { basename } from 'node:path';
import type { Document } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { sha256 } from '../../domain/json.ts';
import type { RawSource, SourceReader } from '../../ports/source-reader.ts';
import { detectFormat, HEAD_BYTES } from './formats/detect.ts';
import { extract } from './formats/extract.ts';
import type { Extracted, Format } from './formats/format.ts';
import { charsetOf } from './formats/names.ts';
import { DEFAULT_LIMITS, type ReadLimits, tooLarge } from './limits.ts';
import { ReaderSupervisor } from './reader-supervisor.ts';

/** Formats that cost no more than their bytes; the others have a process to themselves. */
const IN_PROCESS: ReadonlySet<Format> = new Set<Format>(['code', 'markdown', 'text']);

const MOSTLY_PICTURES: ReadonlySet<Format> = new Set<Format>(['docx', 'email', 'mbox', 'pdf']);

/**
 * Reads PDF, web pages, DOCX, tables, JSON, mail, code, Markdown and text. What costs more than its bytes is read in a child process that
 * ends when the reader is disposed of or this process ends, and that keeps nothing alive.
 */
export function createSourceReader(limits: Partial<ReadLimits> = {}): SourceReader & AsyncDisposable {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const supervisor = new ReaderSupervisor(all);
  return {
    async read(source, { signal }) {
      throwIfAborted(signal);
      const checked = checkSource({ ...source, head: source.bytes.subarray(0, HEAD_BYTES), size: source.bytes.length }, all);
      if ('reason' in checked) return checked;
      const { format } = checked;
      const charset = charsetOf(source.contentType ?? '');
      const { bytes, uri } = source;
      const input = { bytes, uri, maxTextLength: all.maxTextLength, ...(charset !== undefined && { charset }) };
      const outcome = await (IN_PROCESS.has(format) ? extract(format, input) : supervisor.extract({ format, input }, signal));
      return 'reason' in outcome ? outcome : { document: await toDocument(source, format, outcome) };
    },
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

interface Glimpse extends Pick<RawSource, 'uri' | 'contentType'> {
  /** The first {@link HEAD_BYTES}. */
  readonly head: Uint8Array;
  /** Bytes of the whole. */
  readonly size: number;
}

/** The format, or why the rest need not be read. */
export function checkSource(glimpse: Glimpse, limits: ReadLimits): { readonly format: Format } | { readonly reason: string } {
  const format = detectFormat(glimpse.head, glimpse);
  if (typeof format === 'object') return format;
  const limit = MOSTLY_PICTURES.has(format) ? limits.maxBytes : limits.maxTextBytes;
  return glimpse.size > limit ? { reason: tooLarge(glimpse.size, limit) } : { format };
}

async function toDocument({ uri }: RawSource, format: Format, { text, marks, title }: Extracted): Promise<Document> {
  return {
    id: await sha256(text),
    uri,
    title: title ?? (basename(uri) || uri),
    text,
    format: format === 'mbox' ? 'email' : format === 'json' ? 'jsonl' : format,
    ...(marks.length > 0 && { marks: [...marks].sort((a, b) => a.start - b.start) }),
  };
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new IsthmusError('aborted', 'Reading the sources was stopped.', { cause: signal.reason });
}
