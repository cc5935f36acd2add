export const MIB = 1024 * 1024;

/** What one source may cost. Larger ones are skipped with a reason that names the limit. */
export interface ReadLimits {
  /** Of texts, tables, JSON and web pages, where memory and time go with every byte. Bytes. */
  readonly maxTextBytes: number;
  /** Of PDF, DOCX and mail, whose bytes are pictures for the most part. Bytes. */
  readonly maxBytes: number;
  /** Of the text that comes out. UTF-16 units. */
  readonly maxTextLength: number;
  /** For one source of up to a mebibyte; every further mebibyte adds a sixtieth. Milliseconds. */
  readonly timeoutMs: number;
  /** Resident memory of the process that reads. Bytes. */
  readonly maxMemoryBytes: number;
}

export const DEFAULT_LIMITS: ReadLimits = {
  maxTextBytes: 20 * MIB,
  maxBytes: 128 * MIB,
  maxTextLength: 64 * MIB,
  timeoutMs: 60_000,
  maxMemoryBytes: 1024 * MIB,
};

/** `20 MiB`, `1.5 GiB`, `812 bytes`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}

export function tooLarge(size: number, limit: number): string {
  return `is too large: ${size} bytes, and the limit is ${limit}`;
}
