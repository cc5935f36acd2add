import type { Format } from './format.ts';
import { extensionOf, formatByName, typeOf, unsupportedReason } from './names.ts';

/** Bytes at the beginning that are looked at. */
export const HEAD_BYTES = 4096;

interface Signature {
  readonly bytes: readonly number[] | string;
  readonly at?: number;
  /** Follows "is". */
  readonly name: string;
}

const SIGNATURES: readonly Signature[] = [
  { bytes: '\u0089PNG\r\n\u001a\n', name: 'a PNG image' },
  { bytes: [0xff, 0xd8, 0xff], name: 'a JPEG image' },
  { bytes: 'GIF87a', name: 'a GIF image' },
  { bytes: 'GIF89a', name: 'a GIF image' },
  { bytes: 'WEBP', at: 8, name: 'a WebP image' },
  { bytes: 'II*\0', name: 'a TIFF image' },
  { bytes: 'MM\0*', name: 'a TIFF image' },
  { bytes: [0x1f, 0x8b, 0x08], name: 'a gzip archive; unpack it first' },
  { bytes: '1AY&SY', at: 4, name: 'a bzip2 archive; unpack it first' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], name: 'an xz archive; unpack it first' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'a zstd archive; unpack it first' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], name: 'a 7z archive; unpack it first' },
  { bytes: 'Rar!\u001a\u0007', name: 'a RAR archive; unpack it first' },
  { bytes: 'ustar\0', at: 257, name: 'a tar archive; unpack it first' },
  { bytes: 'ustar  \0', at: 257, name: 'a tar archive; unpack it first' },
  { bytes: '\u007fELF', name: 'a program' },
  { bytes: [0xcf, 0xfa, 0xed, 0xfe], name: 'a program' },
  { bytes: '\0asm', name: 'a program' },
  { bytes: 'SQLite format 3\0', name: 'a SQLite database' },
  { bytes: 'OggS\0', name: 'a sound file' },
  { bytes: 'ID3\u0003', name: 'a sound file' },
  { bytes: 'ID3\u0004', name: 'a sound file' },
  { bytes: [0x1a, 0x45, 0xdf, 0xa3], name: 'a film' },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    name: 'an old Office file, or an Office file encrypted with a password; save it as DOCX without one',
  },
  { bytes: '{\\rtf1', name: 'RTF; save it as DOCX or text' },
  { bytes: '%!PS', name: 'PostScript; save it as PDF' },
];

/** Formats of text: whatever has a signature of another kind is none of them. */
const NEEDS_MAGIC: readonly Format[] = ['pdf', 'docx'];

/**
 * Decides by name, by what a server said, and by the first bytes. Bytes win: a PDF is read as a PDF whatever it is called; what cannot be read is
 * named for what it is.
 */
export function detectFormat(
  head: Uint8Array,
  { uri, contentType }: { readonly uri: string; readonly contentType?: string },
): Format | { readonly reason: string } {
  if (head.length === 0) return { reason: 'is empty' };
  const named = formatByName(uri, contentType);
  const offset = pdfOffset(head);
  if (offset === 0 || (offset > 0 && named === 'pdf')) return 'pdf';
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return 'docx';
  const found = SIGNATURES.find(({ bytes, at = 0 }) => startsWith(head, bytes, at));
  if (found !== undefined) return { reason: `is ${found.name}${butNamed(uri)}` };
  if (named === undefined) return sniffed(head) ?? { reason: refusal(uri, contentType) };
  return NEEDS_MAGIC.includes(named) ? { reason: `is no ${named.toUpperCase()}, though it is called one` } : named;
}

function butNamed(uri: string): string {
  return extensionOf(uri) === '' ? '' : `, though its name ends in ${extensionOf(uri)}`;
}

/** Bytes whose name says nothing: a web page shows itself. */
function sniffed(head: Uint8Array): Format | undefined {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 512));
  return /^(ï»¿)?\s*<(!doctype\s+html|html|head|body)[\s>]/i.test(text) ? 'html' : undefined;
}

function refusal(uri: string, contentType = ''): string {
  const type = typeOf(contentType);
  return type === '' || type === 'application/octet-stream'
    ? unsupportedReason(uri)
    : `not supported yet: the content type ${type.slice(0, 100)}`;
}

/** Viewers accept a PDF whose header stands anywhere in the first kilobyte. -1 where there is none. */
function pdfOffset(head: Uint8Array): number {
  return new TextDecoder('latin1').decode(head.subarray(0, 1024)).indexOf('%PDF-');
}

function startsWith(bytes: Uint8Array, prefix: readonly number[] | string, at = 0): boolean {
  const expected = typeof prefix === 'string' ? Array.from(prefix, (letter) => letter.charCodeAt(0)) : prefix;
  return expected.every((byte, index) => bytes[at + index] === byte);
}
